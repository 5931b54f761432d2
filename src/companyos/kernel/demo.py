"""The demo: which tenants it shows, and from when. Every part seeds its own share, the same for the same seed."""

import base64
import hashlib
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Literal
from uuid import UUID, uuid5

from .settings import Settings

NAMESPACE = UUID("6f2f1d3a-5f0e-5d0b-9a63-5d4a1c2b7e10")
"""Root of all demo ids, so that they are the same in every installation."""

HISTORY = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class DemoTenant:
    """One tenant of the demo. `shape` says what its seeded life is about."""

    slug: str
    name: str
    shape: Literal["operations", "administration"]
    environments: tuple[str, ...]
    region: str

    @property
    def id(self) -> UUID:
        return demo_id("tenant", self.slug)


HOME = DemoTenant("companyos", "CompanyOS Cloud", "operations", ("prod", "stage"), "eu-central")
"""Runs CompanyOS and is run on it: its own services are real, beside a seeded product of twelve."""

ACME = DemoTenant("acme", "Acme Bank", "administration", ("prod",), "us-east")
"""A customer with few services, many people and much configuration."""


PASSWORD = "companyos-demo"  # noqa: S105 - public on purpose: it opens nothing but the demo
"""The password of every demo person."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as."""

    name: str
    role: str
    tenant: DemoTenant

    @property
    def id(self) -> UUID:
        return demo_id("person", self.email)

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{self.tenant.slug}.example"

    @property
    def totp_secret(self) -> str:
        """Base32 secret of the person's one-time codes (RFC 6238); as public as the password."""
        digest = hashlib.sha256(f"companyos demo {self.email}".encode()).digest()
        return base64.b32encode(digest[:20]).decode()


PEOPLE = (
    DemoPerson("Petra Lindqvist", "platform_engineer", HOME),
    DemoPerson("Sami Okafor", "sre", HOME),
    DemoPerson("Ana Ruiz", "security_analyst", HOME),
    DemoPerson("Theo Martin", "tenant_admin", HOME),
    DemoPerson("Fay Chen", "finance_ops", HOME),
    DemoPerson("Uma Novak", "support", HOME),
    DemoPerson("Alice Moreau", "tenant_admin", ACME),
    DemoPerson("Bruno Keller", "platform_engineer", ACME),
    DemoPerson("Chloe Diaz", "security_analyst", ACME),
)
"""One of each role at home, three at the customer. They are invented."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What to seed: deterministic by `seed`, ending at `now`, `HISTORY` long; `git` gives real deployments."""

    seed: int
    now: datetime
    git: Path | None = None
    tenants: tuple[DemoTenant, ...] = (HOME, ACME)
    people: tuple[DemoPerson, ...] = PEOPLE

    def random(self, *names: str) -> Random:
        """A source of chance for one purpose, independent of all others."""
        return Random(f"{self.seed}/{'/'.join(names)}")  # noqa: S311 - a demo, not a secret


def demo_id(*names: str) -> UUID:
    """A stable id for a thing of the demo."""
    return uuid5(NAMESPACE, "/".join(names))


def repository(settings: Settings) -> Path | None:
    """The git repository of the demo's real deployments: as set, else the checkout that CompanyOS runs from."""
    if settings.demo_git is not None:
        return settings.demo_git
    root = Path(__file__).resolve().parents[3]
    return root if (root / ".git").exists() and shutil.which("git") else None
