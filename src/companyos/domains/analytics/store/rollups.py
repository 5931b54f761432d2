"""The roll-up of one tenant at rest. Whoever writes holds the tenant's row of `rollup`: numbers and sets agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from pyroaring import BitMap
from sqlalchemy.dialects.postgresql import ARRAY, insert

from companyos.kernel.work import Work

from ..rules.rollups import Cell, Key, Use, joined
from ..rules.rollups.counting import Counted, HourKey
from ..tables import TOPIC
from ..tables.rollups import rollup, rollup_cell, rollup_day, rollup_hour, rollup_name, rollup_position

Kind = Literal["person", "session"]
_CELL_KEYS = ("environment", "day", "feature", "role", "plan", "event")
_HOUR_KEYS = ("environment", "hour", "feature", "role", "plan")
_WHOLE = {"day", "hour"}


@dataclass(slots=True)
class Standing:
    """How far a tenant's roll-up has come, and the last numbers that were given."""

    upto: int = 0
    people: int = 0
    sessions: int = 0
    as_of: datetime | None = None


async def position(work: Work) -> int:
    """Up to which offset of the stream every tenant's events are counted."""
    asked = sa.select(rollup_position.c.upto).where(rollup_position.c.topic == TOPIC)
    return int(await work.db.scalar(asked) or 0)


async def move_position(work: Work, upto: int) -> None:
    """Say that everything up to this offset is counted."""
    said = insert(rollup_position).values(topic=TOPIC, upto=upto)
    said = said.on_conflict_do_update(index_elements=["topic"], set_={"upto": upto})
    await work.db.execute(said)


