"""A tenant's own policies over HTTP: proposed, refused with their lines, tried on what was decided."""

from datetime import timedelta

from companyos.testing.world import World

FREEZE = """// Nobody changes the catalogue for now.
@id("tenant.frozen-catalogue")
@reason("The catalogue is frozen until the audit is over.")
@remedy("wait")
forbid (
  principal,
  action == CompanyOS::Action::"operations:service.register",
  resource
);
"""
SERVICE = {"name": "till", "owner": "shop", "tier": "t1"}


async def two_administrators(world: World, tenant: str = "home"):
    alice = await world.person("tenant_admin", tenant=tenant, name="Alice", mfa_ago=timedelta(0))
    bob = await world.person("platform_engineer", tenant=tenant, name="Bob", mfa_ago=timedelta(0))
    return alice, bob


async def test_a_proposal_says_what_it_changes_and_which_decisions_it_flips(world: World):
    alice, bob = await two_administrators(world)
    assert (await bob.post("/services", SERVICE)).status_code == 201
    answer = await alice.post("/policies/proposals", {"text": FREEZE, "why": "Audit"})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["state"], made["after"], made["text"]) == ("open", 0, FREEZE)
    (change,) = made["changes"]
    assert (change["id"], change["kind"], change["before"]) == ("tenant.frozen-catalogue", "added", None)
    assert "+forbid (" in made["diff"]
    (flip,) = made["simulation"]["flips"]
    assert flip["action"] == "operations:service.register"
    assert flip["effective"]["allowed"] and not flip["proposed"]["allowed"]
    assert flip["effective"]["policies"] == ["operations.keep-catalogue"]
    assert flip["proposed"]["reasons"][0]["where"] == "tenant.frozen-catalogue"
    assert made["simulation"]["by_action"] == [
        {"name": "operations:service.register", "to_yes": 0, "to_no": 1}
    ]
    assert {"name": "platform_engineer", "to_yes": 0, "to_no": 1} in made["simulation"]["by_role"]
    assert (await bob.get(f"/policies/proposals/{made['id']}")).json() == made
    listed = (await bob.get("/policies/proposals", params={"state": "open"})).json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert (await bob.get("/policies/set")).json()["number"] == 0, "nothing is in force by being proposed"
    assert (await bob.patch("/services/till", {"title": "Till"})).status_code == 200


async def test_what_is_wrong_is_told_with_line_message_and_suggestion_and_nothing_is_kept(world: World):
    alice, _ = await two_administrators(world)
    wrong = FREEZE + FREEZE.replace("frozen-catalogue", "other").replace(
        "service.register", "service.regster"
    )
    answer = await alice.post("/policies/proposals", {"text": wrong, "why": "Audit"})
    assert answer.status_code == 422
    (reason,) = answer.json()["reasons"]
    assert reason["where"] == "tenant.cedar:16"
    assert "Cedar says of tenant.other" in reason["sentence"]
    assert reason["remedy"]["sentence"] == "Did you mean 'operations:service.register'?"
    torn = await alice.post("/policies/proposals", {"text": FREEZE.replace(");", ""), "why": "Audit"})
    assert torn.json()["reasons"][0]["where"] == "tenant.cedar:2"
    same = await alice.post("/policies/proposals", {"text": "// nothing\n", "why": "Audit"})
    assert same.json()["reasons"][0]["code"] == "nothing_changes"
    both = await alice.post("/policies/proposals", {"text": FREEZE, "version": 0, "why": "Audit"})
    assert both.status_code == 422
    assert (await alice.get("/policies/proposals")).json()["items"] == []


async def test_samples_and_past_decisions_are_tried_without_changing_anything(world: World):
    alice, bob = await two_administrators(world)
    await bob.post("/services", SERVICE)
    sample = {"action": "operations:service.register", "roles": ["sre"]}
    made_up = {
        "action": "operations:service.archive",
        "roles": ["sre"],
        "type": "operations.service",
        "id": "till",
    }
    answer = await alice.post(
        "/policies/simulations", {"text": FREEZE, "samples": [sample, made_up], "last": 10}
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [(s["effective"]["allowed"], s["proposed"]["allowed"]) for s in told["samples"]] == [
        (True, False),
        (True, True),
    ]
    assert told["flipped"] == 1
    wrong = [{"action": "operations:service.registr"}, sample]
    refused = await alice.post("/policies/simulations", {"text": FREEZE, "samples": wrong})
    assert refused.json()["reasons"][0]["where"] == "/samples/0/action"
    assert "Did you mean" in refused.json()["reasons"][0]["remedy"]["sentence"]
    role = await alice.post(
        "/policies/simulations", {"text": FREEZE, "samples": [{**sample, "roles": ["sr"]}]}
    )
    assert role.json()["reasons"][0]["where"] == "/samples/0/roles/0"
    absent = [{**made_up, "id": "nowhere"}]
    missing = await alice.post("/policies/simulations", {"text": FREEZE, "samples": absent})
    assert missing.json()["reasons"][0]["where"] == "/samples/0/id"
    misfit = await alice.post(
        "/policies/simulations",
        {"text": FREEZE, "samples": [{**sample, "type": "operations.service", "id": "till"}]},
    )
    assert misfit.json()["reasons"][0]["where"] == "/samples/0/type"
    many = await alice.post("/policies/simulations", {"text": FREEZE, "last": 10_000_000})
    assert many.json()["reasons"][0]["where"] == "/last"


async def test_only_auditors_simulate_and_only_administrators_propose(world: World):
    sre, support = await world.person("sre"), await world.person("support")
    assert (await sre.post("/policies/simulations", {"text": FREEZE})).status_code == 200
    assert (await support.post("/policies/simulations", {"text": FREEZE})).status_code == 403
    assert (await sre.post("/policies/proposals", {"text": FREEZE, "why": "x"})).status_code == 403


async def test_a_proposal_is_withdrawn_once(world: World):
    alice, bob = await two_administrators(world)
    made = (await alice.post("/policies/proposals", {"text": FREEZE, "why": "Audit"})).json()
    assert (await bob.post(f"/policies/proposals/{made['id']}/withdraw")).json()["state"] == "withdrawn"
    assert (await bob.post(f"/policies/proposals/{made['id']}/withdraw")).status_code == 409


async def test_another_tenant_sees_none_of_it(world: World):
    alice, _ = await two_administrators(world)
    made = (await alice.post("/policies/proposals", {"text": FREEZE, "why": "Audit"})).json()
    other = await world.person("tenant_admin", tenant="other", mfa_ago=timedelta(0))
    path = f"/policies/proposals/{made['id']}"
    assert (await other.get(path)).status_code == 404
    assert (await other.post(f"{path}/withdraw")).status_code == 404
    assert (await other.post(f"{path}/apply", {"reason": "x", "plan_hash": made["hash"]})).status_code == 404
    assert (await other.post("/policies/simulations", {"proposal": made["id"]})).status_code == 404
    assert (await other.get("/policies/proposals")).json()["items"] == []
