"""`file:` blobs: one file per object, written beside and renamed: a crash leaves the old or the new."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from companyos.kernel.ids import new_id
from companyos.kernel.ports.blob import BlobFull, BlobInfo, BlobMissing

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PARTIAL = ".partial"


class FileBlob:
    """Blob store in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    @classmethod
    def at_url(cls, url: str, *, folder: Path) -> "FileBlob":
        """`file:` keeps to the given folder, `file:///elsewhere` goes there."""
        path = unquote(urlsplit(url).path)
        return cls(Path(path) if path else folder)

    async def put(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(_write, self._path(key), data)

    async def get(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except (FileNotFoundError, IsADirectoryError):
            raise BlobMissing(f"there is no object {key!r}") from None

    async def find(self, prefix: str = "") -> AsyncIterator[BlobInfo]:
        for info in await asyncio.to_thread(self._find, prefix):
            yield info

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if any(p in ("", ".", "..") or "\0" in p or p.endswith(_PARTIAL) for p in parts):
            raise ValueError(f"{key!r} is no key; use words joined by single slashes, without . and ..")
        return self.folder.joinpath(*parts)

    def _find(self, prefix: str) -> list[BlobInfo]:
        found = []
        for path in self.folder.rglob("*"):
            key = path.relative_to(self.folder).as_posix()
            if path.is_file() and not key.endswith(_PARTIAL) and key.startswith(prefix):
                stat = path.stat()
                found.append(BlobInfo(key, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC)))
        return sorted(found, key=lambda info: info.key)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{new_id().hex}{_PARTIAL}")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno in _NO_ROOM:
            raise BlobFull(
                f"no room left for {path.name} in {path.parent}; free space or add storage"
            ) from error
        raise
