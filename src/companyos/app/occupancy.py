"""One running CompanyOS per data folder: a lock that dies with its holder and says where it serves."""

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from companyos.kernel.problems import Misconfigured


class Occupied(RuntimeError):
    """Another process runs on this data folder: which, where it serves and how to stop it, as far as it said so."""

    def __init__(self, data: Path, pid: int | None, url: str | None) -> None:
        lines = [f"CompanyOS already runs on {data}; nothing was started."]
        if url:
            lines.append(f"Open {url}")
        if pid:
            lines.append(f"Ctrl-C in its terminal stops it, or: kill {pid}")
        super().__init__("\n".join(lines))


class Occupancy:
    """Holds `<data>/up.lock` while inside the `with`.

    Raises Occupied when another process does, Misconfigured when the folder cannot be written.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / "up.lock"

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Misconfigured.at(
                "COMPANYOS_DATA",
                f"{self._path.parent} cannot hold data ({error.strerror}).",
                "Name another folder with --data.",
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = _read(self._path)
            os.close(self._file)
            raise Occupied(self._path.parent, said.get("pid"), said.get("url")) from None
        self._say({"pid": os.getpid()})
        return self

    def serve_at(self, url: str) -> None:
        """Leave word where this process serves."""
        self._say({"pid": os.getpid(), "url": url})

    def _say(self, said: dict[str, Any]) -> None:
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps(said).encode(), 0)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)


def _read(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text())
    except ValueError:  # the holder is just about to say who it is
        return {}
    return said if isinstance(said, dict) else {}
