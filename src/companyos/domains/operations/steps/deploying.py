"""The deployer's verbs as steps: pause, roll back, redeploy what was deployed last."""

from uuid import NAMESPACE_URL, UUID, uuid5

from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.steps import (
    Effect,
    Inputs,
    Irreversible,
    Need,
    Outcome,
    StepCall,
    StepFailed,
    StepType,
    Undo,
    Verdict,
)
from companyos.kernel.work import Work

from ..public.types import Deployment, Verb
from ..service import orders
from ..store import Deployments, Services

TITLES: dict[Verb, str] = {
    "pause": "Pause the newest deployment",
    "roll_back": "Roll back to the version before",
    "redeploy": "Bring the same version out again",
}


class OfService(Inputs, frozen=True):
    """The service whose newest deployment in the run's environment is meant."""

    service: str


def replacement(key: str) -> UUID:
    """The id of the deployment that an idempotency key stands for."""
    return uuid5(NAMESPACE_URL, f"companyos:deployment:{key}")


def _type(verb: Verb, *, gives: tuple[str, ...], undo: Undo | Irreversible) -> StepType:
    async def plan(work: Work, call: StepCall) -> Effect:
        service = await Services(work).named(call.inputs.service)
        on = await _newest(work, service.name)
        made, _, _, _ = await orders.look(work, verb, on)
        needs = [Need(f"operations:deployment.{verb}", on)]
        if verb == "roll_back":  # taking it back brings the version out again
            needs.append(Need("operations:deployment.redeploy", on))
        return Effect(
            sentence=" ".join(made.effects),
            on=(on.ref, service.ref),
            needs=tuple(needs),
            detail={**made.as_json(), "hash": made.hash},
            undo=f"Bring {on.service} {on.version} out again." if verb == "roll_back" else None,
        )

    async def apply(work: Work, call: StepCall) -> Outcome:
        on = await Deployments(work).get(UUID(call.planned["deployment"]), lock=True)
        done = on if verb == "pause" and on.status == "paused" else await _known(work, call.key)
        if done is None:
            reason = f"{call.reason} (plan {call.plan}, asked for by {call.asked_by})".strip()
            try:
                receipt = await orders.order(
                    work,
                    on.id,
                    verb,
                    reason=reason,
                    plan_hash=call.planned["hash"],
                    replacement=replacement(call.key),
                )
            except Conflict as no:
                raise StepFailed(no.detail, again=False) from no
            done = receipt.deployment
        said = {"deployment": str(done.id), "version": done.version, "from": call.planned["from_version"]}
        return Outcome(f"The deployer gets the order about {done.service} {done.version}.", said)

    async def verify(work: Work, call: StepCall, _: Outcome | None) -> Verdict:
        if verb == "pause":
            return _verdict(await Deployments(work).get(UUID(call.planned["deployment"])), ("paused",))
        return _verdict(await _known(work, call.key), ("succeeded",))

    return StepType(
        name=f"operations.{verb}",
        title=TITLES[verb],
        takes=OfService,
        plan=plan,
        apply=apply,
        verify=verify,
        undo=undo,
        gives=gives,
    )


async def bring_back(work: Work, call: StepCall, outcome: Outcome) -> Outcome:
    """Take a roll-back back: the version that it took away goes out again, unless others followed."""
    done = await _known(work, call.undo_key)
    if done is None:
        was = await Deployments(work).get(UUID(call.planned["deployment"]))
        now = await Deployments(work).get(UUID(outcome.output["deployment"]), lock=True)
        try:
            made, _, _, _ = await orders.look(work, "redeploy", now, was)
            receipt = await orders.order(
                work,
                now.id,
                "redeploy",
                reason=f"The roll-back is taken back (plan {call.plan}, asked for by {call.asked_by}).",
                plan_hash=made.hash,
                to=was,
                replacement=replacement(call.undo_key),
            )
        except Conflict as no:
            raise StepFailed(no.detail, again=now.status in ("queued", "running")) from no
        done = receipt.deployment
    return Outcome(f"{done.service} {done.version} goes out again.", {"deployment": str(done.id)})


async def _newest(work: Work, service: str) -> Deployment:
    newest = await Deployments(work).newest(service)
    if newest is None:
        raise Invalid.at("/service", f"{service} was never deployed to {work.environment}.")
    return newest


async def _known(work: Work, key: str) -> Deployment | None:
    """The deployment that was ordered under a key."""
    try:
        return await Deployments(work).get(replacement(key))
    except NotFound:
        return None


def _verdict(seen: Deployment | None, wanted: tuple[str, ...]) -> Verdict:
    if seen is None:
        return Verdict("absent", "No such order was given.")
    said = f"{seen.service} {seen.version} in {seen.environment} is {seen.status}."
    if seen.status in wanted:
        return Verdict("done", said, {"status": seen.status})
    pending = seen.status in ("queued", "running") and "paused" not in wanted
    return Verdict("pending" if pending else "failed", said, {"status": seen.status})


TYPES = (
    _type(
        "pause",
        gives=("deployment", "version", "from", "status"),
        undo=Irreversible("The deployer has no order to go on; redeploy the version instead."),
    ),
    _type("roll_back", gives=("deployment", "version", "from", "status"), undo=bring_back),
    _type(
        "redeploy",
        gives=("deployment", "version", "from", "status"),
        undo=Irreversible("The same version ran before; there is nothing to go back to."),
    ),
)
