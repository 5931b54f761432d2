"""What plans can do with operations: planned, done once, verified and taken back, against the real house."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
import pytest

from companyos.domains.operations.public.ports import Answer
from companyos.domains.operations.seed.plans import FOLDER
from companyos.domains.operations.steps import TYPES
from companyos.domains.operations.testing import RecordingDeployer, a_deployment, a_service, deploying
from companyos.kernel.ids import new_id
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.steps import Irreversible, StepCall, StepFailed, StepType
from companyos.kernel.work import Work
from companyos.testing.world import Client, World

T = TypeVar("T")
BY_NAME = {one.name: one for one in TYPES}
GOOD = Answer("succeeded", "done")


class Step:
    """One step of a run of one tenant; each question in a Work of its own, as the executor asks."""

    def __init__(self, world: World, who: Client, type_: str, **inputs: Any):
        self.world, self.who, self.type = world, who, BY_NAME[type_]
        taken = msgspec.convert(inputs, self.type.takes)
        self.call = StepCall(new_id(), "a-plan", "it", taken, str(uuid4()), f"person:{who.id}", "Errors")

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


@pytest.mark.parametrize("type_", TYPES, ids=lambda t: t.name)
def test_every_type_answers_all_four_questions(type_: StepType) -> None:
    assert type_.missing == () and type_.title and type_.takes.__doc__
    if isinstance(type_.undo, Irreversible):
        assert type_.undo.because.endswith(".")


async def two_versions(who: Client) -> dict[str, Any]:
    await a_service(who)
    await a_deployment(who, version="1.0.0", commit="aaaaaaa")
    return await a_deployment(who, version="1.1.0", commit="bbbbbbb")


async def test_a_roll_back_is_ordered_once_and_taken_back_once(world: World) -> None:
    sre = await world.person("sre")
    live = await two_versions(sre)
    step = Step(world, sre, "operations.roll_back", service="payments-api")
    effect = await step.plan()
    assert effect.undo == "Bring payments-api 1.1.0 out again."
    assert [need.action for need in effect.needs] == [
        "operations:deployment.roll_back", "operations:deployment.redeploy"
    ]  # fmt: skip
    assert await step.verify() == "absent"
    deployer = RecordingDeployer(GOOD)
    with deploying(world.house, deployer):
        first, second = await step.apply(), await step.apply()
        assert first == second and first.output["version"] == "1.0.0"
        assert await step.verify() == "pending"
        await world.deliver()
        assert await step.verify() == "done"
        assert await step.undo() == await step.undo()
        await world.deliver()
    assert [(o.verb, o.version) for o in deployer.orders] == [("roll_back", "1.0.0"), ("redeploy", "1.1.0")]
    newest = (await sre.get("/deployments?service=payments-api")).json()["items"]
    assert [(d["version"], d["status"]) for d in newest[:2]] == [
        ("1.1.0", "succeeded"),
        ("1.0.0", "succeeded"),
    ]
    assert len(newest) == 4 and newest[2]["id"] == live["id"]


async def test_a_roll_back_is_not_taken_back_over_a_newer_version(world: World) -> None:
    sre = await world.person("sre")
    await two_versions(sre)
    step = Step(world, sre, "operations.roll_back", service="payments-api")
    await step.plan()
    with deploying(world.house, RecordingDeployer(GOOD)):
        await step.apply()
        await world.deliver()
        await a_deployment(sre, version="1.2.0")
        with pytest.raises(StepFailed, match="moved on to version") as no:
            await step.undo()
    assert not no.value.again


async def test_a_plan_that_has_changed_since_it_was_approved_is_not_carried_out(world: World) -> None:
    sre = await world.person("sre")
    await two_versions(sre)
    step = Step(world, sre, "operations.redeploy", service="payments-api")
    await step.plan()
    await a_deployment(sre, version="1.2.0")
    with pytest.raises(StepFailed, match="moved on"):
        await step.apply()
    assert len((await sre.get("/deployments?service=payments-api")).json()["items"]) == 3


async def test_a_pause_holds_once(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    running = await a_deployment(sre, status="running")
    step = Step(world, sre, "operations.pause", service="payments-api")
    await step.plan()
    deployer = RecordingDeployer(Answer("paused", "held"))
    with deploying(world.house, deployer):
        assert await step.verify() == "failed"
        await step.apply()
        await step.apply()
        await world.deliver()
        assert await step.verify() == "done"
    assert len(deployer.orders) == 1
    assert (await sre.get(f"/deployments/{running['id']}")).json()["status"] == "paused"


async def test_a_refused_order_fails_the_step(world: World) -> None:
    sre = await world.person("sre")
    await two_versions(sre)
    step = Step(world, sre, "operations.roll_back", service="payments-api")
    await step.plan()
    with deploying(world.house, RecordingDeployer(Answer("failed", "no such image"))):
        await step.apply()
        await world.deliver()
    assert await step.verify() == "failed"


async def test_isolating_is_done_once_and_taken_back(world: World) -> None:
    sre = await world.person("sre")
    live = await two_versions(sre)
    step = Step(world, sre, "operations.isolate", service="payments-api")
    effect = await step.plan()
    assert {need.action for need in effect.needs} == {
        "operations:service.isolate",
        "operations:service.release",
    }
    first = await step.apply()
    assert (await step.apply()).output == {"evidence": None} != first.output
    assert await step.verify() == "done"
    rollback = Step(world, sre, "operations.roll_back", service="payments-api")
    await rollback.plan()  # it may be looked at; policy refuses it when it is due, to a plan as to a person
    assert not (await sre.get(f"/deployments/{live['id']}/preflight?verb=roll_back")).json()["decision"][
        "allowed"
    ]
    await step.undo()
    await step.undo()
    assert await step.verify() == "absent"
    trail = (await sre.get("/audit?subject=operations.service:payments-api")).json()["items"]
    done = [row["action"] for row in trail if row["action"].endswith(("isolated", "released"))]
    assert sorted(done) == ["operations.service.isolated", "operations.service.released"]


async def test_what_was_isolated_before_stays_so(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    first = Step(world, sre, "operations.isolate", service="payments-api")
    await first.plan()
    await first.apply()
    second = Step(world, sre, "operations.isolate", service="payments-api")
    assert "already" in (await second.plan()).sentence
    await second.apply()
    await second.undo()
    assert await second.verify() == "done"


async def test_a_log_level_is_said_once_and_the_old_one_again(world: World) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    await sre.put("/services/payments-api/log-level", {"level": "info"})
    step = Step(world, sre, "operations.set_log_level", service="payments-api", level="debug")
    assert (await step.plan()).undo == "Say info again."
    deployer = RecordingDeployer(GOOD)
    with deploying(world.house, deployer):
        await world.deliver()
        await step.apply()
        await step.apply()
        assert await step.verify() == "pending"
        await world.deliver()
        assert await step.verify() == "done"
        await step.undo()
        await step.undo()
        await world.deliver()
        assert await step.verify() == "absent"
        assert [o.level for o in deployer.orders if o.tenant == sre.tenant] == ["info", "debug", "info"]
        await sre.put("/services/payments-api/log-level", {"level": "error"})
        await world.deliver()
    assert "that stays" in (await step.undo()).sentence
    assert (await sre.get("/services/payments-api/log-level")).json()["level"] == "error"


async def test_an_incident_is_opened_once_with_its_context_and_resolved(world: World) -> None:
    sre = await world.person("sre")
    live = await two_versions(sre)
    step = Step(
        world,
        sre,
        "operations.open_incident",
        title="Checkout fails",
        severity="sev2",
        services=["payments-api"],
    )
    effect = await step.plan()
    assert [str(ref) for ref in effect.on] == ["operations.service:payments-api"]
    assert await step.apply() == await step.apply()
    assert await step.verify() == "done"
    (shown,) = (await sre.get("/incidents")).json()["items"]
    told = (await sre.get(f"/incidents/{shown['id']}")).json()
    assert told["deployments"] == [live["id"]] and "a-plan" in told["timeline"][0]["text"]
    await step.undo()
    await step.undo()
    assert (await sre.get(f"/incidents/{shown['id']}")).json()["status"] == "resolved"


@pytest.mark.parametrize(
    ("type_", "inputs", "problem"),
    [
        ("operations.roll_back", {"service": "nothing"}, NotFound),
        ("operations.roll_back", {"service": "payments-api"}, Invalid),
        ("operations.pause", {"service": "fresh"}, Conflict),
        ("operations.isolate", {"service": "nothing"}, NotFound),
        ("operations.set_log_level", {"service": "nothing", "level": "debug"}, NotFound),
        ("operations.open_incident", {"title": "x", "services": ["nothing"]}, Invalid),
    ],
)
async def test_what_cannot_be_is_said_when_it_is_planned(
    world: World, type_: str, inputs: dict[str, Any], problem: type[Exception]
) -> None:
    sre = await world.person("sre")
    await a_service(sre)
    await a_service(sre, "fresh")
    await a_deployment(sre, "fresh")
    with pytest.raises(problem):
        await Step(world, sre, type_, **inputs).plan()


async def test_the_demos_plans_can_be_read_and_looked_at(world: World) -> None:
    """Each with step types of several parts; what it would do is told for a service of the tenant."""
    engineer = await world.person("platform_engineer")
    await two_versions(engineer)
    for name in ("payments", "security"):
        assert (
            await engineer.post("/channels", {"name": name, "mail": [f"{name}@b.example"]})
        ).status_code == 201
    email = (await engineer.get(f"/people/{(await world.person('support')).id}")).json()["email"]
    told = {
        "roll-back-and-tell": {"service": "payments-api"},
        "look-closer": {"service": "payments-api"},
        "lock-out-stolen-account": {"person": email},
    }
    files = {file.stem: file.read_text() for file in FOLDER.glob("*.yaml")}
    assert files.keys() == told.keys()
    for name, source in files.items():
        kept = await engineer.put(f"/plans/{name}", {"source": source})
        assert kept.status_code == 200, kept.text
        shown = await engineer.post(f"/plans/{name}/dry-run", {"parameters": told[name]})
        assert shown.status_code == 200, shown.text
        assert all(step["sentence"].endswith((".", "”.")) for step in shown.json()["steps"])
