"""Packs from the act to the file: asked for in a transaction, sealed after it, verified without us."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from companyos.kernel.decision import Decision, Reason
from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.ports.keys import KeyRing
from companyos.spines.evidence import archive, sequencer
from companyos.spines.evidence.keys import read_set
from companyos.spines.evidence.settings import EvidenceSettings
from companyos.spines.evidence.verify import verify
from companyos.testing.world import World

from .trees import SUBJECT, audit, fill, named, tamper

DECISION = Decision(
    True,
    "operations:deployment.roll_back",
    str(SUBJECT),
    (Reason("permitted", "Operators roll back."),),
    ("operations.roll-back",),
    "v1",
    inputs={"at": datetime(2026, 11, 22, tzinfo=UTC), "roles": {"sre"}},
)


async def act(house: House, tenant: UUID, **attachments: Any) -> UUID:
    """A risky act that asks for a pack."""
    async with house.begin(tenant=tenant, environment="prod") as work:
        record = await work.record(
            "operations.deployment.rolled_back", SUBJECT, decision=DECISION, to="2.0.9"
        )
        files = {name.replace("_", "."): content for name, content in attachments.items()}
        return await work.evidence(record, title="Roll back checkout", attachments=files)


async def test_the_sequencer_seals_and_anyone_verifies(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    await fill(house, tenant, 5)
    pack = await act(house, tenant, log_txt="5xx at 3 %\n", plan_json={"steps": ["stop", "start"]})
    await sequencer.run(house)
    auditor = await world.person("security_analyst")
    answer = await auditor.get(f"/evidence/{pack}")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    keys = read_set((await world.http.get("/.well-known/companyos/evidence-keys")).content, "keys")
    report = verify(answer.content, keys)
    assert report.findings == []
    assert report.record and bytes(report.record.detail) == b'{"to":"2.0.9"}'
    assert report.record.tenant == str(tenant)
    files = archive.read(answer.content)
    assert files["log.txt"] == b"5xx at 3 %\n" and files["plan.json"] == b'{"steps":["stop","start"]}'
    assert b"Operators roll back." in files["decision.json"]
    again = await auditor.get(f"/evidence/{pack}")
    assert again.content == answer.content
    assert (await audit(house, tenant)).ok


async def test_a_download_need_not_wait_for_the_sequencer(world: World) -> None:
    pack = await act(world.house, await world.tenant())
    auditor = await world.person("sre")
    answer = await auditor.get(f"/evidence/{pack}")
    assert answer.status_code == 200 and verify(answer.content).ok


async def test_a_download_that_would_wait_too_long_says_when_to_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = await act(world.house, await world.tenant())
    auditor = await world.person("sre")
    monkeypatch.setattr(world.house.settings_of(EvidenceSettings), "seal_wait_seconds", 0.0)
    answer = await auditor.get(f"/evidence/{pack}")
    assert answer.status_code == 409 and answer.headers["retry-after"] == "1"
    assert answer.json()["reasons"][0]["code"] == "not_sealed"


async def test_the_summary_shows_files_and_verifies(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    pack = await act(house, tenant, log_txt="x")
    auditor = await world.person("sre")
    summary = (await auditor.get(f"/evidence/{pack}/summary")).json()
    assert summary["verified"] and summary["findings"] == []
    assert {file["name"] for file in summary["files"]} == {
        *("checkpoint.txt", "decision.json", "keys.json", "log.txt", "proof.json", "record.json"),
    }
    (listed,) = (await auditor.get("/evidence", params={"subject": str(SUBJECT)})).json()["items"]
    assert (listed["id"], listed["title"]) == (str(pack), "Roll back checkout")
    assert listed["sealed_at"] and listed["sha256"]
    flip = "set content = set_byte(content, 200, get_byte(content, 200) # 1)"
    await tamper(house, f"update evidence.sealed {flip} where pack_id = %s", pack)
    summary = (await auditor.get(f"/evidence/{pack}/summary")).json()
    assert not summary["verified"] and summary["findings"]
    assert ("pack_changed", f"pack:{pack}") in named(await audit(house, tenant))


async def test_a_rotation_between_checkpoint_and_seal_is_survived(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    pack = await act(house, tenant)
    await sequencer.sequence(house, tenant)
    await house.adapter(KeyRing).rotate("evidence", "EdDSA")
    await sequencer.run(house)
    auditor = await world.person("sre")
    report = verify((await auditor.get(f"/evidence/{pack}")).content)
    assert report.ok


async def test_a_rolled_back_act_leaves_no_pack(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    with pytest.raises(RuntimeError):
        async with house.begin(tenant=tenant) as work:
            record = await work.record("operations.deployment.rolled_back", SUBJECT)
            await work.evidence(record, title="t", attachments={})
            raise RuntimeError
    assert (await (await world.person("sre")).get("/evidence")).json()["items"] == []


@pytest.mark.parametrize("name", ["record.json", "../x", "A.txt"])
async def test_a_bad_attachment_name_is_refused_before_anything_is_kept(world: World, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        async with world.house.begin(tenant=await world.tenant()) as work:
            record = await work.record("operations.deployment.rolled_back", SUBJECT)
            await work.evidence(record, title="t", attachments={name: "x"})


async def test_packs_stay_in_their_tenant_and_with_auditors(world: World) -> None:
    pack = await act(world.house, await world.tenant())
    stranger = await world.person("security_analyst", tenant="other")
    for path in (f"/evidence/{pack}", f"/evidence/{pack}/summary", f"/evidence/{new_id()}"):
        assert (await stranger.get(path)).status_code == 404
    assert (await stranger.get("/evidence")).json()["items"] == []
    reader = await world.person("support")
    for path in (f"/evidence/{pack}", f"/evidence/{pack}/summary", "/evidence"):
        assert (await reader.get(path)).status_code == 403
