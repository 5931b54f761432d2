"""What can be asked about, and what of it the actor sees."""

from dataclasses import dataclass

from companyos.kernel.work import Work

from ..rules.purpose import Named
from ..rules.sql import Table
from ..rules.sql.relations import why_masked
from .readable import READABLE
from .readers import sight_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A column and its label; `masked` says why the actor does not see it in clear."""

    name: str
    type: str
    classification: str
    pii: str
    purposes: tuple[str, ...]
    masked: str


@dataclass(frozen=True, slots=True)
class Askable:
    """A table; `why` says why the actor may not read it."""

    name: str
    purposes: tuple[str, ...]
    consents: dict[str, str]
    readable: bool
    why: str
    columns: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Askables:
    """Every table, and every purpose that one of them is for."""

    items: tuple[Askable, ...]
    purposes: tuple[str, ...]


async def list_askable(work: Work) -> Askables:
    """The tables that questions may name, as the actor sees them for the first purpose that each is for."""
    await work.permit("analytics:table.list", work.tenancy)
    items = [await _askable(work, table) for table, _ in READABLE]
    return Askables(tuple(items), tuple(sorted({one for item in items for one in item.purposes})))


async def _askable(work: Work, table: Table) -> Askable:
    purpose = table.purposes[0]
    decision = await work.decide("analytics:table.read", Named(table.name, work.environment, purpose))
    reader = await sight_of(work, purpose)
    columns = tuple(
        Shown(
            column.name,
            column.type,
            column.label.classification,
            column.label.pii or "none",
            column.label.purposes or table.purposes,
            why_masked(column.label, reader),
        )
        for column in table.columns
    )
    return Askable(
        table.name,
        table.purposes,
        dict(table.consents),
        decision.allowed,
        "" if decision.allowed else decision.reasons[0].sentence,
        columns,
    )
