"""The risky verbs: pause, roll back and redeploy. First a preflight shows the plan, then its hash confirms it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args
from uuid import UUID

from companyos.kernel.decision import Decision, Reason, Remedy
from companyos.kernel.entities import EntityRef
from companyos.kernel.ids import new_id
from companyos.kernel.preflight import Input, MakePreview, Preview
from companyos.kernel.problems import Conflict, NotFound
from companyos.kernel.work import Work
from companyos.spines.graph.public.ports import Graph
from companyos.spines.graph.public.types import Affected

from ..public.events import DeploymentPaused, DeploymentRedeployed, DeploymentRolledBack
from ..public.types import Deployment, Diff, Proof, Verb
from ..rules.deployments import Plan, plan, refusal
from ..settings import OperationsSettings
from ..store import Deployments
from .deployments import about, recorded

VERBS: tuple[Verb, ...] = get_args(Verb)
EVIDENCE = ("record.json", "decision.json", "plan.json", "blast_radius.json", "log_excerpt.txt")
"""What the evidence pack of an order tells; the first two are in every pack."""

_DONE: Mapping[Verb, str] = {"pause": "paused", "roll_back": "rolled_back", "redeploy": "redeployed"}
_UNDO: Mapping[Verb, str] = {
    "pause": "Force a redeployment of the version.",
    "roll_back": "Deploy the version again; the row of this deployment stays rolled back.",
    "redeploy": "Roll back to the version before.",
}
_TITLE: Mapping[Verb, str] = {"pause": "Pause", "roll_back": "Roll-back", "redeploy": "Redeployment"}


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a verb would do, whether the actor may, and what trouble could reach."""

    plan: Plan
    decision: Decision
    affected: tuple[Affected, ...]
    more_affected: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """An order that was given: the deployment that carries it, and where it is written."""

    deployment: Deployment
    evidence_id: UUID
    record_id: UUID


async def preflight(work: Work, id: UUID, verb: Verb) -> Preflight:
    """The plan of a verb, without doing anything. Raises Conflict when the verb cannot be done now."""
    on = await Deployments(work).get(id)
    await work.permit("operations:deployment.read", on=on)
    decision = await work.decide(f"operations:deployment.{verb}", on=on)
    made, _, affected, more = await look(work, verb, on)
    return Preflight(made, decision, affected, more)


def preview_of(verb: Verb) -> MakePreview:
    """How the house shows a verb before it is done."""

    async def make(work: Work, ref: EntityRef, _: Input) -> Preview:
        try:
            shown = await preflight(work, UUID(ref.id), verb)
        except ValueError:
            raise NotFound() from None
        return Preview(
            action=shown.decision.action,
            on=ref,
            title=f"{_TITLE[verb]} of {shown.plan.service} {shown.plan.from_version} in {shown.plan.environment}",
            effects=shown.plan.effects,
            plan=shown.plan.as_json(),
            affected=tuple(a.ref for a in shown.affected),
            more_affected=shown.more_affected,
            undo=_UNDO[verb],
            evidence=EVIDENCE,
        )

    return make


