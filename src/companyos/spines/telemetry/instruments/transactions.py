"""What the database did for a request or a reaction: one span of `companyos-database` for each transaction.

Its length is the time that the database worked, not the time that the transaction was open. It says how many
statements there were, never which or with what; jobs and our own telemetry's upkeep are left out, so that an idle house
stays idle.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InternalError, InvalidRequestError, OperationalError

from .handover import HANDING_OVER

_KEY = "companyos.transaction"


@dataclass(slots=True)
class _Spent:
    """The work of one open transaction; `since` is the start of the statement that runs. Times in nanoseconds."""

    began: int
    worked: int = 0
    since: int = 0
    statements: int = 0
    failed: bool = False


class Transactions:
    """Watches an engine from `start` to `stop`."""

    def __init__(self, engine: Engine, tracer: trace.Tracer):
        self._engine, self._tracer = engine, tracer
        self._watched: dict[str, Callable[..., Any]] = {
            "begin": self._begin,
            "before_cursor_execute": self._before,
            "after_cursor_execute": self._after,
            "handle_error": self._failed,
            "commit": self._end,
            "rollback": self._end,
        }

    def start(self) -> None:
        """Listen to the engine."""
        for name, heard in self._watched.items():
            event.listen(self._engine, name, heard)

    def stop(self) -> None:
        """Listen no more; an engine that was closed meanwhile has no listeners left."""
        for name, heard in self._watched.items():
            with suppress(InvalidRequestError):
                event.remove(self._engine, name, heard)

    def _begin(self, db: Connection) -> None:
        db.info.pop(_KEY, None)
        if trace.get_current_span().is_recording() and not HANDING_OVER.get():
            db.info[_KEY] = _Spent(time.time_ns())

    def _before(self, db: Connection, *_: Any) -> None:
        if spent := db.info.get(_KEY):
            spent.since = time.perf_counter_ns()

    def _after(self, db: Connection, *_: Any) -> None:
        if spent := db.info.get(_KEY):
            _count(spent)

    def _failed(self, context: Any) -> None:
        """A statement that breaks a rule is the caller's fault; one that the database could not do is its own."""
        db = context.connection
        spent = db.info.get(_KEY) if db is not None and not db.invalidated else None
        if spent:
            _count(spent)
            spent.failed |= isinstance(context.sqlalchemy_exception, OperationalError | InternalError)

    def _end(self, db: Connection) -> None:
        if db.invalidated:  # cancelled in the middle: what was noted went with the connection
            return
        spent: _Spent | None = db.info.pop(_KEY, None)
        if spent is None or not spent.statements:
            return
        told: dict[str, str | int] = {
            "db.system.name": "postgresql",
            "companyos.statements": spent.statements,
        }
        span = self._tracer.start_span("transaction", None, SpanKind.SERVER, told, start_time=spent.began)
        if spent.failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end(spent.began + spent.worked)


def _count(spent: _Spent) -> None:
    spent.statements += 1
    spent.worked += time.perf_counter_ns() - spent.since
