"""What plans can do with identity: planned, done once, verified and taken back, against the real house."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
import pytest

from companyos.kernel.ids import new_id
from companyos.kernel.ports.authenticator import Authenticator
from companyos.kernel.problems import Conflict, Invalid, NotFound, Unauthenticated
from companyos.kernel.steps import Irreversible, StepCall
from companyos.kernel.work import Work
from companyos.spines.identity.settings import IdentitySettings
from companyos.spines.identity.steps import TYPES
from companyos.testing.world import Client, World

T = TypeVar("T")
BY_NAME = {one.name: one for one in TYPES}


class Step:
    """One step of a run of one tenant; each question in a Work of its own, as the executor asks."""

    def __init__(self, world: World, who: Client, type_: str, **inputs: Any):
        self.world, self.who, self.type = world, who, BY_NAME[type_]
        taken = msgspec.convert(inputs, self.type.takes)
        self.call = StepCall(new_id(), "a-plan", "it", taken, str(uuid4()), f"person:{who.id}", "Stolen")

    async def _in(self, ask: Callable[[Work], Awaitable[T]]) -> T:
        async with self.world.house.begin(tenant=self.who.tenant, environment="prod") as work:
            return await ask(work)

    async def plan(self) -> Any:
        effect = await self._in(lambda work: self.type.plan(work, self.call))
        self.call = replace(self.call, planned=msgspec.json.decode(msgspec.json.encode(effect.detail)))
        return effect

    async def apply(self) -> Any:
        self.outcome = await self._in(lambda work: self.type.apply(work, self.call))
        return self.outcome

    async def verify(self) -> str:
        return (await self._in(lambda work: self.type.verify(work, self.call, None))).state

    async def undo(self) -> Any:
        return await self._in(lambda work: self.type.undo(work, self.call, self.outcome))


async def email(admin: Client, who: Client) -> str:
    found: str = (await admin.get(f"/people/{who.id}")).json()["email"]
    return found


async def acts(admin: Client, suffix: str) -> int:
    trail = (await admin.get("/audit?limit=200")).json()["items"]
    return sum(row["action"].endswith(suffix) for row in trail)


def test_every_type_answers_all_four_questions() -> None:
    for one in TYPES:
        assert one.missing == ()
        if isinstance(one.undo, Irreversible):
            assert one.undo.because.endswith(".")


async def test_an_account_is_locked_once_and_let_in_again(world: World) -> None:
    admin, stolen = await world.person("tenant_admin"), await world.person("sre")
    step = Step(world, admin, "identity.lock_account", person=await email(admin, stolen))
    effect = await step.plan()
    assert "their 1 sign-in" in effect.sentence and [need.action for need in effect.needs] == [
        "identity:person.lock"
    ]
    assert await step.verify() == "absent"
    await step.apply()
    await step.apply()
    assert await step.verify() == "done"
    assert (await stolen.get("/me")).status_code == 401
    assert await acts(admin, "person.locked") == 1
    await step.undo()
    await step.undo()
    assert await step.verify() == "absent" and await acts(admin, "person.unlocked") == 1
    assert (await stolen.get("/me")).status_code == 401  # the sign-in that ended stays ended


async def test_who_was_locked_before_stays_locked(world: World) -> None:
    admin, stolen = await world.person("tenant_admin"), await world.person("sre")
    await admin.patch(f"/people/{stolen.id}", {"status": "locked"})
    step = Step(world, admin, "identity.lock_account", person=await email(admin, stolen))
    assert "already" in (await step.plan()).sentence
    await step.apply()
    await step.undo()
    assert (await admin.get(f"/people/{stolen.id}")).json()["status"] == "locked"


async def test_sign_ins_end_and_the_person_may_come_back(world: World) -> None:
    admin, stolen = await world.person("tenant_admin"), await world.person("sre")
    step = Step(world, admin, "identity.revoke_sessions", person=await email(admin, stolen))
    assert (await step.plan()).undo is None
    assert await step.verify() == "absent"
    assert (await step.apply()).output == {"ended": 1}
    assert (await step.apply()).output == {"ended": 0}
    assert await step.verify() == "done"
    assert (await stolen.get("/me")).status_code == 401
    assert (await admin.get(f"/people/{stolen.id}")).json()["status"] == "active"


async def test_only_who_may_ends_the_sign_ins_of_others(world: World) -> None:
    sre, analyst, victim = [await world.person(role) for role in ("sre", "security_analyst", "support")]
    assert (await sre.post(f"/people/{victim.id}/sign-out")).status_code == 403
    other = await world.person("tenant_admin", tenant="other")
    assert (await other.post(f"/people/{victim.id}/sign-out")).status_code == 404
    assert (await analyst.post(f"/people/{victim.id}/sign-out")).json() == {"ended": 1}
    assert (await victim.get("/me")).status_code == 401


async def bot(admin: Client) -> tuple[str, str]:
    made = await admin.post(
        "/service-accounts", {"name": "bot", "roles": [], "environments": ["prod"], "jwks": {"keys": []}}
    )
    assert made.status_code == 201, made.text
    key = (await admin.post(f"/service-accounts/{made.json()['id']}/keys", {"environment": "prod"})).json()[
        "key"
    ]
    return made.json()["id"], key


async def test_keys_are_rotated_once_and_each_new_one_is_collected_once(world: World) -> None:
    admin = await world.person("tenant_admin")
    account, old = await bot(admin)
    ingest = world.house.adapter(Authenticator)
    await ingest.authenticate_ingest_key(old)
    ingest._ingest.clear()  # type: ignore[attr-defined]  # five seconds later
    step = Step(world, admin, "identity.rotate_keys", account="bot")
    assert "End 1 ingest key of bot" in (await step.plan()).sentence
    assert await step.verify() == "absent"
    assert await step.apply() and (await step.apply()).output["keys"] == self_keys(
        await account_of(admin, account)
    )
    assert await step.verify() == "done" and await acts(admin, "ingest_key.rotated") == 1
    with pytest.raises(Unauthenticated):
        await ingest.authenticate_ingest_key(old)
    (new,) = (await account_of(admin, account))["keys"]
    assert new["waits"] is True
    sre = await world.person("sre")
    assert (await sre.post(f"/service-accounts/{account}/keys/{new['id']}/collection")).status_code == 403
    collected = await admin.post(f"/service-accounts/{account}/keys/{new['id']}/collection")
    assert collected.status_code == 201, collected.text
    claims = await ingest.authenticate_ingest_key(collected.json()["key"])
    assert str(claims.subject) == account and claims.environment == "prod"
    assert (await admin.post(f"/service-accounts/{account}/keys/{new['id']}/collection")).status_code == 409
    assert (await account_of(admin, account))["keys"][0]["waits"] is False


def self_keys(account: dict[str, Any]) -> list[str]:
    return [key["id"] for key in account["keys"]]


async def account_of(admin: Client, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await admin.get(f"/service-accounts/{id}")).json()
    return found


async def test_only_the_tenant_that_runs_the_installation_turns_the_issuers_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await world.person("tenant_admin")
    step = Step(world, admin, "identity.turn_signing_key")
    with pytest.raises(Invalid, match="Only the tenant companyos"):
        await step.plan()
    monkeypatch.setattr(world.house.settings_of(IdentitySettings), "operator_tenant", admin.slug)
    await step.plan()
    assert await step.verify() == "absent"
    first, second = await step.apply(), await step.apply()
    assert first.output["kid"] and second.output == {}
    assert await step.verify() == "done" and await acts(admin, "issuer.turned") == 1
    assert (await admin.get("/me")).status_code == 200  # tokens of the last key stay good


@pytest.mark.parametrize(
    ("type_", "inputs", "problem"),
    [
        ("identity.lock_account", {"person": "nobody@nowhere.example"}, NotFound),
        ("identity.revoke_sessions", {"person": ""}, NotFound),
        ("identity.rotate_keys", {"account": "nothing"}, NotFound),
        ("identity.rotate_keys", {"account": "bare"}, Conflict),
    ],
)
async def test_what_cannot_be_is_said_when_it_is_planned(
    world: World, type_: str, inputs: dict[str, Any], problem: type[Exception]
) -> None:
    admin = await world.person("tenant_admin")
    body = {"name": "bare", "roles": [], "environments": ["prod"], "jwks": {"keys": []}}
    await admin.post("/service-accounts", body)
    with pytest.raises(problem):
        await Step(world, admin, type_, **inputs).plan()


async def test_a_member_of_another_tenant_is_not_there(world: World) -> None:
    admin, foreign = await world.person("tenant_admin"), await world.person("sre", tenant="other")
    there = await world.person("tenant_admin", tenant="other")
    with pytest.raises(NotFound):
        await Step(world, admin, "identity.lock_account", person=await email(there, foreign)).plan()