class Rollups:
    """The roll-up of the Work's tenant."""

    def __init__(self, work: Work):
        self._work, self._db = work, work.db

    async def standing(self, *, lock: bool = False) -> Standing:
        """How far it has come. `lock` makes the row, and holds it until the Work ends."""
        if lock:
            new = {"tenant_id": self._work.tenant, "topic": TOPIC, "upto": 0, "people": 0, "sessions": 0}
            made = insert(rollup).values(**new, as_of=self._work.now).on_conflict_do_nothing()
            await self._db.execute(made)
        asked = sa.select(rollup.c.upto, rollup.c.people, rollup.c.sessions, rollup.c.as_of).where(
            rollup.c.tenant_id == self._work.tenant, rollup.c.topic == TOPIC
        )
        found = (await self._db.execute(asked.with_for_update() if lock else asked)).first()
        return Standing(*found) if found else Standing()

    async def move(self, standing: Standing) -> None:
        """Keep how far it has come now."""
        change = sa.update(rollup).where(rollup.c.tenant_id == self._work.tenant, rollup.c.topic == TOPIC)
        values = {"upto": standing.upto, "people": standing.people, "sessions": standing.sessions}
        await self._db.execute(change.values(**values, as_of=self._work.now))

    async def numbers(self, kind: Kind, last_days: Mapping[str, int], standing: Standing) -> dict[str, int]:
        """The number of each person or session, new ones for who is new; `last_days` is when each was seen."""
        table, mine = rollup_name, rollup_name.c.tenant_id == self._work.tenant
        asked = sa.select(table.c.key, table.c.number, table.c.last_day).where(
            mine, table.c.kind == kind, table.c.key == sa.any_(sa.literal(list(last_days), ARRAY(sa.Text)))
        )
        known = {row.key: row for row in await self._db.execute(asked)}
        numbers = {key: int(row.number) for key, row in known.items()}
        name: Literal["people", "sessions"] = "people" if kind == "person" else "sessions"
        last = int(getattr(standing, name))
        for key in last_days:
            if key not in numbers:
                last += 1
                numbers[key] = last
        setattr(standing, name, last)
        changed = [key for key, day in last_days.items() if key not in known or known[key].last_day < day]
        if changed:
            rows: dict[str, tuple[Any, list[Any]]] = {
                "key": (ARRAY(sa.Text), changed),
                "number": (ARRAY(sa.BigInteger), [numbers[key] for key in changed]),
                "last_day": (ARRAY(sa.Integer), [last_days[key] for key in changed]),
            }
            said = self._insert(rollup_name, rows, kind=sa.literal(kind))
            await self._db.execute(
                said.on_conflict_do_update(
                    index_elements=["tenant_id", "kind", "key"], set_={"last_day": said.excluded.last_day}
                )
            )
        return numbers

    async def add(self, counted: Counted) -> None:
        """Join what was counted to what is there."""
        for environment, cells in counted.cells.items():
            there = {cell.key: cell.use for cell in await self._same(environment, cells)}
            new = {key: joined([use, there[key]] if key in there else [use]) for key, use in cells.items()}
            await self._put(environment, new)
        for environment, hours in counted.hours.items():
            await self._add_hours(environment, hours)

    async def clear(self, day: int) -> None:
        """Let nothing of a day be counted, before it is counted anew."""
        for table, first, end in ((rollup_cell, day, day + 1), (rollup_hour, day * 24, day * 24 + 24)):
            when = table.c.day if table is rollup_cell else table.c.hour
            mine = (table.c.tenant_id == self._work.tenant, when >= first, when < end)
            await self._db.execute(sa.delete(table).where(*mine))
        same = (rollup_day.c.tenant_id == self._work.tenant, rollup_day.c.day == day)
        await self._db.execute(sa.update(rollup_day).where(*same).values(revision=rollup_day.c.revision + 1))

    async def days(self, environment: str, first: int, last: int) -> dict[int, int]:
        """The revision of each day that has anything, from `first` to `last`."""
        asked = sa.select(rollup_day.c.day, rollup_day.c.revision).where(
            rollup_day.c.tenant_id == self._work.tenant,
            rollup_day.c.environment == environment,
            rollup_day.c.day.between(first, last),
        )
        return {row.day: row.revision for row in await self._db.execute(asked)}

    async def cells(self, environment: str, days: Sequence[int]) -> list[Cell]:
        """Every cell of these days."""
        mine = (
            rollup_cell.c.tenant_id == self._work.tenant,
            rollup_cell.c.environment == environment,
            rollup_cell.c.day.in_(days),
        )
        columns = [rollup_cell.c[name] for name in (*_CELL_KEYS[1:], "events", "people", "sessions")]
        return _cells(await self._db.execute(sa.select(*columns).where(*mine)))

    async def hours(self, environment: str, first: int, end: int) -> list[tuple[HourKey, int]]:
        """Events of each hour in `[first, end)`, by feature, role and plan."""
        table = rollup_hour
        mine = (table.c.tenant_id == self._work.tenant, table.c.environment == environment)
        columns = [table.c[name] for name in (*_HOUR_KEYS[1:], "events")]
        asked = sa.select(*columns).where(*mine, table.c.hour >= first, table.c.hour < end)
        return [((row[0], row[1], row[2], row[3]), row[4]) for row in await self._db.execute(asked)]

    async def number_of(self, kind: Kind, key: str) -> int | None:
        """The number that stands for a person or session."""
        table = rollup_name
        mine = (table.c.tenant_id == self._work.tenant, table.c.kind == kind, table.c.key == key)
        return await self._db.scalar(sa.select(table.c.number).where(*mine))

    async def every_cell(self) -> list[tuple[str, Cell]]:
        """Every cell of every environment."""
        columns = [rollup_cell.c[name] for name in (*_CELL_KEYS, "events", "people", "sessions")]
        asked = sa.select(*columns).where(rollup_cell.c.tenant_id == self._work.tenant)
        return [(row[0], cell) for row in await self._db.execute(asked) for cell in _cells([row[1:]])]

    async def forget_name(self, kind: Kind, key: str) -> int:
        """Let a number stand for nobody any more; how many rows went."""
        table = rollup_name
        mine = (table.c.tenant_id == self._work.tenant, table.c.kind == kind, table.c.key == key)
        return (await self._db.execute(sa.delete(table).where(*mine))).rowcount

    async def forget_sessions_of_nobody(self) -> int:
        """Forget the names of sessions that are in no cell any more; how many rows went."""
        used = BitMap()
        for _, cell in await self.every_cell():
            used |= cell.use.sessions
        table = rollup_name
        mine = (table.c.tenant_id == self._work.tenant, table.c.kind == "session")
        numbers = await self._db.scalars(sa.select(table.c.number).where(*mine))
        lost = [number for number in numbers if number not in used]
        if not lost:
            return 0
        gone = table.c.number.in_(sa.select(sa.func.unnest(sa.literal(lost, ARRAY(sa.BigInteger)))))
        return (await self._db.execute(sa.delete(table).where(*mine, gone))).rowcount

    async def put(self, environment: str, cells: Mapping[Key, Use]) -> None:
        """Let these cells be what they are here."""
        await self._put(environment, cells)

    async def drop_before(self, day: int) -> None:
        """Let go of days before this one, and of who was not seen since."""
        for table, when, first in (
            (rollup_cell, rollup_cell.c.day, day),
            (rollup_hour, rollup_hour.c.hour, day * 24),
            (rollup_day, rollup_day.c.day, day),
            (rollup_name, rollup_name.c.last_day, day),
        ):
            await self._db.execute(
                sa.delete(table).where(table.c.tenant_id == self._work.tenant, when < first)
            )

    async def _same(self, environment: str, keys: Iterable[Key]) -> list[Cell]:
        """Those of these cells that are there already."""
        columns = list(zip(*keys, strict=True))
        kinds = (sa.Integer, sa.Text, sa.Text, sa.Text, sa.Text)
        lists: list[Any] = [
            sa.literal(list(of), ARRAY(kind)) for of, kind in zip(columns, kinds, strict=True)
        ]
        asked = sa.func.unnest(*lists).table_valued(*_CELL_KEYS[1:], name="asked").render_derived()
        same = [rollup_cell.c[name] == asked.c[name] for name in _CELL_KEYS[1:]]
        mine = (rollup_cell.c.tenant_id == self._work.tenant, rollup_cell.c.environment == environment)
        found = [rollup_cell.c[name] for name in (*_CELL_KEYS[1:], "events", "people", "sessions")]
        query = sa.select(*found).select_from(rollup_cell.join(asked, sa.and_(*same))).where(*mine)
        return _cells(await self._db.execute(query))

    async def _put(self, environment: str, cells: Mapping[Key, Use]) -> None:
        if not cells:
            return
        keys = list(zip(*cells, strict=True))
        rows: dict[str, tuple[Any, list[Any]]] = {
            name: (ARRAY(sa.Integer if name in _WHOLE else sa.Text), list(of))
            for name, of in zip(_CELL_KEYS[1:], keys, strict=True)
        }
        rows["events"] = (ARRAY(sa.BigInteger), [use.events for use in cells.values()])
        rows["people"] = (ARRAY(sa.LargeBinary), [_packed(use.people) for use in cells.values()])
        rows["sessions"] = (ARRAY(sa.LargeBinary), [_packed(use.sessions) for use in cells.values()])
        said = self._insert(rollup_cell, rows, environment=sa.literal(environment))
        await self._db.execute(
            said.on_conflict_do_update(
                index_elements=["tenant_id", *_CELL_KEYS],
                set_={name: said.excluded[name] for name in ("events", "people", "sessions")},
            )
        )
        days = {"day": (ARRAY(sa.Integer), sorted({key.day for key in cells}))}
        touched = self._insert(
            rollup_day, days, environment=sa.literal(environment), revision=sa.literal(1)
        ).on_conflict_do_update(
            index_elements=["tenant_id", "environment", "day"], set_={"revision": rollup_day.c.revision + 1}
        )
        await self._db.execute(touched)

    async def _add_hours(self, environment: str, hours: Mapping[HourKey, int]) -> None:
        keys = list(zip(*hours, strict=True))
        rows: dict[str, tuple[Any, list[Any]]] = {
            name: (ARRAY(sa.Integer if name in _WHOLE else sa.Text), list(of))
            for name, of in zip(_HOUR_KEYS[1:], keys, strict=True)
        }
        rows["events"] = (ARRAY(sa.BigInteger), list(hours.values()))
        said = self._insert(rollup_hour, rows, environment=sa.literal(environment))
        more = {"events": rollup_hour.c.events + said.excluded.events}
        await self._db.execute(
            said.on_conflict_do_update(index_elements=["tenant_id", *_HOUR_KEYS], set_=more)
        )

    def _insert(self, table: sa.Table, rows: Mapping[str, tuple[Any, list[Any]]], **same: Any) -> Any:
        """Insert by column: one statement however many rows; `same` is alike in all of them."""
        lists: list[Any] = [sa.literal(values, kind) for kind, values in rows.values()]
        many = sa.func.unnest(*lists).table_valued(*rows, name="many").render_derived()
        chosen = sa.select(
            sa.literal(self._work.tenant, sa.Uuid), *same.values(), *(many.c[name] for name in rows)
        )
        return insert(table).from_select(["tenant_id", *same, *rows], chosen)


def _packed(numbers: BitMap) -> bytes:
    numbers.run_optimize()
    return bytes(numbers.serialize())


def _cells(rows: Iterable[Any]) -> list[Cell]:
    read = BitMap.deserialize
    return [
        Cell(Key(row[0], row[1], row[2], row[3], row[4]), Use(row[5], read(row[6]), read(row[7])))
        for row in rows
    ]
