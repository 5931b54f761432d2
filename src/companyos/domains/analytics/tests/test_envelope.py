"""The envelope and its schema, pseudonyms, and what is kept of refused events."""

import json

import msgspec
import pytest

from companyos.domains.analytics.rules.dead import REMOVED, letter
from companyos.domains.analytics.rules.envelope import Envelope, Unfit, read
from companyos.domains.analytics.rules.envelope_schema import FILE, document, text
from companyos.spines.data.rules.compiling import compiled
from companyos.spines.data.rules.fault import Fault
from companyos.spines.data.rules.profile import understand
from companyos.spines.data.rules.pseudonyms import Pseudonyms

from .sending import event


def test_the_envelopes_schema_says_what_the_struct_says() -> None:
    command = "python -m companyos.domains.analytics.rules.envelope_schema"
    assert FILE.read_text() == text(), f"{FILE} has fallen behind; run `{command}`"


@pytest.mark.parametrize(
    "sent",
    [
        event(),
        event(at="2026-11-22T10:15:00+01:00"),
        event(user_id=3),
        event(sent_at=""),
        event(id="x" * 129),
    ],
)
def test_the_envelopes_schema_accepts_what_the_struct_reads(sent: dict) -> None:
    told = compiled(understand(document())).faults(msgspec.json.encode(sent))
    assert bool(told) == isinstance(read(msgspec.json.encode(sent)), Unfit)


def test_a_pseudonym_is_the_first_half_of_an_hmac_in_base32() -> None:
    # RFC 4231, test case 2, key "Jefe": 5bdcc146bf60754e6a042426089575c7…
    pseudonyms = Pseudonyms(b"Jefe", remembered=1)
    for _ in range(2):
        assert pseudonyms.of("what do ya want for nothing?") == "lpomcrv7mb2u42qeeqtarflvy4"
    assert pseudonyms.of("somebody else") != pseudonyms.of("what do ya want for nothing?")


def kept(sent: bytes | Envelope, *faults: Fault, most: int = 1000) -> str:
    """What is kept of a refused event."""
    return letter(read(sent) if isinstance(sent, bytes) else sent, faults, lambda _: "pseudonym", most).raw


def test_a_dead_letter_names_nobody() -> None:
    found = json.loads(kept(b'{"id": "a", "user_id": "ada", "mail": "ada@example.com", "plan": 7}'))
    assert found == {"id": "a", "user_id": "pseudonym", "mail": REMOVED, "plan": 7}
    personal = Envelope(
        id="a", event="e", user_id="ada", props=msgspec.Raw(b'{"mail": "ada@example.com", "n": 1}')
    )
    fault = Fault("/props/mail", "unlabelled_pii", "It looks like an e-mail address.")
    assert json.loads(kept(personal, fault))["props"] == {"mail": REMOVED, "n": 1}


def test_what_is_no_json_is_not_kept_and_what_is_long_is_cut() -> None:
    assert kept(b'{"id": "ada@example.com"') == ""
    assert len(kept(b'{"id": "a", "plan": 7, "text": "%s"}' % (b"x" * 5_000), most=100)) == 100
