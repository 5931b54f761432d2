"""What a tenant's own policies must not do: reach others, take the core away, stop the process, lock all out."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.work import MFA, Actor
from companyos.testing.world import World

from .applying import Administrators, administrators, forbid

EVERYTHING = '@id("tenant.everything")\n@reason("Why not.")\npermit (principal, action, resource);\n'
NOTHING = '@id("tenant.nothing")\n@reason("No.")\nforbid (principal, action, resource){unless};\n'
ADMINISTRATORS = ' unless { principal in CompanyOS::Role::"administrator" }'
TILL = {"name": "till", "owner": "shop", "tier": "t1"}


async def refused(us: Administrators, text: str) -> dict[str, Any]:
    answer = await us.alice.post("/policies/proposals", {"text": text, "why": "Attack"})
    assert answer.status_code == 422, answer.text
    return answer.json()["reasons"][0]


async def test_a_tenant_that_permits_everything_reaches_nothing_of_another(world: World):
    us, them = await administrators(world), await administrators(world, "other")
    assert (await them.bob.post("/services", TILL)).status_code == 201
    await us.put_in_force(EVERYTHING)
    nobody = await world.person("support")
    assert (await nobody.post("/services", {**TILL, "name": "kiosk"})).status_code == 201, "at home it holds"
    assert (await us.bob.get("/services/till")).status_code == 404
    async with world.house.begin(tenant=us.alice.tenant, actor=actor(us)) as work:
        theirs = Resource(
            EntityRef("operations.service", "till"),
            {"tenant": EntityRef("identity.tenant", str(them.bob.tenant))},
        )
        decision = await work.decide("operations:service.read", theirs)
        assert not decision.allowed
        there = Resource(EntityRef("identity.tenant", str(them.bob.tenant)))
        wall = await work.decide("operations:service.list", there)
        assert not wall.allowed
        assert "core.tenant-wall" in wall.policies


async def test_what_one_tenant_forbids_binds_no_other(world: World):
    us, them = await administrators(world), await administrators(world, "other")
    before = (await them.bob.get("/policies/version")).json()
    await us.put_in_force(NOTHING.format(unless=ADMINISTRATORS))
    sre, theirs = await world.person("sre"), await world.person("sre", tenant="other")
    assert (await sre.get("/services")).status_code == 403
    assert (await theirs.get("/services")).status_code == 200
    assert (await them.bob.get("/policies/version")).json() == before
    assert (await them.bob.get("/policies/tenant.nothing")).status_code == 404
    assert (await them.bob.get("/policies/versions")).json()["items"] == []


async def test_a_permit_takes_no_forbid_of_the_core_away(world: World):
    us = await administrators(world)
    await us.put_in_force(EVERYTHING)
    made = await us.propose("")
    alone = await us.apply(made)
    assert alone.json()["reasons"][0]["where"] == "policy.four-eyes"
    await us.approve(made)
    stale = await world.person("tenant_admin", mfa_ago=timedelta(hours=1), name="Dora")
    late = await us.apply(made, by=stale)
    assert late.status_code in (401, 403)
    account = Actor("service", str(uuid4()), "hook", frozenset({"platform_engineer"}), acr=MFA)
    async with world.house.begin(tenant=us.alice.tenant, actor=account) as work:
        on = Resource(EntityRef("policy.proposal", made["id"]), {"state": "open"})
        decision = await work.decide("policy:set.apply", on)
        assert "core.risk-takes-a-person" in decision.policies


async def test_companyos_itself_is_not_bound_so_that_no_background_work_stops(world: World):
    us = await administrators(world)
    await us.put_in_force(NOTHING.format(unless=ADMINISTRATORS))
    async with world.house.begin(tenant=us.alice.tenant) as work:
        assert (await work.decide("operations:service.list", work.tenancy)).allowed


@pytest.mark.parametrize("name", ["core.tenant-wall", "policy.four-eyes", "operations.read", "other.mine"])
async def test_a_tenant_names_its_policies_as_its_own(world: World, name: str):
    us = await administrators(world)
    reason = await refused(us, EVERYTHING.replace("tenant.everything", name))
    assert reason["where"] == "tenant.cedar:1"
    assert '@id("tenant.' in reason["remedy"]["sentence"]


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 3_000 + "true" + ")" * 3_000,
        "(" * 500 + "true" + ")" * 500,
        "// \r" + "(" * 1_500 + "true" + ")" * 1_500,
        "[" * 1_000 + "1" + "]" * 1_000 + " == [1]",
        "!" * 3_000 + "true",
        "if true then " * 180 + "true" + " else false" * 180,
        " && ".join(["true"] * 400),
        "context" + ".now" * 900 + " == 1",
        "-" * 3_000 + "1 == 1",
    ],
    ids=["deep", "nested", "behind-a-comment", "sets", "nots", "ifs", "ands", "dots", "minus"],
)
async def test_no_text_stops_the_process(world: World, condition: str):
    us = await administrators(world)
    text = EVERYTHING.replace(";", f" when {{ {condition} }};")
    assert (await refused(us, text))["where"].startswith("tenant.cedar:")


async def test_texts_have_limits_and_only_signs_that_can_be_written(world: World):
    us = await administrators(world)
    many = "".join(EVERYTHING.replace("everything", f"p{n}") for n in range(101))
    assert "at most 100" in (await refused(us, many))["sentence"]
    long = f"// {'x' * 70_000}\n{EVERYTHING}"
    assert "at most 65536" in (await refused(us, long))["sentence"]
    assert (await refused(us, EVERYTHING + "\x00"))["where"] == "tenant.cedar:4"
    twice = await refused(us, EVERYTHING + EVERYTHING)
    assert twice["where"] == "tenant.cedar:4"
    assert "tenant.cedar:1" in twice["remedy"]["sentence"]


@pytest.mark.parametrize(
    "text",
    [
        NOTHING.format(unless=""),
        forbid("policy:set.apply"),
        forbid("identity:elevation.approve"),
        forbid("policy:set.propose", condition=" when { context.now > 4102444800 }"),
        NOTHING.format(unless=' unless { principal in CompanyOS::Role::"sre" }'),
        NOTHING.format(unless=' when { context.environment == "prod" }'),
    ],
    ids=["all", "apply", "approve", "time bomb", "others", "environment"],
)
async def test_a_set_under_which_nobody_could_apply_another_is_refused(world: World, text: str):
    us = await administrators(world)
    reason = await refused(us, text)
    assert (reason["code"], reason["where"]) == ("policy_lockout", "tenant.cedar:1")
    assert 'unless { principal in CompanyOS::Role::"administrator" }' in reason["remedy"]["sentence"]


async def test_a_lone_administrator_is_told_to_invite_another(world: World):
    """Whatever the text says: an approval could never come."""
    alone = await world.person("tenant_admin", tenant="numbat", mfa_ago=timedelta(0))
    for text in (forbid("operations:service.archive"), NOTHING.format(unless="")):
        answer = await alone.post("/policies/proposals", {"why": "To test", "text": text})
        (reason,) = answer.json()["reasons"]
        assert (answer.status_code, reason["code"]) == (422, "policy_lockout")
        assert "another who approves" in reason["sentence"]
        assert reason["remedy"]["sentence"] == "Invite a second administrator first."


async def test_a_forbid_that_leaves_two_people_is_no_lockout(world: World):
    us = await administrators(world)
    await world.person("tenant_admin", name="Carol")
    await us.propose(not_person(us.bob.id))
    await us.propose(NOTHING.format(unless=ADMINISTRATORS))
    await us.propose(NOTHING.format(unless="").replace("resource)", "resource is CompanyOS::Service)"))


async def test_who_leaves_between_proposal_and_application_can_make_it_a_lockout(world: World):
    us = await administrators(world)
    carol = await world.person("tenant_admin", name="Carol", mfa_ago=timedelta(0))
    leaves_two = NOTHING.format(unless=f' unless {{ principal == CompanyOS::Person::"{us.alice.id}" }}')
    assert (await refused(us, leaves_two))["code"] == "policy_lockout"
    made = await us.propose(not_person(us.bob.id))
    await us.approve(made)
    locked = await us.alice.patch(f"/people/{carol.id}", {"status": "locked"})
    assert locked.status_code == 200
    late = await us.apply(made)
    assert late.status_code == 422
    assert late.json()["reasons"][0]["code"] == "policy_lockout"
    assert (await us.alice.get("/policies/set")).json()["number"] == 0


def not_person(id_: UUID) -> str:
    return (
        '@id("tenant.not-them")\n@reason("No.")\n'
        f'forbid (principal == CompanyOS::Person::"{id_}", action, resource);\n'
    )


def actor(us: Administrators) -> Actor:
    return Actor("person", str(us.bob.id), "Bob", frozenset({"platform_engineer"}), acr=MFA)
