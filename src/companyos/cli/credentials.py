"""Where a sign-in is kept: one file per profile, readable by its owner only, locked while it changes."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.problems import Problem

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Unusable(Problem):
    """The kept sign-in cannot be used as it is."""

    status, code, title = 401, "sign_in_unusable", "The kept sign-in cannot be used"


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in at one CompanyOS. `expires_at` is in Unix seconds of this computer's clock.

    `tenant` and `environment` are what the access token spans; `subject` is the id of who signed in.
    """

    url: str
    issuer: str
    access_token: str
    expires_at: float
    refresh_token: str | None = None
    subject: str = ""
    tenant: str = ""
    environment: str = ""


def folder() -> Path:
    """`$XDG_CONFIG_HOME/companyos/sign-ins`, below `~/.config` by default (XDG Base Directory 0.8)."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "companyos" / "sign-ins"


class Store:
    """The sign-in of one profile."""

    def __init__(self, profile: str) -> None:
        if not NAME.fullmatch(profile) or profile.startswith("."):
            raise Unusable(f"{profile!r} is no name of a profile; use letters, digits, '.', '_' and '-'.")
        self.path = folder() / f"{profile}.json"

    def read(self) -> Credentials | None:
        """What is kept, or None. Raises Unusable when others may read it or it is not what was written."""
        try:
            if self.path.stat().st_mode & 0o077:
                raise _unusable(f"Others may read {self.path}.", f"chmod 600 {self.path}")
            return msgspec.json.decode(self.path.read_bytes(), type=Credentials)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise _unusable(
                f"{self.path} is damaged: {error}.", "companyos logout, then companyos login"
            ) from error

    def write(self, credentials: Credentials) -> None:
        """Replace what is kept, whole or not at all."""
        self._make_folder()
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(credentials))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

    def forget(self) -> None:
        """Delete what is kept."""
        self.path.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the profile against other runs: a refresh token that is used twice ends the sign-in."""
        self._make_folder()
        lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _make_folder(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def _unusable(sentence: str, fix: str) -> Unusable:
    return Unusable(
        sentence, reasons=[Reason("sign_in_unusable", sentence, None, Remedy("sign_in", f"Run: {fix}"))]
    )
