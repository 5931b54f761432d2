"""A small house for the tests of policy: one domain, people by role, and what they ask."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from companyos.kernel.decision import Decision
from companyos.kernel.domain import Action, Domain
from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.settings import Settings
from companyos.kernel.work import MFA, Actor, Work
from companyos.spines.policy.gate import PolicyGate
from companyos.spines.policy.loading import load
from companyos.spines.policy.policy_set import PolicySet
from companyos.spines.policy.spine import spine

ACME, GLOBEX = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

SHOP = Domain(
    name="shop",
    title="Shop",
    actions=(
        Action("shop:book.read", "See a book", risk="none", deny="hide"),
        Action("shop:book.list", "List the books", risk="none"),
        Action("shop:book.burn", "Burn a book", risk="high"),
        Action("shop:book.burn_after", "Plan to burn a book"),
        Action("shop:guest.greet", "Greet a guest", risk="none"),
    ),
    folder=Path(__file__).parent / "shop",
)


@cache
def policies() -> PolicySet:
    return load([replace(spine, folder=Path(__file__).parents[1]), SHOP])


def gate(of: PolicySet | None = None) -> PolicyGate:
    return PolicyGate(of or policies(), step_up_max_age=300, clock_skew=5)


def person(*roles: str, id_: str = "ada", mfa: float | None = None) -> Actor:
    """A person in roles; `mfa` is how many seconds ago they gave a second factor."""
    when = None if mfa is None else NOW - timedelta(seconds=mfa)
    return Actor("person", id_, id_, frozenset(roles), acr=MFA if when else None, auth_time=when)


def book(**attrs: Any) -> Resource:
    return Resource(EntityRef("shop.book", "b1"), {"pages": 1, "sealed": False, "tags": ["new"], **attrs})


def work(actor: Actor, tenant: UUID = ACME) -> Work:
    """A Work without a database: deciding needs none."""
    return Work(SimpleNamespace(gate=gate(), settings=Settings()), None, actor, tenant, "production", now=NOW)  # type: ignore[arg-type]


async def decide(
    actor: Actor,
    action: str,
    on: Resource | None = None,
    *,
    tenant: UUID = ACME,
    by: PolicyGate | None = None,
) -> Decision:
    asked = work(actor, tenant)
    return await (by or gate()).decide(asked, action, on or book())
