"""Log records to rows."""

from collections.abc import Callable
from typing import Any

from ..rules import refused_time
from ..signals import LOGS
from .request import log_time
from .values import body_text, pairs, text


def add(
    rows: dict[str, list[tuple[Any, ...]]],
    message: Any,
    owner: tuple[str, str],
    now: int,
    offset: int,
    resource_of: Callable[[Any], tuple[str, str]],
    scope_of: Callable[[Any], str],
) -> None:
    """Append the log records of one request."""
    tenant, environment = owner
    for of_resource in message.resource_logs:
        resource, service = resource_of(of_resource.resource)
        for of_scope in of_resource.scope_logs:
            scope = scope_of(of_scope.scope)
            for record in of_scope.log_records:
                at = log_time(record, now)
                if refused_time(at, now):
                    continue
                rows[LOGS.name].append(
                    (
                        tenant,
                        at // 1000,
                        environment,
                        service,
                        (record.observed_time_unix_nano or now) // 1000,
                        record.severity_number,
                        record.severity_text,
                        body_text(record.body),
                        record.trace_id.hex(),
                        record.span_id.hex(),
                        record.event_name,
                        text(pairs(record.attributes)),
                        resource,
                        scope,
                        offset,
                    )
                )
