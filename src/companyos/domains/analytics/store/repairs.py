"""Repairs at rest, and which letters they have taken."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..rules.letters import Letter, Selection
from ..rules.mending import Operation
from ..rules.repair import Repair
from ..tables.repairs import repair, repaired_letter

READ = "analytics:repair.read"


class Repairs:
    """The repairs of the Work's tenant, in its environment."""

    def __init__(self, work: Work):
        self.work = work
        self.here = (repair.c.tenant_id == work.tenant) & (repair.c.environment == work.environment)
        self.letters = repaired_letter.c.tenant_id == work.tenant

    async def page(self, after: tuple[datetime, UUID] | None, limit: int) -> list[Repair]:
        """Newest first; one more than `limit` when there are more."""
        query = sa.select(repair).where(self.here, await self.work.visible(READ))
        if after:
            query = query.where(sa.tuple_(repair.c.proposed_at, repair.c.id) < sa.tuple_(*after))
        query = query.order_by(repair.c.proposed_at.desc(), repair.c.id.desc()).limit(limit + 1)
        return [_repair(row) for row in (await self.work.db.execute(query)).mappings()]

    async def get(self, id: UUID, *, lock: bool = False) -> Repair:
        """One repair. Raises NotFound."""
        query = sa.select(repair).where(self.here, repair.c.id == id)
        row = (await self.work.db.execute(query.with_for_update() if lock else query)).mappings().first()
        if row is None:
            raise NotFound()
        return _repair(row)

    async def count_proposed(self) -> int:
        """How many wait to be replayed or discarded."""
        query = sa.select(sa.func.count()).where(self.here, repair.c.state == "proposed")
        return int((await self.work.db.execute(query)).scalar_one())

    async def add(self, one: Repair) -> None:
        """Keep a new repair."""
        await self.work.db.execute(sa.insert(repair).values(tenant_id=self.work.tenant, **_row(one)))

    async def put(self, one: Repair, **change: Any) -> Repair:
        """Keep what has changed of a repair."""
        changed = replace(one, **change)
        await self.work.db.execute(sa.update(repair).where(self.here, repair.c.id == one.id).values(**change))
        return changed

    async def remove(self, one: Repair) -> None:
        """Forget a repair that was not wanted."""
        await self.work.db.execute(sa.delete(repair).where(self.here, repair.c.id == one.id))

    async def outcomes(self, letters: Iterable[str]) -> Mapping[str, tuple[UUID, str]]:
        """Of these letters the repair that has taken each, and what became of it there."""
        query = sa.select(repaired_letter).where(self.letters, repaired_letter.c.letter.in_(list(letters)))
        found = (await self.work.db.execute(query)).mappings()
        return {row["letter"]: (row["repair"], row["outcome"]) for row in found}

    async def taken(self, since: datetime, until: datetime) -> list[str]:
        """The letters that came in `[since, until)` and that a repair has taken."""
        query = sa.select(repaired_letter.c.letter).where(
            self.letters, repaired_letter.c.came_at >= since, repaired_letter.c.came_at < until
        )
        return list((await self.work.db.execute(query)).scalars())

    async def take(self, one: Repair, letters: Iterable[Letter]) -> int:
        """Claim letters for a repair; returns how many were free."""
        rows = [
            {
                "tenant_id": self.work.tenant,
                "letter": letter.letter,
                "repair": one.id,
                "outcome": "ordered",
                "came_at": letter.at,
            }
            for letter in letters
        ]
        claim = insert(repaired_letter).on_conflict_do_nothing().returning(repaired_letter.c.letter)
        return len((await self.work.db.execute(claim, rows)).all()) if rows else 0

    async def ordered(self, one: Repair) -> list[str]:
        """The letters that a repair has taken and not replayed yet."""
        query = sa.select(repaired_letter.c.letter).where(
            self.letters, repaired_letter.c.repair == one.id, repaired_letter.c.outcome == "ordered"
        )
        return list((await self.work.db.execute(query)).scalars())

    async def settle(self, letters: Iterable[str], outcome: str) -> None:
        """Say what became of letters."""
        named = repaired_letter.c.letter.in_(list(letters))
        await self.work.db.execute(
            sa.update(repaired_letter).where(self.letters, named).values(outcome=outcome)
        )

    async def release(self, one: Repair) -> None:
        """Let go of what was not replayed: it waits again."""
        open_ = (repaired_letter.c.repair == one.id) & (repaired_letter.c.outcome == "ordered")
        await self.work.db.execute(sa.delete(repaired_letter).where(self.letters, open_))

    async def forget(self, before: datetime) -> None:
        """Forget marks of letters that are kept no more."""
        old = repaired_letter.c.came_at < before
        await self.work.db.execute(sa.delete(repaired_letter).where(self.letters, old))


def _row(one: Repair) -> dict[str, Any]:
    kept = {name: getattr(one, name) for name in Repair.__dataclass_fields__}
    selection = asdict(one.selection)
    return kept | {
        "selection": msgspec.to_builtins(selection),
        "operations": msgspec.to_builtins(one.operations),
    }


def _repair(row: sa.RowMapping) -> Repair:
    kept = {name: row[name] for name in Repair.__dataclass_fields__}
    kept["selection"] = msgspec.convert(row["selection"], Selection)
    kept["operations"] = msgspec.convert(row["operations"], tuple[Operation, ...])
    return Repair(**kept)
