"""Opening an incident with the run's context as a step; taking it back resolves it."""

from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from companyos.kernel.problems import Invalid, NotFound
from companyos.kernel.steps import Effect, Inputs, Need, Outcome, StepCall, StepType, Verdict
from companyos.kernel.work import Work

from ..public.types import Incident, Severity
from ..service import incidents
from ..store import Deployments, Incidents, Services


class Opening(Inputs, frozen=True):
    """What is wrong. The newest deployment of each service is linked, so that the context is there."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    severity: Severity = "sev3"
    services: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    text: Annotated[str, msgspec.Meta(max_length=4000)] = ""


def incident_id(key: str) -> UUID:
    """The id of the incident that an idempotency key stands for."""
    return uuid5(NAMESPACE_URL, f"companyos:incident:{key}")


async def plan(work: Work, call: StepCall) -> Effect:
    """What would stand there, and what it would be linked to."""
    said: Opening = call.inputs
    known = await Services(work).known(said.services)
    for i, name in enumerate(said.services):
        if name not in known:
            raise Invalid.at(f"/services/{i}", f"There is no service called {name}.")
    about = f" about {', '.join(said.services)}" if said.services else ""
    return Effect(
        sentence=f"Open the {said.severity} incident “{said.title}”{about} in {work.environment}.",
        on=tuple([(await Services(work).named(name)).ref for name in said.services]),
        needs=(Need("operations:incident.open", work.tenancy),),
        detail={"title": said.title, "severity": said.severity, "services": list(said.services)},
        undo="Resolve it, saying that it was opened by this run.",
    )


async def apply(work: Work, call: StepCall) -> Outcome:
    """Open it once; its timeline tells the run."""
    said: Opening = call.inputs
    opened = await _known(work, call)
    if opened is None:
        newest = [await Deployments(work).newest(name) for name in said.services]
        text = f"{said.text}\n\nOpened by plan {call.plan} (run {call.run}), asked for by {call.asked_by}"
        told = await incidents.open_incident(
            work,
            {
                "title": said.title,
                "severity": said.severity,
                "services": said.services,
                "deployments": tuple(one.id for one in newest if one),
            },
            text=f"{text}: {call.reason}".strip(),
            id=incident_id(call.key),
        )
        opened = told.incident
    return Outcome(f"Incident “{opened.title}” is {opened.status}.", {"incident": str(opened.id)})


async def verify(work: Work, call: StepCall, _: Outcome | None) -> Verdict:
    """Whether it stands there."""
    opened = await _known(work, call)
    if opened is None:
        return Verdict("absent", "The incident was not opened.")
    return Verdict("done", f"Incident “{opened.title}” is {opened.status}.")


async def undo(work: Work, call: StepCall, _: Outcome) -> Outcome:
    """Resolve it, unless somebody has."""
    opened = await _known(work, call)
    if opened is None or opened.status == "resolved":
        return Outcome("The incident is over already.")
    text = f"Opened by a run of plan {call.plan} that was taken back ({call.asked_by})."
    await incidents.step(work, opened.id, "resolved", text=text)
    return Outcome(f"Incident “{opened.title}” is resolved.")


async def _known(work: Work, call: StepCall) -> Incident | None:
    try:
        return await Incidents(work).get(incident_id(call.key))
    except NotFound:
        return None


TYPES = (
    StepType(
        name="operations.open_incident",
        title="Open an incident with its context",
        takes=Opening,
        plan=plan,
        apply=apply,
        verify=verify,
        undo=undo,
        gives=("incident",),
    ),
)
