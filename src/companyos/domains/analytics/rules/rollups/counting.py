"""From rows of events to cells: by column, without looking at one row by itself."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from .cells import Key, Use

PURPOSE = "product_improvement"
"""What reports are for: only events that were collected for it count."""
CONSENT = "product_analytics"
"""What somebody has consented to whose events count."""
NOBODY = 0
"""The number of who is not named."""
HOUR = 3_600_000_000
DAY = 24 * HOUR
_KEYS = ("environment", "day", "feature", "role", "plan", "event")

Names = Mapping[str, int]
"""The number that stands for a person or session in sets; 1 and above."""
HourKey = tuple[int, str, str, str]
"""Hours since 1970, feature, role, plan."""


@dataclass(slots=True)
class Counted:
    """What rows of one tenant come to, by environment."""

    cells: dict[str, dict[Key, Use]] = field(default_factory=dict)
    hours: dict[str, Counter[HourKey]] = field(default_factory=dict)


def allowed(rows: pa.Table) -> pa.Table:
    """Of rows of events, those that reports may count: collected for it, with consent to it."""
    scopes = rows.column("consent_scope").combine_chunks()
    given = pc.list_parent_indices(scopes).filter(pc.equal(pc.list_flatten(scopes), CONSENT))
    consented = pc.is_in(pa.array(range(rows.num_rows), pa.int64()), value_set=given.cast(pa.int64()))
    return rows.filter(pc.and_(consented, pc.equal(rows.column("purpose"), PURPOSE)))


def people_of(rows: pa.Table) -> pa.Array:
    """Who each row is of: the pseudonym, or the id of the device of somebody who has not signed in; "" of nobody."""
    known, device = (_text(rows, name) for name in ("user_id", "anonymous_id"))
    return pc.if_else(pc.not_equal(known, ""), known, device)


def sessions_of(rows: pa.Table) -> pa.Array:
    """The session of each row; "" of none."""
    return _text(rows, "session_id")


def counted(rows: pa.Table, people: Names, sessions: Names) -> Counted:
    """The cells of one tenant's rows. `people` and `sessions` number everybody in them."""
    at = rows.column("at").combine_chunks().cast(pa.int64())
    table = pa.table(
        {
            "environment": _text(rows, "environment"),
            "day": pc.divide(at, DAY),
            "hour": pc.divide(at, HOUR),
            "feature": _text(rows, "feature"),
            "role": _text(rows, "user_role"),
            "plan": _text(rows, "plan"),
            "event": _text(rows, "event"),
            "person": _numbers(people_of(rows), people),
            "session": _numbers(sessions_of(rows), sessions),
        }
    )
    found = Counted()
    sets = table.group_by(_KEYS).aggregate([("person", "list"), ("session", "list")])
    names = [sets.column(name).to_pylist() for name in _KEYS]
    people_in, sessions_in = _sets(sets.column("person_list")), _sets(sets.column("session_list"))
    for environment, *key, (events, persons), (_, visits) in zip(*names, people_in, sessions_in, strict=True):
        found.cells.setdefault(environment, {})[Key(*key)] = Use(events, persons, visits)
    by_hour = ("environment", "hour", "feature", "role", "plan")
    for row in table.group_by(by_hour).aggregate([([], "count_all")]).to_pylist():
        one = (row["hour"], row["feature"], row["role"], row["plan"])
        found.hours.setdefault(row["environment"], Counter())[one] = row["count_all"]
    return found


def _text(rows: pa.Table, name: str) -> pa.Array:
    return pc.fill_null(rows.column(name).combine_chunks(), "")


def _numbers(texts: pa.Array, names: Names) -> pa.Array:
    """The numbers of texts; every text but "" has one."""
    keys, values = pa.array(list(names), pa.string()), pa.array(list(names.values()), pa.uint32())
    return pc.fill_null(values.take(pc.index_in(texts, value_set=keys)), NOBODY)


def _sets(lists: pa.ChunkedArray) -> list[tuple[int, BitMap]]:
    """The length of each list, and its numbers as a set without the one of nobody."""
    found = []
    for part in lists.chunks:
        numbers = memoryview(part.values.buffers()[1] or b"").cast("B").cast("I")
        ends = part.offsets.to_pylist()
        for start, end in pairwise(ends):
            set_ = BitMap(numbers[start:end])
            set_.discard(NOBODY)
            found.append((end - start, set_))
    return found
