"""Asking: quote a question, charge it to the budget, have it answered, and leave in the audit trail that it was."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from companyos.kernel.entities import EntityRef
from companyos.kernel.house import House
from companyos.kernel.ports.engine import Answer, Engine
from companyos.kernel.problems import Invalid, Unavailable
from companyos.kernel.work import Work

from ..rules.budget import Budget
from ..rules.sql import Relation
from ..settings import AnalyticsSettings
from ..store.budgets import Budgets
from .analytics import analytics_of
from .budgets import beside, budget_of, charge
from .questions import Planned, answer, bounds_of, limits_of, plan
from .readers import permit_tables, places_of, reader_of


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks: SQL in Trino's dialect, what for, and the time whose rows it reads (`[since, until)`)."""

    sql: str
    purpose: str
    since: datetime | None = None
    until: datetime | None = None

    @property
    def hash(self) -> str:
        """SHA-256 of its text: what the audit trail knows it by."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a question would read, and what is left of today's budget."""

    planned: Planned
    since: datetime
    until: datetime
    budget: Budget


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: its rows, what it cost in bytes, and what of it is not shown in clear."""

    quoted: Quoted
    rows: pa.Table
    more: bool
    spent: int
    seconds: float
    budget: Budget


class Doors:
    """How many questions a process has in hand: each holds a connection to the database while it runs."""

    def __init__(self, most: int):
        self._most, self._inside = most, 0

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """While one question is answered. Raises Unavailable when too many are."""
        if self._inside >= self._most:
            raise Unavailable("Too many questions are being answered; try again in a moment.", retry_after=5)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1


def doors_of(house: House) -> Doors:
    """The doors of this process."""
    known = house.adapters.get(Doors)
    if known is None:
        known = Doors(house.settings_of(AnalyticsSettings).query_at_once)
        house.adapters[Doors] = known
    return known


async def quote(work: Work, question: Question) -> Quoted:
    """What a question would read. Raises Denied, or Invalid with every Reason why it cannot be asked."""
    since, until = _window(work, question)
    reader = await reader_of(work, question.purpose)
    found = analytics_of(work.house)
    limits = limits_of(found.settings)
    planned = await plan(
        found.lake, places_of(work.house), question.sql, reader, start=since, end=until, limits=limits
    )
    await permit_tables(work, planned.guarded, reader)
    return Quoted(planned, since, until, await budget_of(work, work.actor))


async def ask(work: Work, question: Question) -> Answered:
    """Answer a question within the budget of today. Raises as `quote`; OverBudget; QueryFailed, OverBounds, EngineLost.

    It is charged before it runs and settled after, and recorded whether it could be answered or not.
    """
    async with doors_of(work.house).entered():
        quoted = await quote(work, question)
        day = await charge(work, quoted.planned.quote)
        told: Answer | None = None
        try:
            told = await answer(
                work.house.adapter(Engine), quoted.planned, bounds_of(work.settings(AnalyticsSettings))
            )
        finally:  # also when the caller is gone: what was asked, was asked
            settling = asyncio.ensure_future(_settle(work, question, quoted, day, told))
            budget = await asyncio.shield(settling)
    rows = pa.ipc.open_stream(told.stream).read_all()
    spent = _spent(quoted.planned, told)
    return Answered(quoted, rows, told.more, spent, told.seconds, budget)


async def _settle(work: Work, question: Question, quoted: Quoted, day: date, told: Answer | None) -> Budget:
    """Give back what was not read, and record the question; a question without an answer costs its quote."""
    quote_ = quoted.planned.quote
    spent = _spent(quoted.planned, told)
    async with beside(work) as second:
        await Budgets(second).charge(day, work.actor.ref, spent=spent - quote_)
        await second.record(
            "analytics.question.asked",
            EntityRef("analytics.purpose", question.purpose),
            outcome="done" if told else "failed",
            sql_sha256=question.hash,
            purpose=question.purpose,
            tables=sorted({relation.table.name for relation in quoted.planned.guarded.relations}),
            since=quoted.since.isoformat(),
            until=quoted.until.isoformat(),
            quote=quote_,
            spent=spent,
            rows=told.rows if told else 0,
            masked=sorted(masked(quoted.planned)),
        )
        return await budget_of(second, work.actor)


def masked(planned: Planned) -> Mapping[str, str]:
    """The columns of a question that are not shown in clear, as `table.column`, and why."""
    return {
        f"{relation.table.name}.{column}": why
        for relation in planned.guarded.relations
        for column, why in relation.masked.items()
    }


def bytes_of(planned: Planned, relation: Relation) -> int:
    """What a question would read of one table."""
    return planned.reads[relation.source].quote(relation.reads)


def _spent(planned: Planned, told: Answer | None) -> int:
    """Bytes that a question cost: what the engine counted, and the rows that it was handed.

    Without an answer, or when the answer was cut so that the engine could not count, it is the quote.
    """
    if told is None or (told.more and not told.read):
        return planned.quote
    return told.read + planned.fresh


def _window(work: Work, question: Question) -> tuple[datetime, datetime]:
    settings = work.settings(AnalyticsSettings)
    until = (question.until or work.now).astimezone(UTC)
    since = (question.since or until - timedelta(days=settings.query_days)).astimezone(UTC)
    if since >= until:
        raise Invalid.at("/since", "It ends before it begins.", "Write a `since` that is before `until`.")
    if until - since > timedelta(days=settings.query_days_most):
        sentence = f"It looks back {(until - since).days} days; the limit is {settings.query_days_most}."
        raise Invalid.at("/since", sentence, "Ask for a shorter time.", code="looks_back_too_far")
    return since, until
