"""A funnel: steps that are taken in their order. Counted exactly, wherever a way through begins.

For each event of step n, the latest beginning of a way that has taken the steps before it is carried along; the
event continues that way when it is young enough. A later beginning never ends a way that an earlier one goes.
"""

# ruff: noqa: S608 - only numbers of steps are put into the SQL; what callers said are parameters

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """Events of a feature and a name; what is empty may be any."""

    feature: str = ""
    event: str = ""

    @classmethod
    def read(cls, text: str) -> "Step":
        """`search`, `search:companyos.goal_reached` or `:companyos.goal_reached`. Raises ValueError for nothing."""
        feature, _, event = text.strip().partition(":")
        if not feature and not event:
            raise ValueError("a step names a feature, an event (`:name`), or both (`feature:name`)")
        return cls(feature, event)

    def __str__(self) -> str:
        return f"{self.feature}:{self.event}" if self.event else self.feature


def sql_of(steps: Sequence[Step], within_days: int | None) -> tuple[str, dict[str, Any]]:
    """SQL over the relation `rows`, and its parameters: `n1`, `m1`, … how many reached a step, and the median time."""
    parameters: dict[str, Any] = {}
    tests = []
    for n, step in enumerate(steps, 1):
        parameters |= {f"f{n}_": step.feature, f"e{n}_": step.event}
        tests.append(f"(($f{n}_ = '' or feature = $f{n}_) and ($e{n}_ = '' or event = $e{n}_))")
    who = "session_id" if within_days is None else "coalesce(nullif(user_id, ''), anonymous_id)"
    young = "" if within_days is None else ' and m >= "at" - to_days($within)'
    if within_days is not None:
        parameters["within"] = within_days
    marks = ", ".join(f"{test} as s{n}" for n, test in enumerate(tests, 1))
    parts = [
        f"""
    , marked as (select {who} as who, "at", id, {marks} from rows
                 where list_contains(consent_scope, $consent)
                   and ($role = '' or user_role = $role) and ($plan = '' or plan = $plan))
    , way1 as (select *, case when s1 then "at" end as l1 from marked
               where who <> '' and ({" or ".join(f"s{n}" for n in range(1, len(steps) + 1))}))"""
    ]
    for n in range(2, len(steps) + 1):
        parts.append(f"""
    , way{n} as (select * exclude (m), case when s{n}{young} then m end as l{n} from (
        select *, max(l{n - 1}) over (partition by who order by "at", id
                                      rows between unbounded preceding and 1 preceding) as m from way{n - 1}))""")
    every = range(1, len(steps) + 1)
    spent = ", ".join(f'min(epoch("at") - epoch(l{n})) as t{n}, count(l{n}) > 0 as d{n}' for n in every)
    told = ", ".join(f"count(*) filter (d{n}) as n{n}, median(t{n}) as m{n}" for n in every)
    parts.append(f"\n    select {told} from (select who, {spent} from way{len(steps)} group by who)")
    return "".join(parts), parameters
