"""Data points to rows."""

from collections.abc import Callable
from typing import Any

from ..rules import refused_time
from ..signals import METRICS
from .request import points_of
from .values import pairs, text

TEMPORALITIES = ("", "delta", "cumulative")


def add(
    rows: dict[str, list[tuple[Any, ...]]],
    message: Any,
    owner: tuple[str, str],
    now: int,
    offset: int,
    resource_of: Callable[[Any], tuple[str, str]],
    scope_of: Callable[[Any], str],
) -> None:
    """Append the data points of one request."""
    tenant, environment = owner
    for of_resource in message.resource_metrics:
        resource, service = resource_of(of_resource.resource)
        for of_scope in of_resource.scope_metrics:
            scope = scope_of(of_scope.scope)
            for metric in of_scope.metrics:
                kind = metric.WhichOneof("data") or ""
                data = getattr(metric, kind) if kind else None
                temporality = TEMPORALITIES[getattr(data, "aggregation_temporality", 0) % 3]
                monotonic = getattr(data, "is_monotonic", None)
                for point in points_of(metric):
                    if refused_time(point.time_unix_nano, now):
                        continue
                    value, count, detail = _MEASURE[kind](point)
                    rows[METRICS.name].append(
                        (
                            tenant,
                            point.time_unix_nano // 1000,
                            environment,
                            service,
                            metric.name,
                            metric.unit,
                            kind,
                            temporality,
                            monotonic,
                            point.start_time_unix_nano // 1000 or None,
                            value,
                            count,
                            text(detail),
                            text(pairs(point.attributes)),
                            resource,
                            scope,
                            offset,
                        )
                    )


def _number(point: Any) -> tuple[float | None, int | None, Any]:
    kind = point.WhichOneof("value")
    return (float(getattr(point, kind)) if kind else None), None, None


def _histogram(point: Any) -> tuple[float | None, int | None, Any]:
    detail = {"bounds": [*point.explicit_bounds], "counts": [*point.bucket_counts]}
    return _sum(point), point.count, detail | _extremes(point)


def _exponential(point: Any) -> tuple[float | None, int | None, Any]:
    detail = {
        "scale": point.scale,
        "zero_count": point.zero_count,
        "positive": {"offset": point.positive.offset, "counts": [*point.positive.bucket_counts]},
        "negative": {"offset": point.negative.offset, "counts": [*point.negative.bucket_counts]},
    }
    return _sum(point), point.count, detail | _extremes(point)


def _summary(point: Any) -> tuple[float | None, int | None, Any]:
    quantiles = [{"quantile": q.quantile, "value": q.value} for q in point.quantile_values]
    return point.sum, point.count, {"quantiles": quantiles}


def _sum(point: Any) -> float | None:
    return point.sum if point.HasField("sum") else None


def _extremes(point: Any) -> dict[str, float]:
    return {name: getattr(point, name) for name in ("min", "max") if point.HasField(name)}


_MEASURE: dict[str, Callable[[Any], tuple[float | None, int | None, Any]]] = {
    "gauge": _number,
    "sum": _number,
    "histogram": _histogram,
    "exponential_histogram": _exponential,
    "summary": _summary,
}
