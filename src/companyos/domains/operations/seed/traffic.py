"""Traffic of the demo's services: requests, errors and durations of any span of time, the same for the same seed."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from companyos.kernel.demo import DemoTenant
from companyos.spines.telemetry.histogram import bucket_of

from .product import DemoService
from .story import Fault, faults_of

SPREAD = 0.55
"""Standard deviation of the logarithm of durations: the 95th percentile is about 2.5 times the median."""


def traffic(
    seed: int,
    tenant: DemoTenant,
    product: tuple[DemoService, ...],
    start: datetime,
    end: datetime,
    step: timedelta,
) -> Iterator[dict[str, Any]]:
    """Roll-up rows (see telemetry's `load_red`) of every step, service and operation in `[start, end)`."""
    troubles = {service.name: list(faults_of(seed, service, start, end)) for service in product}
    at = start
    while at < end:
        for service in product:
            chance = Random(f"{seed}/{service.name}/{at.isoformat()}")  # noqa: S311 - a demo, not a secret
            yield from _rows(service, tenant, at, step, troubles[service.name], chance)
        at += step


def _rows(
    service: DemoService,
    tenant: DemoTenant,
    at: datetime,
    step: timedelta,
    mine: Sequence[Fault],
    chance: Random,
) -> Iterator[dict[str, Any]]:
    fault = next((f for f in mine if f.start <= at < f.end), None)
    errors = (1 - service.objective) * service.strain + (fault.errors if fault else 0.0)
    p50 = service.p50_ms * (fault.slowdown if fault else 1.0) * chance.uniform(0.94, 1.07)
    requests = service.rps * _of_the_day(at) * step.total_seconds() * chance.uniform(0.93, 1.08)
    shares_of = (0.7, 0.3)
    for number, operation in enumerate(service.operations):
        count = max(1, round(requests * (shares_of[number] if len(service.operations) > 1 else 1)))
        buckets, shares = _shape(bucket_of(int(p50 * 1e6)))
        counts = [round(count * share) for share in shares]
        counts[len(counts) // 2] += count - sum(counts)
        yield {
            "tenant_id": str(tenant.id),
            "at": at,
            "environment": "prod",
            "service": service.name,
            "operation": operation,
            "count": count,
            "errors": _few(count * errors, chance),
            "duration_ns": int(count * p50 * 1.16e6),
            "buckets": list(buckets),
            "counts": counts,
        }


def _of_the_day(at: datetime) -> float:
    """Share of the busiest hour: busy at 14:00 UTC, quiet at night and on weekends."""
    hour = at.hour + at.minute / 60
    day = 0.55 + 0.45 * math.cos((hour - 14) / 24 * 2 * math.pi)
    return day * (0.6 if at.weekday() >= 5 else 1.0)


def _few(expected: float, chance: Random) -> int:
    """A whole number with the mean `expected`."""
    whole = math.floor(expected)
    return whole + (chance.random() < expected - whole)


@cache
def _shape(middle: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Buckets of a log-normal distribution around a middle bucket, and the share of requests in each."""
    width = math.log(2) / 8 / SPREAD
    offsets = range(-16, 27)
    weights = [math.exp(-((o * width) ** 2) / 2) for o in offsets]
    total = sum(weights)
    return tuple(middle + o for o in offsets), tuple(w / total for w in weights)
