"""Structured logs: one JSON object a line on standard error, with the request and trace they belong to."""

import logging
import sys
from typing import Any, TextIO

import structlog


def configure_logs(level: str = "info", *, extra: tuple[Any, ...] = (), to: TextIO | None = None) -> None:
    """Set structlog up for the process. `extra` are processors that see each entry before it is written.

    Tracebacks are written without local variables: those hold tokens and personal data.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            *extra,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.WriteLogger(to or sys.stderr),  # the one of this moment
        cache_logger_on_first_use=False,
    )
    write_from(level)


def write_from(level: str) -> None:
    """From now on the process writes entries of this level and of more severe ones."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())))
