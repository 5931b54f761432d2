"""Dead letters in the lake and on their way there."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from companyos.kernel.ports.lake import Lake, Scan, Where

from ..rules.letters import Letter, Selection
from ..tables import DEAD_LETTERS

FIELDS = tuple(Letter.__dataclass_fields__)
_LIST = ", ".join(f'"{name}"' for name in FIELDS)
_PAGE = f"""
    select {_LIST} from letters
    where ($mode = '' or ($mode = 'only') = (letter in (select unnest($marked::varchar[]))))
      and ("at" < $at or ("at" = $at and letter < $letter))
    order by "at" desc, letter desc limit $limit
"""  # noqa: S608 - names of columns
_OLDEST = f"""
    select {_LIST} from letters where letter not in (select unnest($marked::varchar[]))
    order by "at", letter limit $limit
"""  # noqa: S608 - names of columns
_NAMED = f"""
    select {_LIST} from letters where letter in (select unnest($named::varchar[])) order by "at", letter
"""  # noqa: S608 - names of columns
AROUND = timedelta(minutes=10)
"""How far the time in a letter's id (UUIDv7) and the time when it came may be apart."""
LAST = "~"
"""Follows every id."""


def conditions(environment: str, selection: Selection) -> list[Where]:
    """What a selection asks of rows of dead letters."""
    asked = {name: getattr(selection, name) for name in ("producer", "event", "code", "pointer")}
    return [
        Where("environment", "=", environment),
        *(Where(name, "=", value) for name, value in asked.items() if value),
    ]


def came(letter: str) -> datetime | None:
    """About when a letter came, by its id; None for a text that is no id."""
    try:
        milliseconds = UUID(letter).int >> 80
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


class Letters:
    """Questions to the lake about one tenant's dead letters. `scan` reads rows at rest and on their way."""

    def __init__(self, lake: Lake, scan: Any, tenant: UUID, environment: str):
        self._lake, self._scan, self._tenant, self._environment = lake, scan, tenant, environment

    async def page(
        self,
        selection: Selection,
        *,
        marked: Iterable[str],
        mode: str,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> list[Letter]:
        """Newest first. Of `marked` ids only, without them (`mode` "only" and "without"), or all of them ("")."""
        at, letter = after or (selection.until, LAST)
        given = {"marked": list(marked), "mode": mode, "at": at, "letter": letter, "limit": limit}
        return await self._ask(_PAGE, given, selection)

    async def oldest(self, selection: Selection, *, without: Iterable[str], limit: int) -> list[Letter]:
        """Oldest first, but for some."""
        return await self._ask(_OLDEST, {"marked": list(without), "limit": limit}, selection)

    async def named(self, ids: Iterable[str]) -> list[Letter]:
        """Those letters, as far as they are still kept, oldest first."""
        times = {one: at for one in ids if (at := came(one))}
        if not times:
            return []
        selection = Selection(min(times.values()) - AROUND, max(times.values()) + AROUND)
        return await self._ask(_NAMED, {"named": list(times)}, selection)

    async def _ask(self, sql: str, given: dict[str, Any], selection: Selection) -> list[Letter]:
        scan: Scan = self._scan(
            DEAD_LETTERS,
            self._tenant,
            selection.since,
            selection.until,
            *conditions(self._environment, selection),
            columns=FIELDS,
        )
        found = await self._lake.query(sql, given, letters=scan)
        return [_letter(row) for row in found.to_pylist()]


def _letter(row: dict[str, Any]) -> Letter:
    """Columns that were added later are empty in older rows."""
    told: dict[str, Any] = {name: "" if row[name] is None else row[name] for name in FIELDS}
    return Letter(**told)
