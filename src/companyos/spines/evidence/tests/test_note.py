"""Checkpoints: the C2SP specifications' own examples, and what is refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companyos.spines.evidence import note
from companyos.spines.evidence.keys import VerifyKey, read_pinned

from .packs import SIGNER, Signer, checkpoint

STATE = note.Checkpoint("companyos/t", 20852163, bytes(32))

# The example of c2sp.org/tlog-checkpoint.
EXAMPLE_SIGNATURE = (
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
)
EXAMPLE = f"""example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa {EXAMPLE_SIGNATURE}
"""

# The example of golang.org/x/mod/sumdb/note, whose format the specification took over.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


def test_the_example_of_the_specification_reads() -> None:
    state, signatures = note.read(EXAMPLE.encode())
    assert (state.origin, state.size) == ("example.com/behind-the-sofa", 20852163)
    assert [signature.name for signature in signatures] == [state.origin]
    assert state.text.decode() == EXAMPLE.split("\n\n")[0] + "\n"


def test_key_ids_are_those_of_other_implementations() -> None:
    (key,) = read_pinned(GO_KEY)
    assert note.key_id("PeterNeumann", key).hex() == "c74f20a3"
    assert note.verifier_key("PeterNeumann", key) == GO_KEY
    blob = base64.b64decode(GO_SIGNATURE)
    assert blob[:4] == note.key_id("PeterNeumann", key)
    assert key.verifies(blob[4:], GO_TEXT.encode())


def test_signed_and_read_back() -> None:
    state, signatures = note.read(checkpoint(STATE))
    assert state == STATE
    assert note.signed_by(state, signatures, [Signer().key, SIGNER.key]) == SIGNER.key


def test_an_unknown_signature_is_ignored_beside_a_known_one() -> None:
    other = checkpoint(STATE, Signer()).decode().split("\n\n")[1]
    state, signatures = note.read(checkpoint(STATE) + other.encode())
    assert note.signed_by(state, signatures, [SIGNER.key]) == SIGNER.key


def test_only_unknown_signatures_are_refused() -> None:
    with pytest.raises(ValueError, match="none of the known keys"):
        note.signed_by(*note.read(checkpoint(STATE, Signer())), [SIGNER.key])


def test_a_changed_text_is_refused() -> None:
    state, signatures = note.read(checkpoint(STATE).replace(b"20852163", b"20852164"))
    with pytest.raises(ValueError, match="does not match its text"):
        note.signed_by(state, signatures, [SIGNER.key])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no signatures after an empty line"),
        (EXAMPLE.replace("20852163", "020852163"), "not a plain decimal"),
        (EXAMPLE.replace("CsUY", "CsU"), "not base64"),
        (EXAMPLE.replace("CsUYapGG", ""), "must have 32"),
        (EXAMPLE.replace("jxq2I=", "jxq2J="), "one form"),
        (EXAMPLE.replace("\n\n", "\nextra\n\n"), "4 lines"),
        (EXAMPLE.replace("— ", "- "), "not a signature line"),
        (EXAMPLE.replace("— example.com", "— exam+ple.com"), "not a signature line"),
        ("x" * 70_000, "longer than"),
    ],
)
def test_malformed_checkpoints_say_why(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        note.read(text.encode())


@given(st.binary(max_size=300))
def test_garbage_is_refused_clearly(raw: bytes) -> None:
    with pytest.raises(ValueError, match="the checkpoint"):
        note.read(raw)


def test_pinned_keys_in_every_form(tmp_path) -> None:  # type: ignore[no-untyped-def]
    key = SIGNER.key
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem = SIGNER.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    jwk = '{"kty":"OKP","crv":"Ed25519","x":"' + key.jwk()["x"] + '"}'
    raw = base64.b64encode(key.raw).decode()
    file = tmp_path / "key"
    file.write_text(pem)
    for text in (pem, jwk, '{"keys":[' + jwk + "]}", raw, key.jwk()["x"], str(file)):
        assert read_pinned(text) == [VerifyKey(key.raw)]
    assert read_pinned(note.verifier_key("companyos/t", key)) == [VerifyKey(key.raw)]
    for text in ("", "nonsense", raw[:-8], "{}", "{", "-----BEGIN", "/no/such/file"):
        with pytest.raises(ValueError, match=r".+"):
            read_pinned(text)
