"""Records and canonical JSON: one value, one sequence of bytes, whatever a client sends."""

from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from companyos.spines.evidence import canonical
from companyos.spines.evidence.record import DecisionLink, Record, read

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(texts, texts, st.dictionaries(st.text(), values, max_size=4), st.booleans())
def test_a_record_is_encoded_canonically(
    actor: str, subject: str, detail: dict[str, Any], decided: bool
) -> None:
    record = Record(
        id="1",
        tenant="2",
        environment="prod",
        at="2026-11-22T10:15:00.000000Z",
        actor=actor,
        action="a.b",
        subject=subject,
        outcome="done",
        detail=msgspec.Raw(canonical.encode(canonical.plain(detail))),
        request="",
        trace="",
        decision=DecisionLink("3", "4") if decided else None,
    )
    assert record.encoded == rfc8785.dumps(msgspec.json.decode(record.encoded))
    assert read(record.encoded, "it") == record


@given(values)
def test_whatever_comes_has_one_canonical_form(value: Any) -> None:
    raw = canonical.encode(canonical.plain(value))
    assert canonical.encode(canonical.decode(raw, "it")) == raw


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b"", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b'{"a":1,"a":2}', "not in canonical form"),
        (b'{"b":1,"a":2}', "first at byte 2"),
        (b'{"a": 1}', "first at byte 5"),
        (b"1.0", "not in canonical form"),
        (b"9007199254740993", "safe integer"),
        (b"NaN", "canonical JSON form"),
        (b"[" * 70 + b"]" * 70, "deeper than 64"),
        (b'"\\ud800"', "canonical JSON form"),
    ],
)
def test_other_forms_are_refused_with_their_place(raw: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        canonical.decode(raw, "it")


@pytest.mark.parametrize("raw", [b"{}", b"[]", b"null", b'{"detail":[]}'])
def test_other_shapes_are_no_records(raw: bytes) -> None:
    with pytest.raises(ValueError, match="is not an audit record"):
        read(raw, "it")
