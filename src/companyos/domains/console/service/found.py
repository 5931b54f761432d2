"""What a search finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found; `key` is where it stands in the order of the results."""

    type: str
    id: str
    title: str
    subtitle: str | None
    status: str | None
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One more hit than the page asks for, when there is one, and how many there are in all."""

    hits: list[Hit]
    total: int
