"""The verifier that browsers run says the same of every pack as the one in Python, finding by finding."""

import base64
import json
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from companyos.spines.evidence import archive, note
from companyos.spines.evidence.keys import VerifyKey
from companyos.spines.evidence.verify import verify

from .packs import DECISION, SIGNER, TENANT, Signer, checkpoint, contents, elevated, entry, sealed

ROOT = Path(__file__).parents[5]
PACK = sealed()
FILES = archive.read(PACK)
FOREIGN = "is not JSON: "  # what follows is the words of the language's own parser

Judge = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Let the SDK judge packs in Node: `judge(packs, key=None, **environment)`."""
    built = tmp_path_factory.mktemp("judge") / "judge.mjs"
    source = ROOT / "web/sdk/tests/judge-packs.ts"
    bundle = ("node", ROOT / "node_modules/.bin/rolldown", source, "--file", built, "--platform", "node")
    subprocess.run(
        (*bundle, "--no-codeSplitting", "--format", "esm"), check=True, capture_output=True, timeout=60
    )

    def run(packs: Iterable[bytes], key: str | None = None, **environment: str) -> list[dict[str, Any]]:
        lines = "\n".join(base64.b64encode(pack).decode() for pack in packs)
        done = subprocess.run(
            ("node", built, *([] if key is None else [key])),
            input=lines.encode(),
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
            timeout=120,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def expected(pack: bytes, keys: list[VerifyKey] | None = None) -> list[tuple[str, str | None, str]]:
    return [(f.code, f.where, _own(f.sentence)) for f in verify(pack, keys).findings]


def agree(judge: Judge, packs: list[bytes]) -> None:
    for at, (pack, said) in enumerate(zip(packs, judge(packs), strict=True)):
        found = [(f["code"], f["where"], _own(f["sentence"])) for f in said["findings"]]
        assert found == expected(pack), f"pack {at}"


def _own(sentence: str) -> str:
    """The sentence without quotes and without what a language's own parser said."""
    return sentence.split(FOREIGN)[0].replace('"', "'")


def test_whole_packs(judge: Judge) -> None:
    whole = [PACK, sealed(contents(size=1, index=0, decision=None)), sealed(contents(size=1000, index=777))]
    assert [said["findings"] for said in judge(whole)] == [[], [], []]
    assert judge([PACK])[0]["signer"] == SIGNER.key.kid
    assert judge([PACK], WITHOUT_ED25519="1") == judge([PACK])


def test_every_flipped_byte_is_named_alike(judge: Judge) -> None:
    def flips() -> Iterator[bytes]:
        for at in range(len(PACK)):
            changed = bytearray(PACK)
            changed[at] ^= 1 << (at % 7)
            yield bytes(changed)

    packs = list(flips())
    said = judge(packs)
    for at, (pack, found) in enumerate(zip(packs, said, strict=True)):
        assert found["findings"], f"byte {at} is inert in the browser"
        if at % 3 == 0:
            codes = [(f["code"], f["where"]) for f in found["findings"]]
            assert codes == [(f.code, f.where) for f in verify(pack).findings], f"byte {at}"
    few = packs[::97]
    assert judge(few, WITHOUT_ED25519="1") == said[::97]


def test_every_missing_and_foreign_file_is_named_alike(judge: Judge) -> None:
    other = archive.read(sealed(contents(index=2)))
    packs = [archive.write({n: c for n, c in FILES.items() if n != name}) for name in FILES]
    packs += [archive.write({**FILES, name: other[name]}) for name in FILES]
    packs += [archive.write({**FILES, "extra.txt": b"!"}), PACK + b"x", PACK[:-1], PACK[:40], b"", b"PK"]
    agree(judge, packs)


def test_forgeries_are_named_alike(judge: Judge) -> None:
    whole = contents()
    state, _ = note.read(whole.checkpoint)
    agree(
        judge,
        [
            sealed(whole, record=contents(index=3).record, decision=None),
            sealed(whole, checkpoint=checkpoint(note.Checkpoint(state.origin, state.size, bytes(32)))),
            sealed(whole, checkpoint=checkpoint(note.Checkpoint("companyos/other", state.size, state.root))),
            sealed(whole, checkpoint=checkpoint(note.Checkpoint(state.origin, state.size + 1, state.root))),
            sealed(whole, decision={**DECISION, "allowed": False}),
            sealed(whole, decision=None),
            sealed(contents(decision=None), decision=DECISION),
            sealed(whole, record=entry(4, outcome="denied")),
            sealed(whole, record=entry(4, actor="\x1b<script>")),
            elevated(),
            elevated(plan_json={"to": "1.0.0"}),
            elevated(elevation_json=b'{"plan": 1}'),
        ],
    )


@pytest.mark.parametrize(
    "raw",
    [
        *(b"9007199254740993", b"9007199254740992", b"1e+21", b"1.5", b"-0", b"1.0", b'"\\ud800"', b"\xff"),
        *(b"[" * 100_000, b'{"a":' * 70 + b"1" + b"}" * 70, b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"{} "),
        *(b"null", b"[]", b"{}", b"\xef\xbb\xbf{}", b'{"__proto__":1}', b'{"keys":[]}', b'{"keys":[1]}', b""),
    ],
    ids=repr,
)
def test_hostile_json_is_refused_alike(judge: Judge, raw: bytes) -> None:
    packs = [
        archive.write({**FILES, name: raw})
        for name in ("record.json", "proof.json", "keys.json", "decision.json", "statement.dsse.json")
    ]
    for pack, said in zip(packs, judge(packs), strict=True):
        wheres = {(f["code"], f["where"]) for f in said["findings"]}
        assert wheres == {(f.code, f.where) for f in verify(pack).findings}


def test_trusted_keys_are_read_and_insisted_on_alike(judge: Judge) -> None:
    key = SIGNER.key
    for text in (note.verifier_key(f"companyos/{TENANT}", key), json.dumps(key.jwk()), key.jwk()["x"]):
        assert judge([PACK], text)[0]["findings"] == []
    other = Signer().key
    (said,) = judge([PACK], note.verifier_key("companyos/x", other))
    found = [(f["code"], f["where"], _own(f["sentence"])) for f in said["findings"]]
    assert found == expected(PACK, [other])
