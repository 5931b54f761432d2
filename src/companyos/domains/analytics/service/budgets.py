"""Budgets: what may be read in a day, what was, and charging a question before it runs."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import Invalid, Problem
from companyos.kernel.rows import check_seen
from companyos.kernel.work import Actor, Work

from ..rules.budget import Budget, Spending, against_budget
from ..settings import AnalyticsSettings
from ..store.budgets import EACH, TENANT, Budgets

SHOWN_DAYS = 30


class OverBudget(Problem):
    """The question would read more than is left of today's budget; nothing was read."""

    status, code, title = 422, "over_budget", "The budget of today does not allow this"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who asked today, or who has a budget of their own."""

    actor: str
    questions: int
    spending: Spending


@dataclass(frozen=True, slots=True)
class Overview:
    """The budgets of a tenant today; `people` only for who may set budgets, most spent first."""

    mine: Budget
    each: Spending
    people: tuple[Holder, ...]
    days: tuple[Any, ...]


async def budget_of(work: Work, actor: Actor) -> Budget:
    """What is left of today for an actor and the tenant. Asks no policy: who may ask, may know what it costs."""
    settings, day = work.settings(AnalyticsSettings), work.now.date()
    limits = await Budgets(work).limits(TENANT, EACH, actor.ref)
    spent = await Budgets(work).spent(day)
    mine = spent[actor.ref].spent if actor.ref in spent else 0
    limit = limits.get(actor.ref, limits.get(EACH, settings.person_bytes_per_day))
    total = Spending(
        limits.get(TENANT, settings.tenant_bytes_per_day),
        sum(r.spent for r in spent.values()),
        TENANT in limits,
    )
    return Budget(day, total, Spending(limit, mine, actor.ref in limits))


async def charge(work: Work, quote: int) -> date:
    """Take the quote of a question from today's budget, at once and for all processes, and return the day.

    It stands in a transaction of its own, so that no two questions spend the same bytes; `settle` gives back what was
    not read. Raises OverBudget.
    """
    async with beside(work) as second:
        await Budgets(second).hold()
        budget = await budget_of(second, work.actor)
        if said := against_budget(budget, quote):
            raise OverBudget(said[0].sentence, reasons=said)
        await Budgets(second).charge(budget.day, work.actor.ref, questions=1, quoted=quote, spent=quote)
        return budget.day


def beside(work: Work) -> Any:
    """Another transaction for the same actor: it stands whatever becomes of the request's."""
    return work.house.begin(
        tenant=work.tenant, environment=work.environment, actor=work.actor, trace_id=work.trace_id
    )


async def overview(work: Work) -> Overview:
    """Budgets and their use today and on the days before."""
    await work.permit("analytics:budget.read", on=work.tenancy)
    settings, budgets = work.settings(AnalyticsSettings), Budgets(work)
    mine = await budget_of(work, work.actor)
    limits = await budgets.limits()
    each = Spending(limits.get(EACH, settings.person_bytes_per_day), 0, EACH in limits)
    people: list[Holder] = []
    if (await work.decide("analytics:budget.set", work.tenancy)).allowed:
        spent = await budgets.spent(mine.day)
        for actor in {*spent, *(holder for holder in limits if ":" in holder)}:
            limit, used = limits.get(actor, each.limit), spent.get(actor)
            spending = Spending(limit, used.spent if used else 0, actor in limits)
            people.append(Holder(actor, used.questions if used else 0, spending))
        people.sort(key=lambda one: (-one.spending.spent, one.actor))
    days = tuple(await budgets.days(mine.day - timedelta(days=SHOWN_DAYS - 1)))
    return Overview(mine, each, tuple(people), days)


async def put(work: Work, holder: str, limit: int | None) -> None:
    """Set the bytes a day of a holder; None goes back to the default."""
    await work.permit("analytics:budget.set", on=work.tenancy)
    await _check(work, holder)
    before = (await Budgets(work).limits(holder)).get(holder)
    if limit is None:
        await Budgets(work).drop(holder)
    else:
        await Budgets(work).put(holder, limit)
    ref = EntityRef("analytics.budget", holder)
    await work.record("analytics.budget.set", ref, holder=holder, bytes=limit, before=before)


HOLDERS = {"person": "identity.person", "service": "identity.service_account"}


async def _check(work: Work, holder: str) -> None:
    """Raises Invalid for what holds no budget, NotFound for somebody whom the actor may not know of."""
    if holder in (TENANT, EACH):
        return
    kind, _, id_ = holder.partition(":")
    if kind not in HOLDERS:
        sentence = f"{holder[:80]!r} holds no budget."
        raise Invalid.at("/holder", sentence, "Write tenant, person (each one), or person:<id>.")
    await check_seen(work, HOLDERS[kind], id_)
