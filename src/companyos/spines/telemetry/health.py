"""How many services do, in one query: for lists, landing pages and other domains."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from companyos.kernel.ports.lake import Where

from .histogram import quantile_ms
from .red import EPOCH, Tally, microseconds
from .signals import RED
from .telemetry import Telemetry

LONG = timedelta(days=30)
"""What availability is taken over."""
RECENT = timedelta(minutes=10)
"""What rate, error rate and durations are taken over."""
SPARK = timedelta(hours=2)
SPARK_STEP = timedelta(minutes=5)
LATE = timedelta(minutes=1)
"""How long after its end a step counts as complete: spans travel in batches."""

SETTLED_AFTER = timedelta(hours=2)
"""Hours that ended so long ago are summed up once an hour; what arrives later still counts from the next hour on."""
MAX_SETTLED = 1000

_SETTLED = """
    select service, sum(count)::bigint as n, sum(errors)::bigint as errors, max(epoch_us("at")) as seen
    from red group by service
"""
_LIVE = """
    , recent as (select * from red where epoch_us("at") >= $recent)
    , spread as (select service, unnest(buckets) as bucket, unnest(counts) as n from recent)
    select service, 'live' as what, 0 as slot, sum(count)::bigint as n, sum(errors)::bigint as errors,
           max(epoch_us("at")) as seen
    from red where epoch_us("at") >= $settled group by service
    union all
    select service, 'recent', 0, sum(count)::bigint, sum(errors)::bigint, 0 from recent group by service
    union all
    select service, 'bucket', bucket, sum(n)::bigint, 0, 0 from spread group by service, bucket
    union all
    select service, 'spark', (epoch_us("at") - $spark) // $step, sum(count)::bigint, 0, 0
    from red where epoch_us("at") >= $spark group by all
"""


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """How a service does. None means that no request tells.

    `availability` is the share of requests of the last 30 days that did not fail; `rps`, `error_rate`, `p50_ms`,
    `p95_ms` and `p99_ms` are of the last 10 minutes; `spark` is requests per minute over 2 hours in whole steps
    of 5 minutes, oldest first, up to the last step that is complete; `last_seen` is the minute of the last request.
    """

    service: str
    availability: float | None
    rps: float | None
    error_rate: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    requests: int
    last_seen: datetime
    spark: tuple[float, ...]


async def health(
    telemetry: Telemetry,
    tenant: UUID,
    environment: str,
    *,
    now: datetime,
    services: Sequence[str] | None = None,
) -> dict[str, ServiceHealth]:
    """Health by name of the services asked for (None: of all). A service without requests is absent."""
    wanted = None if services is None else set(services)
    settled = now.replace(minute=0, second=0, microsecond=0) - SETTLED_AFTER
    spark = spark_begin(now)
    scan = telemetry.scan(
        RED,
        tenant,
        min(settled, spark),
        now + timedelta(minutes=5),
        Where("environment", "=", environment),
        columns=("at", "service", "count", "errors", "buckets", "counts"),
    )
    parameters = {
        "recent": microseconds(now - RECENT),
        "settled": microseconds(settled),
        "spark": microseconds(spark),
        "step": SPARK_STEP // timedelta(microseconds=1),
    }
    long = await _settled(telemetry, tenant, environment, settled)
    found = {name: _Parts(name, *sums) for name, sums in long.items()}
    for row in (await telemetry.query(_LIVE, parameters, red=scan)).to_pylist():
        found.setdefault(row["service"], _Parts(row["service"])).take(row)
    return {name: found[name].health() for name in sorted(found) if wanted is None or name in wanted}


def spark_begin(now: datetime) -> datetime:
    """Where the sparkline begins: 2 hours before the end of the last step that is complete."""
    complete = EPOCH + (now - LATE - EPOCH) // SPARK_STEP * SPARK_STEP
    return complete - SPARK


async def _settled(
    telemetry: Telemetry, tenant: UUID, environment: str, until: datetime
) -> dict[str, tuple[int, int, int]]:
    """Requests, errors and last request of every service over the settled part of the last 30 days."""
    key, kept = (tenant, environment), telemetry.settled
    if key not in kept or kept[key][0] != until:
        scan = telemetry.scan(
            RED,
            tenant,
            until + SETTLED_AFTER - LONG,
            until,
            Where("environment", "=", environment),
            columns=("at", "service", "count", "errors"),
        )
        rows = (await telemetry.query(_SETTLED, {}, red=scan)).to_pylist()
        if len(kept) >= MAX_SETTLED:
            kept.clear()
        kept[key] = until, {row["service"]: (row["n"], row["errors"], row["seen"]) for row in rows}
    return kept[key][1]


class _Parts:
    """The rows of one service."""

    def __init__(self, name: str, count: int = 0, errors: int = 0, seen: int = 0):
        self.name, self.seen = name, seen
        self.long, self.recent = Tally(count, errors), Tally()
        self.spark = [0.0] * (SPARK // SPARK_STEP)

    def take(self, row: dict[str, Any]) -> None:
        match row["what"]:
            case "live":
                self.long.count += row["n"]
                self.long.errors += row["errors"]
                self.seen = max(self.seen, row["seen"])
            case "recent":
                self.recent.count, self.recent.errors = row["n"], row["errors"]
            case "bucket":
                self.recent.histogram[row["slot"]] = row["n"]
            case "spark" if 0 <= row["slot"] < len(self.spark):
                self.spark[row["slot"]] = row["n"] / (SPARK_STEP / timedelta(minutes=1))

    def health(self) -> ServiceHealth:
        recent = self.recent
        return ServiceHealth(
            self.name,
            1 - self.long.errors / self.long.count if self.long.count else None,
            recent.count / RECENT.total_seconds() if recent.count else None,
            recent.errors / recent.count if recent.count else None,
            quantile_ms(recent.histogram, 0.50),
            quantile_ms(recent.histogram, 0.95),
            quantile_ms(recent.histogram, 0.99),
            self.long.count,
            _moment(self.seen),
            tuple(self.spark),
        )


def _moment(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)
