"""Operations on refused events: what they change, what they leave, and what they may not touch."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companyos.domains.analytics.rules.envelope import Envelope
from companyos.domains.analytics.rules.letters import Letter
from companyos.domains.analytics.rules.mending import PROTECTED, Operation, faults, mend, mended
from companyos.spines.data.rules.fault import Fault

AT = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]] = {
    "a misspelt name": (
        {"props": {"amuont": 1}},
        [{"do": "rename", "at": "/props/amuont", "to": "amount"}],
        {"props": {"amount": 1}},
    ),
    "a name that is taken stays": (
        {"props": {"a": 1, "b": 2}},
        [{"do": "rename", "at": "/props/a", "to": "b"}],
        {"props": {"a": 1, "b": 2}},
    ),
    "a field in the wrong place": (
        {"amount": 3},
        [{"do": "move", "at": "/amount", "to": "/props/amount"}],
        {"props": {"amount": 3}},
    ),
    "a default where nothing is said": (
        {"props": {"a": 1}},
        [
            {"do": "set_default", "at": "/props/a", "value": 9},
            {"do": "set_default", "at": "/props/b", "value": 9},
        ],
        {"props": {"a": 1, "b": 9}},
    ),
    "casts": (
        {"props": {"i": "12", "n": "1.5", "t": 7, "b": "true", "not": "twelve"}},
        [
            {"do": "cast", "at": "/props/i", "to": "integer"},
            {"do": "cast", "at": "/props/n", "to": "number"},
            {"do": "cast", "at": "/props/t", "to": "text"},
            {"do": "cast", "at": "/props/b", "to": "boolean"},
            {"do": "cast", "at": "/props/not", "to": "integer"},
        ],
        {"props": {"i": 12, "n": 1.5, "t": "7", "b": True, "not": "twelve"}},
    ),
    "a time in milliseconds": (
        {"at": 1763806500000},
        [{"do": "cast", "at": "/at", "to": "time"}],
        {"at": "2025-11-22T10:15:00+00:00"},
    ),
    "a value by another": (
        {"plan": "Gold", "props": {"n": 1}},
        [
            {"do": "map_value", "at": "/plan", "values": {"Gold": "gold"}},
            {"do": "map_value", "at": "/props/n", "values": {"1": "one"}},
        ],
        {"plan": "gold", "props": {"n": "one"}},
    ),
    "what nobody asks about": ({"x": 1, "props": {}}, [{"do": "drop", "at": "/x"}], {"props": {}}),
    "a place that is not there": ({"props": 1}, [{"do": "drop", "at": "/props/a/b"}], {"props": 1}),
}


def operations(*said: dict[str, Any]) -> tuple[Operation, ...]:
    return msgspec.convert(said, tuple[Operation, ...])


@pytest.mark.parametrize("case", CASES)
def test_operations_change_what_they_name(case: str) -> None:
    value, said, wanted = CASES[case]
    assert faults(operations(*said)) == ()
    mend(value, operations(*said))
    assert value == wanted


@pytest.mark.parametrize("field", PROTECTED)
def test_no_repair_makes_up_who_consented_or_whose_event_it_is(field: str) -> None:
    said = (
        {"do": "set_default", "at": f"/{field}", "value": "x"},
        {"do": "move", "at": "/props/x", "to": f"/{field}"},
        {"do": "move", "at": f"/{field}", "to": "/props/x"},
        {"do": "rename", "at": "/consentScope", "to": field},
        {"do": "map_value", "at": f"/{field}/0", "values": {}},
    )
    for one in said:
        assert [fault.code for fault in faults(operations(one))] == ["protected"], one


def test_a_place_that_cannot_be_is_told_with_what_was_meant() -> None:
    found = faults(
        operations(
            {"do": "drop", "at": "props"},
            {"do": "move", "at": "/x", "to": "/sesion_id"},
        )
    )
    assert [(one.pointer, one.code, one.fix) for one in found] == [
        ("/operations/0/at", "bad_pointer", "Write it as /props/amount."),
        ("/operations/1/to", "unknown_field", "Write /session_id."),
    ]


def letter(raw: str) -> Letter:
    return Letter("l", AT, "prod", "shop", "1", "shop.x", "", "unknown_field", "/x", "", "", raw)


def test_what_was_not_kept_whole_cannot_be_mended() -> None:
    told = [mended(letter(raw), ()) for raw in ("", '{"id": "1", "props": {"a', "[1]")]
    assert [one.code for one in told if isinstance(one, Fault)] == ["withheld", "cut", "malformed"]
    whole = mended(letter('{"id": "1"}'), ())
    assert isinstance(whole, Envelope)
    assert whole.at == AT, "it happened when it came at the latest"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
PLACES = st.sampled_from(["/props", "/props/a", "/props/a/b", "/plan", "/x", "/at"])
OPERATIONS = st.one_of(
    st.builds(
        lambda at, to: {"do": "move", "at": at, "to": to}, PLACES, st.sampled_from(["/props/a/b", "/plan"])
    ),
    st.builds(lambda at, v: {"do": "set_default", "at": at, "value": v}, PLACES, JSON),
    st.builds(
        lambda at, to: {"do": "cast", "at": at, "to": to},
        PLACES,
        st.sampled_from(["text", "integer", "number", "boolean", "time"]),
    ),
    st.builds(lambda at: {"do": "map_value", "at": at, "values": {"a": 1}}, PLACES),
)


@settings(max_examples=60, deadline=None)
@given(JSON, JSON, st.lists(OPERATIONS, max_size=5))
def test_whatever_was_sent_is_mended_or_told_and_never_breaks(
    props: Any, plan: Any, said: list[dict[str, Any]]
) -> None:
    raw = msgspec.json.encode({"id": "1", "consent_scope": ["c"], "props": props, "plan": plan}).decode()
    event = mended(letter(raw), operations(*said))
    if isinstance(event, Envelope):
        assert (event.id, event.consent_scope) == ("1", ["c"])
