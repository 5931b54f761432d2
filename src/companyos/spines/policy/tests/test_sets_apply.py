"""Applying policies: with an approval of exactly these, once, in force everywhere, proved, taken back the same way."""

import io
import json
import zipfile

import pytest

from companyos.kernel.preflight import plan_hash
from companyos.kernel.work import Actor
from companyos.spines.evidence import sequencer
from companyos.spines.policy.answer import replay
from companyos.spines.policy.gate import PolicyGate
from companyos.spines.policy.sets.effective import Effective, closed
from companyos.spines.policy.sets.house import find
from companyos.spines.policy.settings import PolicySettings
from companyos.testing.world import World

from .applying import Administrators, administrators, forbid

REGISTER = "operations:service.register"
TILL = {"name": "till", "owner": "shop", "tier": "t1"}


async def test_what_was_approved_is_applied_once_and_decides_at_once(world: World):
    us = await administrators(world)
    made = await us.propose(forbid(REGISTER))
    alone = await us.apply(made)
    assert alone.status_code == 403
    (reason,) = alone.json()["reasons"]
    assert (reason["where"], reason["remedy"]["kind"]) == ("policy.four-eyes", "request_access")
    await us.approve(made)
    by_bob = await us.apply(made, by=us.bob)
    assert by_bob.status_code == 403, "the approval is Alice's"
    done = await us.apply(made)
    assert done.status_code == 200, done.text
    assert done.json()["number"] == 1
    again = await us.apply(made)
    assert again.status_code == 409
    assert "applied as version 1" in again.json()["detail"]
    refused = await us.bob.post("/services", TILL)
    assert refused.json()["reasons"][0]["where"] == "tenant.frozen"
    (version,) = (await us.bob.get("/policies/versions")).json()["items"]
    assert (version["number"], version["approved_by"]) == (1, f"person:{us.bob.id}")
    listed = (await us.bob.get("/policies/tenant.frozen")).json()
    assert (listed["domain"], listed["file"], listed["line"]) == ("tenant", "tenant.cedar", 1)


async def test_the_pack_of_an_application_holds_the_change_the_simulation_and_the_decision(world: World):
    us = await administrators(world)
    await us.bob.post("/services", TILL)
    done = await us.put_in_force(forbid(REGISTER))
    await sequencer.run(world.house)
    pack = await us.bob.get(f"/evidence/{done['evidence_id']}")
    assert pack.status_code == 200, pack.text
    files = zipfile.ZipFile(io.BytesIO(pack.content))
    assert {"plan.json", "policies.cedar", "change.diff", "simulation.json", "decision.json"} <= set(
        files.namelist()
    )
    plan = json.loads(files.read("plan.json"))
    assert (plan_hash(plan), plan["after"], plan["flipped"]) == (done["hash"], 0, 1)
    assert json.loads(files.read("simulation.json"))["flips"][0]["action"] == REGISTER
    assert files.read("policies.cedar").decode() == forbid(REGISTER)
    assert json.loads(files.read("decision.json"))["policies"] == ["core.granted-act", "policy.keep-sets"]


async def test_rolling_back_is_applying_an_earlier_version(world: World):
    us = await administrators(world)
    await us.put_in_force(forbid(REGISTER))
    await us.put_in_force(forbid(REGISTER) + forbid("operations:incident.open", "quiet"))
    back = await us.put_in_force(version=1)
    assert (back["number"], back["restores"], back["text"]) == (3, 1, forbid(REGISTER))
    assert [(c["id"], c["kind"]) for c in back["changes"]] == [("tenant.quiet", "removed")]
    third = (await us.bob.get("/policies/versions/3")).json()
    assert (third["restores"], third["text"]) == (1, forbid(REGISTER))
    assert "-forbid" in third["diff"]
    empty = await us.put_in_force(version=0)
    assert (empty["number"], empty["text"]) == (4, "")
    assert (await us.bob.post("/services", TILL)).status_code == 201
    assert (await us.alice.post("/policies/proposals", {"version": 9, "why": "x"})).status_code == 404


