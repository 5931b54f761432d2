"""What the people of a tenant agreed to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.work import Work

from ..tables.consents import consent


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose about one scope: `given` since a moment, or not; `once` says that it ever was."""

    person: UUID
    scope: str
    given: bool
    once: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class OfPerson:
    """All choices of one person, as policy sees them; `person` is None for who is no person."""

    person: UUID | None

    @property
    def ref(self) -> EntityRef:
        return EntityRef("data.consent", str(self.person or ""))

    @property
    def resource(self) -> Resource:
        person = EntityRef("identity.person", str(self.person)) if self.person else None
        return Resource(self.ref, {"person": person})


class Consents:
    """The consents of the Work's tenant."""

    def __init__(self, work: Work):
        self.work = work
        self._mine = consent.c.tenant_id == work.tenant

    async def of(self, person: UUID, *, lock: bool = False) -> dict[str, Choice]:
        """A person's choices by scope; a scope that they were never asked about is absent."""
        query = sa.select(consent).where(self._mine, consent.c.person_id == person)
        return {row.scope: _choice(row) for row in await self.work.db.execute(_locked(query, lock))}

    async def put(self, choice: Choice) -> None:
        """Keep a choice in place of the one before."""
        row = {"given": choice.given, "once": choice.once, "since": choice.since}
        key = {"tenant_id": self.work.tenant, "person_id": choice.person, "scope": choice.scope}
        write = insert(consent).values(**key, **row)
        await self.work.db.execute(write.on_conflict_do_update(index_elements=list(key), set_=row))

    async def withdrawn(self, scope: str) -> list[Choice]:
        """Who took their yes to a scope back."""
        taken_back = (consent.c.scope == scope, consent.c.once, ~consent.c.given)
        query = sa.select(consent).where(self._mine, *taken_back)
        return [_choice(row) for row in await self.work.db.execute(query)]


def _locked(query: "sa.Select[tuple[object, ...]]", lock: bool) -> "sa.Select[tuple[object, ...]]":
    return query.with_for_update() if lock else query


def _choice(row: "sa.Row[tuple[object, ...]]") -> Choice:
    told = row._mapping
    return Choice(told["person_id"], told["scope"], told["given"], told["once"], told["since"])
