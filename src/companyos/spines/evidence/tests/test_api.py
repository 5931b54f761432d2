"""The audit trail over HTTP: filters, pages, proofs that a client can check by itself."""

import base64
from datetime import timedelta
from typing import Any

from companyos.kernel.entities import EntityRef
from companyos.kernel.ids import new_id
from companyos.spines.evidence import canonical, note, sequencer
from companyos.spines.evidence.keys import VerifyKey
from companyos.spines.evidence.tree import leaf_hash, root_from_inclusion
from companyos.testing.world import Client, World

from .trees import SUBJECT, fill, tamper

OTHER = EntityRef("operations.deployment", "42")


async def trail(client: Client, **filters: Any) -> list[dict[str, Any]]:
    answer = await client.get("/audit", params={name.rstrip("_"): value for name, value in filters.items()})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_filters(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    async with house.begin(tenant=tenant, environment="prod") as work:
        await work.record("operations.service.changed", SUBJECT, note="a")
        work.now += timedelta(seconds=10)
        await work.record("operations.deployment.paused", OTHER, outcome="failed")
        later = work.now
    auditor = await world.person("security_analyst")
    assert [item["subject"] for item in await trail(auditor)] == [str(OTHER), str(SUBJECT)]
    for filters, found in (
        ({"subject": str(SUBJECT)}, [str(SUBJECT)]),
        ({"actor": "system:companyos"}, [str(OTHER), str(SUBJECT)]),
        ({"actor": "person:nobody"}, []),
        ({"action": "operations.deployment.paused"}, [str(OTHER)]),
        ({"action": "operations.deployment."}, [str(OTHER)]),
        ({"action": "operations.%"}, []),
        ({"outcome": "failed"}, [str(OTHER)]),
        ({"from": later.isoformat()}, [str(OTHER)]),
        ({"to": later.isoformat()}, [str(SUBJECT)]),
        ({"subject": "a\0b"}, []),
    ):
        assert [item["subject"] for item in await trail(auditor, **filters)] == found, filters
    (item,) = await trail(auditor, subject=str(SUBJECT))
    assert (item["index"], item["hash"], item["detail"]) == (None, None, {"note": "a"})


async def test_pages_hold_every_record_once(world: World) -> None:
    ids = await fill(world.house, await world.tenant(), 23)
    auditor = await world.person("sre")
    seen, cursor = [], None
    while True:
        page = (
            await auditor.get("/audit", params={"limit": 5, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [item["id"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert sorted(seen) == sorted(str(id_) for id_ in ids)


async def test_bad_filters_say_what_is_wrong(world: World) -> None:
    auditor = await world.person("sre")
    for query in ({"from": "yesterday"}, {"from": "2026-11-22T10:00:00"}, {"outcome": "x"}):
        answer = await auditor.get("/audit", params=query)
        assert answer.status_code == 422 and answer.json()["reasons"], answer.text
    assert (await auditor.get("/audit", params={"cursor": "x"})).status_code == 400
    assert (await auditor.get("/audit/nonsense")).status_code == 422


async def test_a_client_checks_a_proof_by_itself(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    ids = await fill(house, tenant, 11)
    auditor = await world.person("security_analyst")
    for place in (0, 6, 10):
        proof = (await auditor.get(f"/audit/{ids[place]}/proof")).json()
        leaf = leaf_hash(canonical.encode(proof["record"]))
        hashes = [bytes.fromhex(text) for text in proof["hashes"]]
        root = root_from_inclusion(leaf, proof["leaf_index"], proof["tree_size"], hashes)
        assert (proof["leaf_index"], leaf.hex(), root.hex()) == (place, proof["leaf_hash"], proof["root"])
        x = proof["public_key"]["x"]
        key = VerifyKey(base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)))
        state, signatures = note.read(proof["checkpoint"].encode())
        assert note.signed_by(state, signatures, [key]) == key
        assert (state.size, state.root) == (11, root)
        assert proof["verifier_key"] == note.verifier_key(f"companyos/{tenant}", key)
    checkpoint = (await auditor.get("/audit/checkpoint")).json()
    assert checkpoint["checkpoint"] == proof["checkpoint"] and checkpoint["size"] == 11


async def test_a_fresh_record_has_no_proof_yet_and_says_when(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    auditor = await world.person("sre")
    async with house.begin(tenant=tenant) as work:
        id_ = await work.record("operations.service.changed", SUBJECT)
    answer = await auditor.get(f"/audit/{id_}/proof")
    assert answer.status_code == 409 and answer.headers["retry-after"] == "1"
    await sequencer.run(house)
    assert (await auditor.get(f"/audit/{id_}/proof")).status_code == 200


async def test_a_refusal_is_recorded_with_its_decision(world: World) -> None:
    reader, auditor = await world.person("support"), await world.person("security_analyst")
    assert (await reader.get("/audit")).status_code == 403
    (denied,) = await trail(auditor, outcome="denied")
    assert denied["actor"] == f"person:{reader.id}"
    one = (await auditor.get(f"/audit/{denied['id']}")).json()
    assert one["made_under"]["allowed"] is False and one["made_under"]["reasons"]


async def test_verification_over_http_names_the_record(world: World) -> None:
    house, tenant = world.house, await world.tenant()
    ids = await fill(house, tenant, 6)
    auditor = await world.person("sre")
    found = (await auditor.get("/audit/verification")).json()
    assert found["ok"] and found["records"] >= 6
    await tamper(
        house, "update evidence.record set actor = 'x' where tenant_id = %s and id = %s", tenant, ids[3]
    )
    found = (await auditor.get("/audit/verification")).json()
    assert [finding["where"] for finding in found["findings"]] == [f"record:{ids[3]}"]
    assert not found["ok"]


async def test_another_tenant_sees_nothing(world: World) -> None:
    ids = await fill(world.house, await world.tenant(), 3)
    stranger = await world.person("security_analyst", tenant="other")
    assert await trail(stranger, subject=str(SUBJECT)) == []
    for path in (f"/audit/{ids[0]}", f"/audit/{ids[0]}/proof", f"/audit/{new_id()}", "/audit/checkpoint"):
        assert (await stranger.get(path)).status_code == 404, path
    assert (await world.http.get("/api/v1/audit")).status_code == 401
