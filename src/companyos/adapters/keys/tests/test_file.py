"""The key ring in a directory: what it signs others can check, what it retires is gone."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from joserfc import jwk, jws

from companyos.adapters.keys.file import FileKeyRing
from companyos.kernel.ports.keys import Algorithm, PublicKey, Signature


def verifies(signature: Signature, message: bytes) -> bool:
    """Let an independent library, joserfc, check the signature against the published key."""
    key = jwk.import_key(dict(signature.key.jwk))
    algorithm = jws.JWSRegistry.algorithms[signature.key.algorithm]
    return bool(algorithm.verify(message, signature.value, key))


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
async def test_signs_and_publishes(tmp_path: Path, algorithm: Algorithm) -> None:
    ring = FileKeyRing.from_url(f"file:{tmp_path}/keys")
    assert await ring.public("evidence") == []
    signature = await ring.sign("evidence", algorithm, b"hello")
    assert len(signature.value) == 64
    assert verifies(signature, b"hello")
    assert not verifies(signature, b"hellp")
    assert await ring.public("evidence") == [signature.key]
    assert jwk.import_key(dict(signature.key.jwk)).thumbprint() == signature.key.kid


async def test_a_message_may_name_its_key(tmp_path: Path) -> None:
    ring = FileKeyRing(tmp_path)
    signature = await ring.sign("issuer", "ES256", lambda key: key.kid.encode())
    assert verifies(signature, signature.key.kid.encode())


async def test_private_halves_are_the_owners_only(tmp_path: Path) -> None:
    await FileKeyRing(tmp_path).sign("evidence", "EdDSA", b"")
    for path in (tmp_path / "evidence").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "evidence").stat().st_mode) == 0o700


async def test_rotation_retires_and_destroys(tmp_path: Path) -> None:
    ring, other_process = FileKeyRing(tmp_path), FileKeyRing(tmp_path)
    old = await ring.sign("evidence", "EdDSA", b"before")
    await other_process.sign("evidence", "EdDSA", b"warm its cache")
    new = await ring.rotate("evidence", "EdDSA")
    keys = await ring.public("evidence")
    assert [key.kid for key in keys] == [new.kid, old.key.kid]
    assert keys[1].until == new.since
    assert [path.stem for path in (tmp_path / "evidence").glob("*.pem")] == [new.kid]
    assert (await other_process.sign("evidence", "EdDSA", b"after")).key.kid == new.kid
    assert verifies(old, b"before")


async def test_uses_do_not_share_keys_and_keep_their_algorithm(tmp_path: Path) -> None:
    ring = FileKeyRing(tmp_path)
    evidence = await ring.sign("evidence", "EdDSA", b"")
    issuer = await ring.sign("issuer", "ES256", b"")
    assert evidence.key.kid != issuer.key.kid
    with pytest.raises(ValueError, match="the issuer keys are ES256, not EdDSA"):
        await ring.sign("issuer", "EdDSA", b"")


def test_two_processes_agree_on_the_first_key(tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib, sys; from companyos.adapters.keys.file import FileKeyRing as Ring;"
        "print(asyncio.run(Ring(pathlib.Path(sys.argv[1])).sign('evidence', 'EdDSA', b'')).key.kid)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert len({process.communicate(timeout=30)[0] for process in running}) == 1


async def test_a_broken_description_says_so(tmp_path: Path) -> None:
    ring = FileKeyRing(tmp_path)
    key: PublicKey = (await ring.sign("evidence", "EdDSA", b"")).key
    (tmp_path / "evidence" / f"{key.kid}.json").write_text("{}")
    with pytest.raises(ValueError, match="does not describe a key"):
        await ring.public("evidence")


def test_a_url_without_a_path_is_refused() -> None:
    with pytest.raises(ValueError, match="names no directory"):
        FileKeyRing.from_url("file:")
