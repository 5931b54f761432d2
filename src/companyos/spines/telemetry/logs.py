"""Log lines: found by service, text, severity and trace; newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from companyos.kernel.ports.lake import Where

from .signals import LOGS
from .telemetry import Telemetry
from .window import Window

SEVERITIES = {"trace": 1, "debug": 5, "info": 9, "warn": 13, "error": 17, "fatal": 21}
"""The lowest OpenTelemetry severity number of each level (logs data model, "SeverityNumber")."""

_LOGS = """
    select * from logs
    where ($q = '' or contains(lower(body), lower($q)) or contains(lower(attributes), lower($q)))
    order by "at" desc, service, trace_id, span_id, body, attributes limit $limit offset $skip
"""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One log record."""

    at: datetime
    service: str
    severity: str
    body: str
    trace_id: str | None
    span_id: str | None
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What is looked for. `severity` is the least severe level wanted; empty texts ask for nothing."""

    window: Window
    service: str = ""
    q: str = ""
    severity: str = ""
    trace_id: str = ""


async def find_logs(
    telemetry: Telemetry, tenant: UUID, environment: str, query: LogQuery, *, limit: int, skip: int = 0
) -> list[LogLine]:
    """At most `limit` lines after the first `skip`, newest first."""
    where = [Where("environment", "=", environment)]
    if query.service:
        where.append(Where("service", "=", query.service))
    if query.trace_id:
        where.append(Where("trace_id", "=", query.trace_id.lower()))
    if query.severity:
        where.append(Where("severity", ">=", SEVERITIES[query.severity]))
    scan = telemetry.scan(LOGS, tenant, query.window.start, query.window.end, *where)
    found = await telemetry.query(_LOGS, {"q": query.q, "limit": limit, "skip": skip}, logs=scan)
    return [_line(row) for row in found.to_pylist()]


def level_of(number: int, text: str) -> str:
    """The level of a record: by its number, else as the sender called it."""
    if number <= 0:
        return text.lower() or "unset"
    return max((low, name) for name, low in SEVERITIES.items() if low <= number)[1]


def _line(row: dict[str, Any]) -> LogLine:
    return LogLine(
        row["at"],
        row["service"],
        level_of(row["severity"], row["severity_text"]),
        row["body"],
        row["trace_id"] or None,
        row["span_id"] or None,
        msgspec.json.decode(row["attributes"]) if row["attributes"] else {},
    )
