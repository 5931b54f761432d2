"""Bounds of texts, numbers and lists: which of them became narrower from one version to the next."""

from collections.abc import Iterator

from .schema import Node, Type

NUMBERS: frozenset[Type] = frozenset({"integer", "number"})


def narrower(old: Node, new: Node) -> Iterator[tuple[str, str, bool]]:
    """Each bound that changed: its keyword, a sentence, and whether it may refuse what was accepted before."""
    if "string" in old.types & new.types:
        yield from _least("minLength", old.shortest, new.shortest)
        yield from _most("maxLength", old.longest, new.longest)
        yield from _form("pattern", old.pattern, new.pattern)
        yield from _form("format", old.format, new.format)
    if old.types & NUMBERS and new.types & NUMBERS:
        yield from _least("minimum", old.minimum, new.minimum)
        yield from _most("maximum", old.maximum, new.maximum)
    if "array" in old.types & new.types:
        yield from _least("minItems", old.least_items, new.least_items)
        yield from _most("maxItems", old.most_items, new.most_items)
    if new.enum is not None and old.enum is None:
        yield "enum", "Only a few values are accepted, and any were before.", True


def _least(keyword: str, old: float | None, new: float | None) -> Iterator[tuple[str, str, bool]]:
    if old != new:
        tighter = new is not None and (old is None or new > old)
        yield keyword, f"{keyword} was {_shown(old)} and is {_shown(new)}.", tighter


def _most(keyword: str, old: float | None, new: float | None) -> Iterator[tuple[str, str, bool]]:
    if old != new:
        tighter = new is not None and (old is None or new < old)
        yield keyword, f"{keyword} was {_shown(old)} and is {_shown(new)}.", tighter


def _form(keyword: str, old: str, new: str) -> Iterator[tuple[str, str, bool]]:
    if old != new:
        yield keyword, f"{keyword} was {old or 'not said'} and is {new or 'not said'}.", bool(new)


def _shown(bound: float | None) -> str:
    return "not said" if bound is None else str(bound)
