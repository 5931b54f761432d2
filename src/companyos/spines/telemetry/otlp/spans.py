"""Spans to rows, and the requests among them to the roll-up."""

from collections.abc import Callable
from typing import Any

from ..histogram import bucket_of
from ..rules import refused_span
from ..signals import RED, SPANS
from .values import pairs, text

KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")
STATUSES = ("unset", "ok", "error")
SERVER, CONSUMER, ERROR = 2, 5, 2
MINUTE_US = 60_000_000


def add(
    rows: dict[str, list[tuple[Any, ...]]],
    message: Any,
    owner: tuple[str, str],
    now: int,
    offset: int,
    resource_of: Callable[[Any], tuple[str, str]],
    scope_of: Callable[[Any], str],
) -> None:
    """Append the spans of one request, and one roll-up row per minute, service and operation in it."""
    tenant, environment = owner
    add_span = rows[SPANS.name].append
    requests: dict[tuple[int, str, str], list[Any]] = {}
    for of_resource in message.resource_spans:
        resource, service = resource_of(of_resource.resource)
        for of_scope in of_resource.scope_spans:
            scope = scope_of(of_scope.scope)
            for span in of_scope.spans:
                trace_id, span_id = span.trace_id, span.span_id
                start, end = span.start_time_unix_nano, span.end_time_unix_nano
                if refused_span(trace_id, span_id, start, end, now):
                    continue
                kind, parent, name, duration = span.kind, span.parent_span_id, span.name, end - start
                status = span.status.code
                at = start // 1000
                add_span(
                    (
                        tenant,
                        at,
                        environment,
                        service,
                        trace_id.hex(),
                        span_id.hex(),
                        parent.hex(),
                        name,
                        KINDS[kind] if kind < 6 else KINDS[0],
                        duration,
                        STATUSES[status] if status < 3 else STATUSES[0],
                        span.status.message,
                        text(pairs(span.attributes)),
                        text([_event(e) for e in span.events]) if span.events else "",
                        text([_link(link) for link in span.links]) if span.links else "",
                        resource,
                        scope,
                        offset,
                    )
                )
                if kind in (SERVER, CONSUMER) or not parent:
                    key = (at - at % MINUTE_US, service, name)
                    summed = requests.get(key)
                    if summed is None:
                        summed = requests[key] = [0, 0, 0, {}]
                    summed[0] += 1
                    summed[1] += status == ERROR
                    summed[2] += duration
                    bucket = bucket_of(duration)
                    summed[3][bucket] = summed[3].get(bucket, 0) + 1
    rows[RED.name] += (
        (
            tenant,
            minute,
            environment,
            service,
            name,
            count,
            errors,
            total,
            [*found],
            [*found.values()],
            offset,
        )
        for (minute, service, name), (count, errors, total, found) in requests.items()
    )


def _event(event: Any) -> dict[str, Any]:
    return {"at_ns": event.time_unix_nano, "name": event.name, "attributes": pairs(event.attributes)}


def _link(link: Any) -> dict[str, Any]:
    return {
        "trace_id": link.trace_id.hex(),
        "span_id": link.span_id.hex(),
        "attributes": pairs(link.attributes),
    }
