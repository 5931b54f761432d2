"""Reading a document strictly: every value has a line, every complaint a suggestion, and all are told at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.yaml_lines import Spot

_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
MOST_PROBLEMS = 50


@dataclass(slots=True)
class Reader:
    """Takes values out of one file and gathers what is wrong with it."""

    file: str
    problems: list[Reason] = field(default_factory=list)

    def wrong(self, line: int, sentence: str, fix: str, code: str = "plan_invalid") -> None:
        """Note a fault: where, what, and what to write instead."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Reason(code, sentence, f"{self.file}:{line}", Remedy("fix_input", fix)))

    def mapping(self, spot: Spot, what: str, known: Iterable[str]) -> bool:
        """Whether a value is a mapping; names that are not known are told."""
        known = sorted(known)
        if not isinstance(spot.value, dict):
            self.wrong(
                spot.line, f"{what} is a mapping of {', '.join(known)}.", "Write `name: value` below it."
            )
            return False
        for name, one in spot.value.items():
            if name not in known:
                self.wrong(one.line, f"{what} knows no {name!r}.", nearest(name, known))
        return True

    def text(self, spot: Spot | None, name: str, *, most: int = 200, default: str = "") -> str:
        """A text of at most `most` letters."""
        if spot is None or spot.value is None:
            return default
        if not isinstance(spot.value, str) or len(spot.value) > most:
            self.wrong(
                spot.line, f"`{name}` is a text of at most {most} letters.", f'Write {name}: "some words".'
            )
            return default
        return spot.value.strip()

    def flag(self, spot: Spot | None, name: str, *, default: bool) -> bool:
        if spot is None:
            return default
        if not isinstance(spot.value, bool):
            self.wrong(spot.line, f"`{name}` is true or false.", f"Write {name}: true.")
            return default
        return spot.value

    def number(
        self, spot: Spot | None, name: str, *, least: float, most: float, default: float, whole: bool = False
    ) -> float:
        """A number between two others."""
        if spot is None:
            return default
        kinds: Any = int if whole else int | float
        if (
            isinstance(spot.value, bool)
            or not isinstance(spot.value, kinds)
            or not least <= spot.value <= most
        ):
            kind = "a whole number" if whole else "a number"
            self.wrong(
                spot.line,
                f"`{name}` is {kind} from {least:g} to {most:g}.",
                f"Write {name}: {max(least, 1):g}.",
            )
            return default
        return float(spot.value)

    def choice(self, spot: Spot | None, name: str, known: tuple[str, ...], *, default: str) -> str:
        """One of some words."""
        if spot is None:
            return default
        if spot.value not in known:
            said = str(spot.value)
            self.wrong(spot.line, f"`{name}` is one of {', '.join(known)}.", nearest(said, known))
            return default
        return str(spot.value)

    def seconds(self, spot: Spot | None, name: str, *, default: Any, most: float = 366 * 86_400.0) -> Any:
        """A time such as `30s`, `5m`, `2h` or `1d`, in seconds."""
        if spot is None:
            return default
        time = duration(spot.value) if isinstance(spot.value, str) else None
        if time is None or time > most:
            self.wrong(
                spot.line,
                f"`{name}` is a time with its unit, {most / 86_400:g} days at most.",
                f"Write {name}: 30s, or m, h, d.",
            )
            return default
        return time


def duration(text: str) -> float | None:
    """A time such as `30s` or `2h` in seconds; None when it is none, or no time at all."""
    found = _TIME.fullmatch(text.strip())
    return float(found[1]) * _SECONDS[found[2]] or None if found else None


def plain(spot: Spot | None) -> Any:
    """A value without its lines."""
    if spot is None:
        return None
    if isinstance(spot.value, dict):
        return {name: plain(one) for name, one in spot.value.items()}
    if isinstance(spot.value, list):
        return [plain(one) for one in spot.value]
    return spot.value


def nearest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A suggestion for a word that is not known."""
    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"These are known: {', '.join(names)}." if names else otherwise
