"""Personal data in texts: what is seen, what is not taken for it, and what hides nothing."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companyos.spines.data.rules.compiling import compiled
from companyos.spines.data.rules.pii import pii_in, suspicious
from companyos.spines.data.rules.profile import understand

SEEN = {
    "ada@example.com": "email",
    "from=ada.l+news%40example.co.uk&x": "email",
    "call +49 30 901820 today": "phone",
    "+1 (650) 253-0000": "phone",
    "DE89 3704 0044 0532 0130 00": "iban",
    "to GB82WEST12345698765432 please": "iban",
    "4111 1111 1111 1111": "card",
    "378282246310005": "card",
}
UNSEEN = [
    "",
    "/services/checkout?tab=logs",
    "018f7a1e-0000-7000-8000-000000000001",
    "2026-11-22T10:15:00+01:00",
    "1763806500000",
    "4111111111111112",
    "9111111111111111",
    "DE89 3704 0044 0532 0130 01",
    "v1.2.3+build.77",
    "@decorator",
    "0xDEADBEEF00112233",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
]
OPEN = compiled(understand({"type": "object", "properties": {"note": {"type": "string"}}}))


@pytest.mark.parametrize(("text", "kind"), SEEN.items())
def test_personal_data_is_seen(text: str, kind: str) -> None:
    assert pii_in(text) == kind


@pytest.mark.parametrize("text", UNSEEN)
def test_other_texts_are_not_taken_for_it(text: str) -> None:
    assert pii_in(text) is None


@pytest.mark.parametrize("text", SEEN)
def test_it_does_not_hide_in_escapes_depth_names_or_undescribed_places(text: str) -> None:
    escaped = "".join(f"\\u{ord(one):04x}" for one in text)
    for pointer, document in {
        "/note": f'{{"note": "{escaped}"}}',
        "/other": json.dumps({"other": text}),
        "/deep/0/x": json.dumps({"deep": [{"x": text}]}),
    }.items():
        assert [(one.pointer, one.code) for one in OPEN.faults(document.encode())] == [
            (pointer, "unlabelled_pii")
        ]
    assert [one.code for one in OPEN.faults(json.dumps({text: 1}).encode())] == ["unlabelled_pii"]


@pytest.mark.parametrize("more", ["", ', "count": 1.0'])
def test_it_does_not_hide_behind_a_second_field_of_the_same_name(more: str) -> None:
    said = {"note": {"type": "string"}, "count": {"type": "integer"}}
    judged = compiled(understand({"type": "object", "properties": said}))
    found = judged.faults(f'{{"note": "ada@example.com", "note": ""{more}}}'.encode())
    assert [one.code for one in found] == ["duplicate_field"]


@pytest.mark.parametrize("pii", ["none", "direct", "indirect"])
def test_a_label_says_that_it_may_be_there(pii: str) -> None:
    said = {"type": "string", "x-companyos": {"pii": pii}}
    judged = compiled(understand({"type": "object", "properties": {"note": said}}))
    assert judged.faults(b'{"note": "ada@example.com"}') == ()


@given(st.text(max_size=30), st.sampled_from(list(SEEN)), st.text(max_size=30))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_quick_look_misses_nothing_that_the_close_look_sees(before: str, text: str, after: str) -> None:
    said = before + text + after
    if pii_in(said):
        assert suspicious(said.encode())
        assert suspicious(json.dumps({"note": said}).encode())
        assert suspicious(json.dumps({"note": said}, ensure_ascii=False).encode())
