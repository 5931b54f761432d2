"""Requests, errors and durations (RED) of services, from the roll-up. A quantile is exact to its bucket."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa

from companyos.kernel.ports.lake import Where

from .histogram import quantile_ms
from .signals import RED
from .telemetry import Telemetry
from .window import Window

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_RED = """
    , binned as (select *, (epoch_us("at") - $origin) // $step as bin from red)
    , spread as (select bin, operation, unnest(buckets) as bucket, unnest(counts) as n from binned)
    select bin, operation, null as bucket, sum(count)::bigint as n, sum(errors)::bigint as errors
    from binned group by grouping sets ((bin), (operation))
    union all
    select bin, operation, bucket, sum(n)::bigint, 0
    from spread group by grouping sets ((bin, bucket), (operation, bucket))
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """Requests in some time: `rate` per second, `error_rate` a share, durations in milliseconds or None."""

    count: int
    errors: int
    rate: float
    error_rate: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """A measure of the time from `at` on."""

    at: datetime
    measure: Measure


@dataclass(frozen=True, slots=True)
class Red:
    """A service over a window: evenly spaced points without gaps, and its operations, busiest first."""

    points: tuple[Point, ...]
    operations: tuple[tuple[str, Measure], ...]


@dataclass(slots=True)
class Tally:
    """Counts being added up."""

    count: int = 0
    errors: int = 0
    histogram: dict[int, int] = field(default_factory=dict)

    def measure(self, length: timedelta) -> Measure:
        h = self.histogram
        return Measure(
            self.count,
            self.errors,
            self.count / length.total_seconds(),
            self.errors / self.count if self.count else 0.0,
            quantile_ms(h, 0.50),
            quantile_ms(h, 0.95),
            quantile_ms(h, 0.99),
        )


async def red(
    telemetry: Telemetry, tenant: UUID, environment: str, service: str, window: Window, step: timedelta
) -> Red:
    """Points and operations of one service."""
    first = window.start - (window.start - EPOCH) % step
    scan = telemetry.scan(
        RED,
        tenant,
        first,
        window.end,
        Where("environment", "=", environment),
        Where("service", "=", service),
        columns=("at", "operation", "count", "errors", "buckets", "counts"),
    )
    parameters = {"origin": microseconds(first), "step": step // timedelta(microseconds=1)}
    points, operations = _tallies((await telemetry.query(_RED, parameters, red=scan)).to_pylist())
    return Red(
        tuple(
            Point(first + n * step, points[n].measure(step)) for n in range(-(-(window.end - first) // step))
        ),
        tuple(
            sorted(
                ((name, tally.measure(window.length)) for name, tally in operations.items()),
                key=lambda found: (-found[1].count, found[0]),
            )
        ),
    )


async def load_red(telemetry: Telemetry, rows: Sequence[dict[str, Any]]) -> int:
    """Append rows to the roll-up in one commit (seeding, import); return how many.

    A row has `tenant_id` (text), `at` (aware datetime, start of a minute), `environment`, `service`, `operation`,
    `count`, `errors`, `duration_ns` (of all together) and the histogram `buckets`, `counts` (see
    `histogram.bucket_of`). Loading the same rows again does nothing: the first one being there says so.
    """
    if not rows or await _has(telemetry, rows[0]):
        return 0
    table = pa.Table.from_pylist(rows, schema=RED.schema)
    await telemetry.lake.append(RED, table)
    earliest = min(row["at"] for row in rows)
    telemetry.settled = {key: kept for key, kept in telemetry.settled.items() if kept[0] <= earliest}
    return int(table.num_rows)


async def _has(telemetry: Telemetry, row: dict[str, Any]) -> bool:
    same = [Where(name, "=", row[name]) for name in ("environment", "service", "operation")]
    at = row["at"]
    scan = telemetry.scan(
        RED, UUID(row["tenant_id"]), at, at + timedelta(microseconds=1), *same, columns=("at",)
    )
    return bool((await telemetry.lake.scan(scan)).num_rows)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def _tallies(rows: Sequence[dict[str, Any]]) -> tuple[dict[int, Tally], dict[str, Tally]]:
    points: dict[int, Tally] = defaultdict(Tally)
    operations: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        tally = points[row["bin"]] if row["operation"] is None else operations[row["operation"]]
        if row["bucket"] is None:
            tally.count, tally.errors = row["n"], row["errors"]
        else:
            tally.histogram[row["bucket"]] = row["n"]
    return points, operations