async def order(
    work: Work,
    id: UUID,
    verb: Verb,
    *,
    reason: str,
    plan_hash: str,
    to: Deployment | None = None,
    replacement: UUID | None = None,
) -> Receipt:
    """Do what the preflight showed, and only that: a plan that has changed since is refused with Conflict.

    `to` is another deployment of the service whose version a redeployment brings; `replacement` is the id of the
    deployment that carries the order.
    """
    on = await Deployments(work).get(id, lock=True)
    await work.permit("operations:deployment.read", on=on)
    made, target, affected, more = await look(work, verb, on, to)
    decision = await work.permit(f"operations:deployment.{verb}", on=on, plan=made.hash)
    if made.hash != plan_hash:
        raise _changed(made)

    # Here the record comes before the rows, because the rows name their evidence.
    record = await work.record(
        f"operations.deployment.{_DONE[verb]}",
        on.ref,
        decision=decision,
        reason=reason,
        plan_hash=made.hash,
        service=on.service,
        from_version=made.from_version,
        target_version=made.target_version,
    )
    evidence = await work.evidence(
        record,
        title=f"{_TITLE[verb]} of {on.service} {on.version} in {on.environment}",
        attachments={
            "plan.json": made.as_json(),
            "log_excerpt.txt": on.log_excerpt or "The deployment left no log.",
            "blast_radius.json": {
                "affected": [a.as_json() for a in affected],
                "more": more,
                "as_of": work.now.isoformat(),
            },
        },
    )
    proof = Proof(evidence, f"operations.deployment.{_DONE[verb]}", work.now)
    was, kept = await _keep(work, verb, on, target, proof, replacement or new_id())
    _emit(work, verb, was, kept, reason, evidence)
    return Receipt(kept, evidence, record)


async def look(
    work: Work, verb: Verb, on: Deployment, to: Deployment | None = None
) -> tuple[Plan, Deployment | None, tuple[Affected, ...], bool]:
    """The plan, the deployment whose version runs afterwards, what trouble could reach, and whether there is more.

    Raises Conflict when the verb cannot be done now.
    """
    store = Deployments(work)
    target = await store.before(on) if verb == "roll_back" else to
    no = refusal(verb, on, await store.newest(on.service), target)
    if no:
        raise Conflict(no, reasons=[Reason("verb_not_possible", no, "operations.deployment")])
    service = EntityRef("operations.service", on.service)
    depth = work.settings(OperationsSettings).blast_depth
    blast = await work.ask(Graph).blast_radius(service, depth=depth)
    return plan(verb, on, target, [str(a.ref) for a in blast.affected]), target, blast.affected, blast.more


async def _keep(
    work: Work, verb: Verb, on: Deployment, target: Deployment | None, proof: Proof, id: UUID
) -> tuple[Deployment, Deployment]:
    """The deployment that the verb was done to, as it stands now, and the one that carries the order."""
    store = Deployments(work)
    was = replace(on, evidence=(*on.evidence, proof))
    if verb == "pause":
        held = await store.put(replace(was, status="paused"))
        return held, held
    if verb == "roll_back":
        was = replace(was, status="rolled_back", finished_at=on.finished_at or work.now)
    was = await store.put(was)
    goal = target or on
    new = Deployment(
        id=id,
        service=on.service,
        version=goal.version,
        environment=on.environment,
        status="queued",
        queued_at=work.now,
        commit=goal.commit,
        author=work.actor.name,
        diff=_back(on.diff) if verb == "roll_back" else Diff(),
        source="verb",
        replaces=on.id,
        external_id=str(id),  # by which the deployer may report its end through a hook
        evidence=(proof,),
    )
    await store.add([new])
    work.emit(recorded(new))
    return was, new


def _emit(work: Work, verb: Verb, was: Deployment, kept: Deployment, reason: str, evidence: UUID) -> None:
    said = {
        **about(was),
        "order": new_id(),
        "ordered_at": work.now,
        "reason": reason,
        "evidence": evidence,
    }
    if verb == "pause":
        work.emit(DeploymentPaused(**said))
    elif verb == "roll_back":
        work.emit(DeploymentRolledBack(**said, replacement=kept.id, to_release=kept.version))
    else:
        work.emit(DeploymentRedeployed(**said, replacement=kept.id))


def _back(diff: Diff) -> Diff:
    return Diff(diff.files, diff.deletions, diff.insertions)


def _changed(made: Plan) -> Conflict:
    sentence = (
        f"The plan has changed since you saw it: it now ends at version {made.target_version} "
        f"and reaches {len(made.affected)} others. Nothing was done."
    )
    remedy = Remedy("fix_input", "Look at the preflight again and confirm the plan that it shows now.")
    return Conflict(sentence, reasons=[Reason("plan_changed", sentence, "/plan_hash", remedy)])
