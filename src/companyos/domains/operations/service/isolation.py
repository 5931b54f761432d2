"""Isolate a service and release it. While it is isolated, policy `operations.isolated` lets no version of it out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args
from uuid import UUID

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.entities import EntityRef
from companyos.kernel.preflight import Input, MakePreview, Preview, plan_hash
from companyos.kernel.problems import Conflict
from companyos.kernel.work import Work
from companyos.spines.graph.public.ports import Graph
from companyos.spines.graph.public.types import Affected

from ..public.events import ServiceIsolated, ServiceReleased
from ..public.types import Service
from ..settings import OperationsSettings
from ..store import Services

Verb = Literal["isolate", "release"]
VERBS: tuple[Verb, ...] = get_args(Verb)
EVIDENCE = ("record.json", "decision.json", "plan.json", "blast_radius.json")
DONE: Mapping[Verb, str] = {"isolate": "isolated", "release": "released"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Exactly what would be done; its hash is what a person confirms."""

    verb: Verb
    service: str
    effects: tuple[str, ...]
    affected: tuple[str, ...]

    @property
    def hash(self) -> str:
        return plan_hash(self.as_json())

    def as_json(self) -> dict[str, Any]:
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


async def look(work: Work, verb: Verb, on: Service) -> tuple[Plan, tuple[Affected, ...], bool]:
    """What a verb would do now. Raises Conflict when there is nothing to do."""
    if on.isolated == (verb == "isolate"):
        no = f"{on.name} is isolated already." if on.isolated else f"{on.name} is not isolated."
        raise Conflict(no, reasons=[Reason("verb_not_possible", no, "operations.service")])
    depth = work.settings(OperationsSettings).blast_depth
    blast = await work.ask(Graph).blast_radius(on.ref, depth=depth)
    effects = {
        "isolate": (
            f"Policy lets no version of {on.name} out, in any environment, until somebody releases it.",
            "Roll-backs and redeployments of it are refused, by people and by plans; what runs keeps running.",
        ),
        "release": (f"Versions of {on.name} may go out again.",),
    }
    return (
        Plan(verb, on.name, effects[verb], tuple(str(a.ref) for a in blast.affected)),
        blast.affected,
        blast.more,
    )


def preview_of(verb: Verb) -> MakePreview:
    """How the house shows a verb before it is done."""

    async def make(work: Work, ref: EntityRef, _: Input) -> Preview:
        on = await Services(work).named(ref.id)
        await work.permit("operations:service.read", on=on)
        made, affected, more = await look(work, verb, on)
        return Preview(
            action=f"operations:service.{verb}",
            on=on.ref,
            title=f"{verb.capitalize()} {on.name}",
            effects=made.effects,
            plan=made.as_json(),
            affected=tuple(a.ref for a in affected),
            more_affected=more,
            undo="Release it." if verb == "isolate" else "Isolate it again.",
            evidence=EVIDENCE,
        )

    return make


async def turn(work: Work, name: str, verb: Verb, *, reason: str, plan_hash: str) -> tuple[Service, UUID]:
    """Do what the preview showed; returns the service and its evidence. Raises Conflict when the plan has changed."""
    on = await Services(work).named(name, lock=True)
    await work.permit("operations:service.read", on=on)
    made, affected, more = await look(work, verb, on)
    decision = await work.permit(f"operations:service.{verb}", on=on, plan=made.hash)
    if made.hash != plan_hash:
        sentence = (
            f"The plan has changed since you saw it: it now reaches {len(made.affected)} others. "
            "Nothing was done."
        )
        remedy = Remedy("fix_input", "Look at the preflight again and confirm the plan that it shows now.")
        raise Conflict(sentence, reasons=[Reason("plan_changed", sentence, "/plan_hash", remedy)])
    isolated = verb == "isolate"
    kept = await Services(work).put(
        replace(on, isolated_at=work.now if isolated else None, isolated_because=reason if isolated else "")
    )
    record = await work.record(
        f"operations.service.{DONE[verb]}", on.ref, decision=decision, reason=reason, plan_hash=made.hash
    )
    evidence = await work.evidence(
        record,
        title=f"{name} was {DONE[verb]}",
        attachments={
            "plan.json": made.as_json(),
            "blast_radius.json": {
                "affected": [a.as_json() for a in affected],
                "more": more,
                "as_of": work.now.isoformat(),
            },
        },
    )
    event = ServiceIsolated if isolated else ServiceReleased
    work.emit(event(service=name, because=reason, evidence=evidence))
    return kept, evidence
