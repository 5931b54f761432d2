"""The operating system account that a PostgreSQL server runs as, and what that account can reach.

PostgreSQL refuses to run as root. When CompanyOS itself runs as root, the server is started as an
unprivileged account; otherwise it runs as whoever runs CompanyOS.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from .refusal import NoAccount


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system. `drop` is true when a process must give up root to become it."""

    uid: int
    gid: int
    name: str
    drop: bool

    def owns(self, path: Path) -> None:
        """Give a file or directory (not what a link points to) to the account. Does nothing unless root."""
        if self.drop:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def owns_tree(self, top: Path) -> None:
        """Give a whole directory to the account unless it already has it."""
        if not self.drop or top.lstat().st_uid == self.uid:
            return
        for folder, _, files in os.walk(top):
            for name in files:
                self.owns(Path(folder, name))
            self.owns(Path(folder))

    def reaches(self, path: Path) -> bool:
        """Whether the account may pass through every directory down to `path`, by their mode bits."""
        return not self.drop or all(
            self._passes(folder) for folder in (path.absolute(), *path.absolute().parents)
        )

    def _passes(self, folder: Path) -> bool:
        seen = folder.stat()
        if seen.st_uid == self.uid:
            return bool(seen.st_mode & stat.S_IXUSR)
        if seen.st_gid == self.gid:
            return bool(seen.st_mode & stat.S_IXGRP)
        return bool(seen.st_mode & stat.S_IXOTH)


def server_account(data: Path, run_as: str) -> Account:
    """The account for the server of a data directory.

    As root: whoever owns the data already, or else `run_as`. Not as root: ourselves. Raises NoAccount when
    `run_as` does not exist or when the data belong to somebody else.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() == 0:
        return _named(run_as) if owner in (None, 0) else _numbered(owner)
    if owner not in (None, os.geteuid()):
        raise NoAccount(
            f"{data} belongs to user {_numbered(owner).name}, but this is user "
            f"{_numbered(os.geteuid()).name}: start CompanyOS as that user or as root, "
            "or choose another --data directory"
        )
    mine = _numbered(os.geteuid())
    return Account(mine.uid, os.getegid(), mine.name, drop=False)


def _named(name: str) -> Account:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise NoAccount(
            f"root cannot run PostgreSQL and there is no user {name!r} to run it as: create one "
            f"(useradd --system {name}) or start CompanyOS as an ordinary user"
        ) from None
    if found.pw_uid == 0:
        raise NoAccount(f"PostgreSQL cannot run as {name!r}, which is root: name an unprivileged user")
    return Account(found.pw_uid, found.pw_gid, found.pw_name, drop=True)


def _numbered(uid: int | None) -> Account:
    try:
        found = pwd.getpwuid(uid or 0)
    except KeyError:
        raise NoAccount(
            f"user id {uid} has no name in /etc/passwd, which PostgreSQL needs: "
            "add an entry for it, or set COMPANYOS_DATABASE to an own cluster"
        ) from None
    return Account(found.pw_uid, found.pw_gid, found.pw_name, drop=os.geteuid() == 0)
