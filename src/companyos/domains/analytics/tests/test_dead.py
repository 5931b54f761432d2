"""What is kept of refused events."""

import msgspec
import pytest

from companyos.domains.analytics.rules.dead import letter
from companyos.domains.analytics.rules.envelope import Envelope
from companyos.spines.data.rules.fault import Fault


@pytest.mark.parametrize(
    ("props", "pointer", "code"),
    [
        (b'{"note": "ada@example.com"}', "/event", "unknown_schema"),
        (b'{"note": "ada@example.com", "note": ""}', "/props", "duplicate_field"),
        (b'{"note": "ada@example.com"}', "/props/note", "unlabelled_pii"),
        (b'{"ada@example.com": 1}', "/at", "clock_ahead"),
    ],
)
def test_a_dead_letter_holds_no_personal_data_that_nobody_looked_for(
    props: bytes, pointer: str, code: str
) -> None:
    event = Envelope(id="1", event="shop.order_placed", props=msgspec.Raw(props))
    kept = letter(event, (Fault(pointer, code, "No.", "Do."),), lambda id_: "hidden", 2000)
    assert "shop.order_placed" in kept.raw
    assert "ada@example.com" not in kept.raw
