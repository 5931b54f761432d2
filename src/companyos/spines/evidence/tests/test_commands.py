"""`companyos audit` and `companyos evidence` as a person runs them, each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from companyos.adapters.keys.file import FileKeyRing
from companyos.kernel.house import House
from companyos.kernel.work import Work
from companyos.spines.evidence import canonical, note
from companyos.spines.evidence.chain import Chain
from companyos.testing.world import World

from .packs import SIGNER, TENANT, Signer, contents, entry, sealed
from .trees import fill, tamper


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line, with no settings but those given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COMPANYOS_")}
    command = [sys.executable, "-c", "from companyos.cli.main import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**clean, **environment})


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = tmp_path / "pack.zip"
    file.write_bytes(sealed())
    return file


def test_a_whole_pack_is_told_in_words(pack: Path) -> None:
    done = run("evidence", "verify", pack)
    assert done.returncode == 0, done.stderr
    assert "is whole: Roll back checkout to 2.0.9" in done.stdout and "person:ada" in done.stdout
    assert "compare it with the published one" in done.stdout
    key = note.verifier_key(f"companyos/{TENANT}", SIGNER.key)
    pinned = run("evidence", "verify", pack, "--key", key)
    assert pinned.returncode == 0 and "compare it" not in pinned.stdout


def test_a_pack_of_another_key_and_a_bad_key_are_refused(pack: Path) -> None:
    other = note.verifier_key("companyos/x", Signer().key)
    done = run("--json", "evidence", "verify", pack, "--key", other)
    assert done.returncode == 1
    assert [finding["where"] for finding in json.loads(done.stdout)["findings"]] == [
        "statement.dsse.json",
        "checkpoint.txt",
    ]
    done = run("evidence", "verify", pack, "--key", "nonsense")
    assert done.returncode == 1 and "not an Ed25519 public key" in done.stderr


def test_a_tampered_pack_is_named(pack: Path) -> None:
    pack.write_bytes(pack.read_bytes().replace(b"person:ada", b"person:eve"))
    done = run("evidence", "verify", pack)
    assert done.returncode == 1 and "record.json has sha256" in done.stdout


def test_a_hostile_pack_cannot_steer_the_terminal(pack: Path) -> None:
    hostile = entry(4, actor="\x1b[2Jperson:ada", detail=msgspec.Raw(canonical.encode({"x": "\x1b]0;"})))
    pack.write_bytes(sealed(contents(), record=hostile, decision=None, title="\x1b[31mred"))
    done = run("evidence", "verify", pack)
    assert done.returncode == 1 and "\x1b" not in done.stdout + done.stderr


def installation(house: House) -> dict[str, str]:
    """The environment in which the command line finds the test's house."""
    settings = house.settings
    return {"COMPANYOS_DATABASE": settings.database, "COMPANYOS_DATA": str(settings.data)}


async def test_the_ledger_is_verified_here_without_a_server(world: World, tmp_path: Path) -> None:
    house, tenant = world.house, await world.tenant()
    ids = await fill(house, tenant, 6)
    async with house.begin(tenant=tenant) as work:
        kept = tmp_path / "checkpoint.txt"
        kept.write_bytes(await _latest(work))
    done = run("--json", "audit", "verify", "--here", "--checkpoint", kept, **installation(house))
    mine = next(result for result in json.loads(done.stdout) if result["tenant"] == str(tenant))
    assert mine["ok"] and mine["records"] == 6
    await tamper(
        house, "update evidence.record set actor = 'x' where tenant_id = %s and id = %s", tenant, ids[2]
    )
    done = run("audit", "verify", "--here", **installation(house))
    assert done.returncode == 1 and f"record {ids[2]} at place 2 was changed" in done.stdout


async def _latest(work: Work) -> bytes:
    latest = await Chain(work.db, work.tenant).latest()
    assert latest is not None
    return latest.note


async def test_the_key_is_rotated_here(world: World) -> None:
    ring = FileKeyRing(world.house.settings.data.resolve() / "keys")
    await ring.sign("evidence", "EdDSA", b"")
    before = await ring.public("evidence")
    done = run("evidence", "rotate-key", **installation(world.house))
    after = await ring.public("evidence")
    assert done.returncode == 0, done.stderr
    assert after[0].kid in done.stdout and len(after) == len(before) + 1 and after[1].until


def test_a_folder_without_a_database_is_not_made_into_one(tmp_path: Path) -> None:
    done = run("audit", "verify", "--here", "--data", tmp_path / "typo")
    assert done.returncode == 1 and "no database" in done.stderr
    assert not (tmp_path / "typo").exists()
