"""Bitemporal bookkeeping against a model that is too simple to be wrong: a value for every instant."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from companyos.spines.graph.rules import Known, after_prefix, normal, splice, suffixes

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 12


def _day(n: int) -> datetime:
    return BEGIN + timedelta(days=n)


news = st.lists(st.tuples(st.integers(0, DAYS), st.sampled_from(["a", "b", None])), max_size=12)


@given(news)
def test_belief_is_what_the_changes_say_in_whatever_order_they_come(
    told: list[tuple[int, str | None]],
) -> None:
    believed: list[Known[str]] = []
    starts: dict[int, str | None] = {}
    rows = iter(range(10_000))
    for at, value in told:
        before = _values(believed)
        change = splice(believed, _day(at), value)
        assert len(set(change.close)) == len(change.close)
        believed = [k for k in believed if k.row not in change.close]
        believed += [Known(UUID(int=next(rows)), span) for span in change.add]
        _check_spans(believed)
        # The value holds from its day until the next change that was known before, and nothing else changes.
        later = [day for day in starts if day > at]
        until = min(later, default=DAYS + 1)
        expected = [value if at <= day < until else before[day] for day in range(DAYS + 1)]
        if before[at] == value:
            expected = before
        else:
            starts[at] = value
        got = _values(believed)
        assert got[at] == value
        assert got[:at] == before[:at]
        assert got == expected or _cut_by_known_end(before, got, at)


def _cut_by_known_end(before: list[str | None], got: list[str | None], at: int) -> bool:
    """A span keeps its end: after it, what held before still holds."""
    end = next((day for day in range(at, DAYS + 1) if before[day] != before[at]), DAYS + 1)
    return got[end:] == before[end:]


def _values(believed: list[Known[str]]) -> list[str | None]:
    def at(moment: datetime) -> str | None:
        return next(
            (
                k.span.value
                for k in believed
                if k.span.start <= moment and (k.span.end is None or moment < k.span.end)
            ),
            None,
        )

    return [at(_day(day)) for day in range(DAYS + 1)]


def _check_spans(believed: list[Known[str]]) -> None:
    spans = sorted((k.span for k in believed), key=lambda s: s.start)
    for one, following in pairwise(spans):
        assert one.end is not None
        assert one.end <= following.start
    assert all(s.end is None or s.start < s.end for s in spans)


def test_saying_the_same_again_changes_nothing() -> None:
    first = splice([], _day(1), "a")
    assert [(s.start, s.end) for s in first.add] == [(_day(1), None)]
    known = [Known(UUID(int=1), first.add[0])]
    assert splice(known, _day(5), "a") == splice([], _day(5), None)


@given(st.text(max_size=60), st.data())
def test_every_part_of_a_text_begins_one_of_its_suffixes(text: str, data: st.DataObject) -> None:
    whole = normal(text)
    if not whole:
        return
    start = data.draw(st.integers(0, len(whole) - 1))
    part = whole[start : start + 20].strip(" ")
    if part:
        assert any(s.startswith(part) for s in suffixes([text]))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), st.text(max_size=5))
def test_everything_with_a_prefix_lies_below_its_end(prefix: str, rest: str) -> None:
    assert prefix <= prefix + rest < after_prefix(prefix)
    after_prefix(prefix).encode()


def test_places_tell_starts_from_insides() -> None:
    found = suffixes(["Payments API"])
    assert (found["payments api"], found["api"], found["ments api"]) == (0, 1, 2)