async def test_of_two_proposals_against_the_same_version_only_one_is_applied(world: World):
    us = await administrators(world)
    first, second = await us.propose(forbid(REGISTER)), await us.propose(forbid("operations:incident.open"))
    await us.approve(first)
    await us.approve(second)
    assert (await us.apply(first)).status_code == 200
    late = await us.apply(second)
    assert late.status_code == 409
    assert late.json()["reasons"][0]["code"] == "proposal_outdated"
    assert (await us.bob.get("/policies/set")).json()["number"] == 1


async def test_another_process_decides_with_it_within_half_a_second_by_default(world: World):
    us = await administrators(world)
    gate = world.house.gate
    assert isinstance(gate, PolicyGate)
    house, clock = gate.policies, 0.0
    there = Effective(house, PolicySettings(set_fresh_seconds=0.5), clock=lambda: clock)
    async with world.house.begin(tenant=us.alice.tenant, actor=alice(us)) as work:
        assert await there.of(work) is house
    await us.put_in_force(forbid(REGISTER))
    async with world.house.begin(tenant=us.alice.tenant, actor=alice(us)) as work:
        assert await there.of(work) is house, "it looked less than half a second ago"
        clock = 0.51
        assert "tenant.frozen" in (await there.of(work)).policies
        assert (await there.of(work)).version == (await gate.policies_for(work)).version
    assert PolicySettings().set_fresh_seconds < 1


async def test_a_kept_decision_names_its_version_and_is_made_again_with_that_set(world: World):
    us = await administrators(world)
    await us.bob.post("/services", TILL)
    await us.put_in_force(forbid(REGISTER))
    await us.bob.post("/services", {**TILL, "name": "kiosk"})
    await us.put_in_force(version=0)
    async with world.house.begin(tenant=us.alice.tenant) as work:
        kept = [k.inputs for k in await world.house.ledger.decisions(work, last=100)]
        registered = [inputs for inputs in kept if inputs["action"] == REGISTER]
        assert len(registered) == 2
        again = [replay(inputs, await find(work, inputs["version"])) for inputs in registered]
    assert [decision.allowed for decision in again] == [False, True], "newest first"
    assert [d.version for d in again] == [inputs["version"] for inputs in registered]
    assert again[0].policies == ("tenant.frozen",)
    shown = (await us.bob.get("/policies/version")).json()
    assert shown["version"] == registered[1]["version"], "without own policies the house's version decides"


async def test_a_set_that_a_new_release_breaks_closes_the_tenant_but_for_mending_it(world: World):
    us = await administrators(world)
    gate = world.house.gate
    assert isinstance(gate, PolicyGate) and gate.effective is not None
    await us.put_in_force(forbid(REGISTER))
    entry = gate.effective._known
    await us.bob.get("/policies/set")
    entry[us.alice.tenant].policies = closed(gate.policies)  # what `_built` does when it does not fit
    shut = await us.bob.post("/services", TILL)
    assert shut.json()["reasons"][0]["where"] == "tenant.closed-until-mended"
    entry[us.alice.tenant].looked_at = float("inf")
    mended = await us.propose(version=0)
    await us.approve(mended)
    assert (await us.apply(mended)).status_code == 200
    assert (await us.bob.post("/services", TILL)).status_code == 201


@pytest.mark.parametrize("lost", ["locked", "role"])
async def test_an_approval_dies_with_the_right_of_who_gave_it(world: World, lost: str):
    us = await administrators(world)
    made = await us.propose(forbid(REGISTER))
    await us.approve(made)
    carol = await world.person("tenant_admin", name="Carol")
    change = {"status": "locked"} if lost == "locked" else {"roles": ["sre"]}
    assert (await carol.patch(f"/people/{us.bob.id}", change)).status_code == 200
    void = await us.apply(made)
    assert void.status_code in (403, 409), void.text
    assert (await us.alice.get("/policies/set")).json()["number"] == 0


def alice(us: Administrators) -> Actor:
    return Actor("person", str(us.alice.id), "Alice", frozenset({"tenant_admin"}))
