"""The stretch of time that a question is about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from companyos.kernel.problems import Invalid

MAX_POINTS = 2000
MAX_SKIP = 1_000_000
YEARS = (1990, 2200)
TARGET_POINTS = 120
GRAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Times in `[start, end)`, UTC."""

    start: datetime
    end: datetime

    @classmethod
    def of(
        cls,
        start: datetime | None,
        end: datetime | None,
        *,
        now: datetime,
        default: timedelta = timedelta(hours=1),
    ) -> "Window":
        """The window asked for; without an end it ends now, without a start it is `default` long."""
        last = _utc("to", end) if end else now
        first = _utc("from", start) if start else last - default
        if first >= last:
            raise Invalid.at("query from", "`from` must be before `to`.", "Swap them, or leave one out.")
        return cls(first, last)

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def step(self, seconds: int | None) -> timedelta:
        """Width of a point: as asked for, rounded up to whole minutes; else what gives about 120 points."""
        if seconds is None:
            return max(GRAIN, GRAIN * -(-self.length // (TARGET_POINTS * GRAIN)))
        step = GRAIN * -(-timedelta(seconds=seconds) // GRAIN)
        if self.length / step > MAX_POINTS:
            raise Invalid.at(
                "query step", f"That would be more than {MAX_POINTS} points.", "Use a larger `step`."
            )
        return step


def cursor_time(text: str) -> datetime:
    """A time out of a cursor. Raises ValueError for what no list of ours has written."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not YEARS[0] <= moment.year < YEARS[1]:
        raise ValueError(text)
    return moment


def cursor_count(text: str) -> int:
    """A number of rows out of a cursor. Raises ValueError for what no list of ours has written."""
    count = int(text)
    if not 0 <= count < MAX_SKIP:
        raise ValueError(text)
    return count


def _utc(name: str, moment: datetime) -> datetime:
    if not YEARS[0] <= moment.year < YEARS[1]:
        raise Invalid.at(f"query {name}", f"`{name}` must be between the years {YEARS[0]} and {YEARS[1]}.")
    return moment.astimezone(UTC)
