"""Evidence packs: whole ones verify, and whatever is changed is named."""

import io
import json
import zipfile
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from companyos.spines.evidence import archive, dsse, note
from companyos.spines.evidence.verify import verify

from .packs import DECISION, ELEVATION, SIGNER, Signer, checkpoint, contents, elevated, sealed

PACK = sealed()
FILES = archive.read(PACK)


def codes(data: bytes, **given: object) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.where) for reason in verify(data, **given).findings]  # type: ignore[arg-type]


def rebuilt(**changes: bytes | None) -> bytes:
    """The pack with files replaced, added or (None) taken out, in a well-formed archive."""
    files = {**FILES, **{name.replace("__", "-").replace("_", "."): value for name, value in changes.items()}}
    return archive.write({name: value for name, value in files.items() if value is not None})


def test_a_whole_pack_verifies() -> None:
    report = verify(PACK)
    assert report.findings == []
    assert report.record and report.record.actor == "person:ada"
    assert verify(PACK, [SIGNER.key]).ok
    assert verify(sealed(contents(size=1, index=0, decision=None))).ok


def test_the_same_contents_make_the_same_bytes() -> None:
    assert sealed() == PACK
    assert sha256(PACK).hexdigest() == "241ff8563e8819ce0c45784465da8c834e8c50044f0e1e6ab4b3329e7848bd40"


def test_another_key_pinned_refuses() -> None:
    assert codes(PACK, pinned=[Signer().key]) == [
        ("signature", "statement.dsse.json"),
        ("signature", "checkpoint.txt"),
    ]


def test_everything_forged_with_another_key_fails_against_the_pinned_one() -> None:
    forger = Signer()
    forged = sealed(contents(signer=forger), forger)
    assert verify(forged).ok
    assert ("signature", "statement.dsse.json") in codes(forged, pinned=[SIGNER.key])


@pytest.mark.parametrize("bit", [0, 5])
def test_no_byte_is_inert(bit: int) -> None:
    unseen = []
    for at in range(len(PACK)):
        changed = bytearray(PACK)
        changed[at] ^= 1 << bit
        if verify(bytes(changed)).ok:
            unseen.append(at)
    assert unseen == []


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_changed_file_is_named_with_both_hashes(name: str) -> None:
    changed = bytes([FILES[name][0] ^ 1]) + FILES[name][1:]
    findings = verify(archive.write({**FILES, name: changed})).findings
    assert name in [finding.where for finding in findings]
    if name != "statement.dsse.json":
        (hashes,) = [f.sentence for f in findings if f.code == "file_changed"]
        assert sha256(changed).hexdigest() in hashes and sha256(FILES[name]).hexdigest() in hashes


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_file_is_named(name: str) -> None:
    rest = {other: content for other, content in FILES.items() if other != name}
    assert ("file_missing", name) in codes(archive.write(rest))


def test_an_extra_file_is_named() -> None:
    assert codes(rebuilt(extra_txt=b"!")) == [("file_extra", "extra.txt")]


def test_a_statement_of_another_pack() -> None:
    other = archive.read(sealed(contents(index=2)))
    found = codes(rebuilt(statement_dsse_json=other["statement.dsse.json"]))
    assert ("file_changed", "record.json") in found and ("statement", "statement.dsse.json") in found


def test_a_record_that_is_not_in_the_tree() -> None:
    whole = contents()
    outside = contents(index=3).record
    found = verify(sealed(whole, record=outside, decision=None)).findings
    assert "not_included" in [reason.code for reason in found]


def test_a_checkpoint_of_another_tree_or_tenant() -> None:
    whole = contents()
    state, _ = note.read(whole.checkpoint)
    fork = checkpoint(note.Checkpoint(state.origin, state.size, bytes(32)))
    assert {"proof", "not_included"} <= {code for code, _ in codes(sealed(whole, checkpoint=fork))}
    foreign = checkpoint(note.Checkpoint("companyos/other", state.size, state.root))
    assert ("checkpoint", "checkpoint.txt") in codes(sealed(whole, checkpoint=foreign))


def test_a_decision_that_is_not_the_records() -> None:
    refused = {**DECISION, "allowed": False}
    assert codes(sealed(contents(), decision=refused)) == [("decision", "decision.json")] * 2
    assert ("file_missing", "decision.json") in codes(sealed(contents(), decision=None))
    assert ("decision", "decision.json") in codes(sealed(contents(decision=None), decision=DECISION))


def test_a_plan_that_is_not_the_approved_one() -> None:
    assert codes(elevated()) == []
    assert codes(elevated(plan_json={"to": "1.0.0"})) == [("elevation", "plan.json")]
    assert codes(elevated(elevation_json=b'{"plan": 1}')) == [("elevation", "elevation.json")]
    assert codes(elevated(elevation_json={**ELEVATION, "plan": ""})) == []


def test_other_zip_tools_open_it_and_what_they_write_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with zipfile.ZipFile(io.BytesIO(PACK)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == FILES
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as squeezed:
        for name, content in FILES.items():
            squeezed.writestr(name, content)
    (finding,) = verify(again.getvalue()).findings
    assert finding.code == "archive" and "compressed" in finding.sentence


def test_what_hides_around_the_files_is_found() -> None:
    for changed in (PACK + b"x", PACK[:-1], PACK.replace(b"PK\x05\x06", b"junkPK\x05\x06")):
        assert codes(changed) == [("archive", "pack")]


def test_limits() -> None:
    assert "at most" in verify(bytes(archive.MAX_BYTES + 1)).findings[0].sentence
    with pytest.raises(ValueError, match="at most 256 files"):
        archive.write({f"f{n}": b"" for n in range(257)})
    for name in ("../etc", "A.txt", "", "a/b", "nul\0"):
        with pytest.raises(ValueError, match="cannot name a file"):
            archive.write({name: b""})


@given(st.binary(max_size=400))
def test_garbage_is_answered_with_findings(raw: bytes) -> None:
    assert not verify(raw).ok
    assert not verify(PACK[: len(raw)] + raw).ok


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=120))
def test_garbage_in_any_file_is_answered_with_findings(name: str, raw: bytes) -> None:
    assert name in [where for _, where in codes(archive.write({**FILES, name: raw}))]


@given(
    st.sampled_from(["record.json", "proof.json", "keys.json", "decision.json", "statement.dsse.json"]),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
)
def test_json_of_another_shape_is_answered_with_findings(name: str, value: object) -> None:
    assert not verify(archive.write({**FILES, name: json.dumps(value).encode()})).ok


def test_deep_nesting_does_not_exhaust_the_verifier() -> None:
    for deep in (b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000):
        assert not verify(archive.write({**FILES, "record.json": deep})).ok


def test_another_library_accepts_the_envelope() -> None:
    envelope = Envelope.from_dict(json.loads(FILES["statement.dsse.json"]))
    public = {"public": SIGNER.key.raw.hex()}
    key = SSlibKey(SIGNER.key.kid, "ed25519", "ed25519", public)
    assert envelope.verify([key], 1)
    statement = json.loads(envelope.payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert {s["name"]: s["digest"]["sha256"] for s in statement["subject"]} == {
        name: sha256(content).hexdigest() for name, content in FILES.items() if name != "statement.dsse.json"
    }


def test_a_second_signature_by_an_unknown_key_is_refused() -> None:
    envelope = dsse.read(FILES["statement.dsse.json"], "it")
    more = dsse.Envelope(envelope.payload, (*envelope.signatures, ("unknown", bytes(64))))
    assert codes(rebuilt(statement_dsse_json=dsse.write(more))) == [("signature", "statement.dsse.json")]
