"""Looking at dead letters: the list, one of them with its text, and what became of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..rules.letters import Letter, Selection
from ..settings import AnalyticsSettings
from ..store.letters import Letters
from ..store.repairs import Repairs
from ..tables import TOPIC
from .analytics import analytics_of

Which = Literal["waiting", "repaired", "all"]
READ = "analytics:dead_letter.read"
_MODES = {"waiting": "without", "repaired": "only", "all": ""}


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter, and the repair that has taken it with what became of it there."""

    letter: Letter
    repair: UUID | None = None
    outcome: str = "waiting"


def letters_of(work: Work) -> Letters:
    """The dead letters of the Work's tenant and environment."""
    analytics = analytics_of(work.house)
    return Letters(analytics.lake, analytics.scan, work.tenant, work.environment)


async def up_to_date(work: Work) -> None:
    """Wait until what is durable now can be asked for, here."""
    analytics = analytics_of(work.house)
    await analytics.tail.caught_up((await analytics.stream.extent(TOPIC)).last)


def bounded(work: Work, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """A stretch of time; without an end until now, without a beginning as far back as letters are kept."""
    end = until or work.now
    return since or end - timedelta(days=work.settings(AnalyticsSettings).keep_dead_days), end


async def list_letters(
    work: Work, selection: Selection, *, which: Which, after: tuple[datetime, str] | None, limit: int
) -> list[Kept]:
    """Up to `limit` letters, newest first."""
    await work.permit(READ, on=work.tenancy)
    marked = await Repairs(work).taken(selection.since, selection.until) if which != "all" else ()
    found = await letters_of(work).page(
        selection, marked=marked, mode=_MODES[which], after=after, limit=limit
    )
    return await _kept(work, found)


async def get_letter(work: Work, id: str) -> Kept:
    """One letter. Raises NotFound."""
    await work.permit(READ, on=work.tenancy)
    found = await letters_of(work).named([id])
    if not found:
        raise NotFound()
    return (await _kept(work, found[:1]))[0]


async def _kept(work: Work, found: list[Letter]) -> list[Kept]:
    outcomes = await Repairs(work).outcomes(one.letter for one in found)
    return [Kept(one, *outcomes.get(one.letter, (None, "waiting"))) for one in found]
