"""Texts and times as they come in: bounded to what can be kept and meant."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator

from companyos.kernel.http import Instant

PLAIN = r"^[^\x00-\x1f]*$"
"""One line: no control characters."""
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _when(at: datetime) -> datetime:
    if not EARLIEST <= at <= LATEST:
        raise ValueError("Times are from 2000 to 2100.")
    return at


When = Annotated[Instant, AfterValidator(_when)]
"""A time with its zone, in years that can be meant."""
