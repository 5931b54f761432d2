"""Pure decisions of signing in: no database, no HTTP."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from companyos.kernel.loopback import LOOPBACK
from companyos.kernel.work import MFA, PASSWORD

Step = Literal["password", "second_factor", "enrol", "issue"]

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
ENVIRONMENT = re.compile(r"[a-z][a-z0-9-]{0,31}")
EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,189}")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a browser session has proven: when the password was given, and when a second factor (or None)."""

    password_at: datetime
    factor_at: datetime | None

    @property
    def acr(self) -> str:
        return MFA if self.factor_at else PASSWORD

    @property
    def auth_time(self) -> datetime:
        """The time of the last proof of presence: of the second factor where there was one."""
        return max(self.password_at, self.factor_at) if self.factor_at else self.password_at


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks of a sign-in that it began at `begun`. `anew`: nothing proven before then counts."""

    mfa: bool
    max_age: int | None
    anew: bool
    begun: datetime

    def oldest(self, now: datetime) -> datetime | None:
        """Proofs from before this time are too old. What was proven for this very sign-in never is."""
        if self.anew:
            return self.begun
        return min(self.begun, now - timedelta(seconds=self.max_age)) if self.max_age is not None else None


def next_step(proof: Proof | None, asked: Asked, *, factors: bool, always: bool, now: datetime) -> Step:
    """What the person has to do next. A missing second factor alone never asks for the password again.

    `factors`: the person has a second factor; `always`: who has one must use it at every sign-in.
    """
    oldest = asked.oldest(now)
    if proof is None or (asked.anew and proof.password_at < asked.begun):
        return "password"
    if asked.mfa or (always and factors):
        if not factors:
            return "enrol"
        fresh = proof.factor_at is not None and (oldest is None or proof.factor_at >= oldest)
        return "issue" if fresh else "second_factor"
    return "password" if oldest is not None and proof.auth_time < oldest else "issue"


def redirect_allowed(asked: str, registered: Collection[str]) -> bool:
    """Exact comparison (RFC 9700 §2.1), except that a native client's loopback port is free (RFC 8252 §7.3)."""
    if asked in registered:
        return True
    if any(c <= " " or c == "\x7f" or c == "\\" for c in asked):
        return False
    try:
        one = urlsplit(asked)
        port = one.port
    except ValueError:
        return False
    if one.scheme != "http" or one.hostname not in LOOPBACK or port is None or one.username is not None:
        return False
    without_port = f"http://{'[::1]' if one.hostname == '::1' else one.hostname}{one.path}"
    return not one.query and not one.fragment and "#" not in asked and without_port in registered


def wait_after(attempts: int, free: int, longest: int) -> int:
    """Seconds until the next attempt: none for the first `free`, then 1, 2, 4 … up to `longest`."""
    over = attempts - free
    return 0 if over < 0 else min(longest, 2 ** min(over, 30))


def unlike(given: Sequence[str], known: Collection[str]) -> list[tuple[int, str]]:
    """The values that are not known, with their positions."""
    return [(i, value) for i, value in enumerate(given) if value not in known]


class Membership(Protocol):
    """What choosing a context needs to know of a membership."""

    @property
    def tenant(self) -> UUID: ...
    @property
    def slug(self) -> str: ...
    @property
    def environments(self) -> tuple[str, ...]: ...


M = TypeVar("M", bound=Membership)


def choose_context(
    memberships: Sequence[M],
    *,
    tenant: str | None,
    environment: str | None,
    last: tuple[UUID | None, str | None] = (None, None),
) -> tuple[M, str] | None:
    """Where a sign-in works: as asked, else where the person worked last, else the first. None: not theirs."""
    if tenant is not None:
        chosen = next((m for m in memberships if tenant in (m.slug, str(m.tenant))), None)
    else:
        chosen = next((m for m in memberships if m.tenant == last[0]), next(iter(memberships), None))
    if chosen is None or not chosen.environments:
        return None
    if environment is not None:
        return (chosen, environment) if environment in chosen.environments else None
    if chosen.tenant == last[0] and last[1] in chosen.environments:
        return chosen, str(last[1])
    return chosen, chosen.environments[0]
