"""What the gate answers, in which words, and that doubt is a no."""

from datetime import timedelta

import pytest

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.problems import Denied, NotFound, StepUpNeeded
from companyos.kernel.work import ANONYMOUS, MFA, SYSTEM, Actor

from .world import ACME, GLOBEX, NOW, book, decide, person, policies, work


async def test_a_permit_names_its_policy_its_reason_and_the_version():
    decision = await decide(person("support"), "shop:book.read")
    assert decision.allowed
    assert [(r.code, r.sentence, r.where) for r in decision.reasons] == [
        ("permitted", "Readers read books.", "shop.read")
    ]
    assert decision.version == policies().version
    assert len(decision.version) == 64


async def test_an_implicit_deny_says_who_could_and_what_to_ask_for():
    decision = await decide(person("support", mfa=10), "shop:book.burn")
    assert not decision.allowed
    assert decision.reasons[0].sentence == "No policy lets Support burn a book; SRE or Platform engineer may."
    assert decision.reasons[0].remedy.kind == "request_access"
    assert [(c.kind, c.sentence, c.granted_by) for c in decision.changes] == [
        ("grant", "The role SRE (Platform engineer would do too).", "Tenant admin or Platform engineer")
    ]


async def test_only_a_missing_second_factor_asks_for_step_up():
    decision = await decide(person("sre"), "shop:book.burn")
    assert [(r.code, r.remedy.kind) for r in decision.reasons] == [("step_up_needed", "step_up")]
    assert [c.kind for c in decision.changes] == ["authentication"]
    with pytest.raises(StepUpNeeded):
        await work(person("sre")).permit("shop:book.burn", book())


@pytest.mark.parametrize(
    ("age", "allowed"), [(0, True), (299, True), (299.5, False), (300, False), (4000, False)]
)
async def test_a_second_factor_is_fresh_for_less_than_the_setting(age, allowed):
    assert (await decide(person("sre", mfa=age), "shop:book.burn")).allowed is allowed


async def test_a_sign_in_from_the_future_is_no_proof():
    assert (await decide(person("sre", mfa=-3), "shop:book.burn")).allowed, "within the clock's skew"
    assert not (await decide(person("sre", mfa=-60), "shop:book.burn")).allowed


async def test_a_password_alone_is_no_second_factor_however_fresh():
    fresh = Actor("person", "ada", "ada", frozenset({"sre"}), acr="urn:companyos:password", auth_time=NOW)
    assert not (await decide(fresh, "shop:book.burn")).allowed


async def test_what_cannot_be_remedied_comes_before_step_up():
    decision = await decide(person("support"), "shop:book.burn", book(sealed=True))
    assert [r.remedy.kind for r in decision.reasons] == ["wait", "request_access", "step_up"]
    assert decision.changes == (), "neither a role nor a second factor would open a sealed book"
    with pytest.raises(Denied):
        await work(person("support")).permit("shop:book.burn", book(sealed=True))


async def test_a_grant_and_a_second_factor_are_both_named_when_both_are_missing():
    decision = await decide(person("support"), "shop:book.burn")
    assert [c.kind for c in decision.changes] == ["grant", "authentication"]


async def test_an_owner_is_the_principal_itself():
    ada = EntityRef("identity.person", "ada")
    assert (await decide(person("support", mfa=1), "shop:book.burn", book(owner=ada))).allowed
    bob = EntityRef("identity.person", "bob")
    assert not (await decide(person("support", mfa=1), "shop:book.burn", book(owner=bob))).allowed


async def test_hidden_actions_refuse_like_absence():
    decision = await decide(person(), "shop:book.read")
    assert decision.hidden
    with pytest.raises(NotFound):
        await work(person()).permit("shop:book.read", book())
    assert "someone without a role" in decision.reasons[0].sentence


async def test_another_tenants_thing_is_hidden_whatever_the_role():
    foreign = book(tenant=EntityRef("identity.tenant", str(GLOBEX)))
    decision = await decide(person("platform_engineer", mfa=1), "shop:book.burn", foreign)
    assert not decision.allowed
    assert decision.hidden
    assert decision.policies == ("core.tenant-wall",)
    assert decision.changes == ()


async def test_the_tenant_itself_is_a_resource_and_another_tenant_is_not_yours():
    asked = work(person("support"))
    assert (await asked.decide("shop:book.list", asked.tenancy)).allowed
    other = Resource(EntityRef("identity.tenant", str(GLOBEX)))
    assert not (await asked.decide("shop:book.list", other)).allowed
    assert asked.tenancy.ref.id == str(ACME)


async def test_the_system_works_inside_the_tenant_only():
    assert (await decide(SYSTEM, "shop:book.burn")).allowed
    assert not (
        await decide(SYSTEM, "shop:book.read", book(tenant=EntityRef("identity.tenant", "x")))
    ).allowed


async def test_a_service_account_takes_no_risk_even_with_a_second_factor_claimed():
    robot = Actor("service", "ci", "ci", frozenset({"sre"}), acr=MFA, auth_time=NOW - timedelta(seconds=1))
    decision = await decide(robot, "shop:book.burn")
    assert not decision.allowed
    assert decision.reasons[0].where == "core.risk-takes-a-person"
    assert (await decide(robot, "shop:book.read")).allowed


async def test_nobody_is_asked_to_sign_in():
    decision = await decide(ANONYMOUS, "shop:book.read")
    assert not decision.allowed
    assert decision.reasons[0].remedy.kind == "sign_in"


async def test_an_unknown_action_is_a_no():
    decision = await decide(person("platform_engineer", mfa=1), "shop:book.eat")
    assert not decision.allowed
    assert decision.reasons[0].code == "unknown_action"


@pytest.mark.parametrize(
    "wrong",
    [
        {"pages": "many"},
        {"sealed": "no"},
        {"shelf": 3},
        {"tags": [1]},
        {"pages": 1.5},
        {"pages": None},
    ],
)
async def test_a_resource_that_is_not_as_the_schema_says_is_a_no(wrong):
    decision = await decide(person("platform_engineer", mfa=1), "shop:book.burn", book(**wrong))
    assert not decision.allowed
    assert [r.code for r in decision.reasons] == ["policy_error"]


async def test_a_resource_of_a_type_that_the_action_is_not_about_is_a_no():
    shelf = Resource(EntityRef("shop.shelf", "s1"))
    assert (await decide(person("sre"), "shop:book.read", shelf)).reasons[0].code == "policy_error"


async def test_an_unknown_role_gives_nothing():
    assert not (await decide(person("god"), "shop:book.read")).allowed


async def test_acting_on_oneself_in_another_tenant_is_a_no():
    mine = Resource(EntityRef("identity.person", "ada"))
    theirs = Resource(mine.ref, {"tenant": EntityRef("identity.tenant", str(GLOBEX))})
    assert (await decide(person("reader"), "shop:guest.greet", mine)).allowed
    assert not (await decide(person("reader"), "shop:guest.greet", theirs)).allowed
    other = Resource(EntityRef("identity.person", "bob"))
    assert not (await decide(person("reader"), "shop:guest.greet", other)).allowed, "only oneself"
