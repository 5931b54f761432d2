"""What plans can do with notices."""

from typing import Annotated

import msgspec

from companyos.kernel.problems import NotFound
from companyos.kernel.steps import Effect, Inputs, Irreversible, Need, Outcome, StepCall, StepType, Verdict
from companyos.kernel.work import Work

from .rules import notice_id, one_line, owned_service
from .service import notices
from .store import Notices

MOST = 20


class Notify(Inputs, frozen=True):
    """Whom to tell (`owner:<service>` or a channel's name), and what."""

    to: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MOST)]
    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=notices.SUBJECT_CHARACTERS)]
    text: Annotated[str, msgspec.Meta(max_length=notices.TEXT_CHARACTERS)] = ""


async def plan(work: Work, call: StepCall) -> Effect:
    """Who would get it, by channel; every one must be there."""
    told: Notify = call.inputs
    channels = [(await notices.reach(work, to))[0] for to in told.to]
    reached = {channel.name: channel for channel in channels}
    people = ", ".join(f"{one.name} ({', '.join(one.to)})" for one in reached.values())
    services = [service for to in told.to if (service := owned_service(to))]
    return Effect(
        sentence=f"Tell {people}: “{one_line(told.subject, notices.SUBJECT_CHARACTERS)}”.",
        on=tuple(one.ref for one in reached.values()),
        needs=tuple(Need("notices:notice.send", one) for one in reached.values()),
        detail={
            "channels": {name: list(one.to) for name, one in sorted(reached.items())},
            "owners_of": services,
            "subject": told.subject,
            "text": told.text,
        },
    )


async def apply(work: Work, call: StepCall) -> Outcome:
    """Queue one notice a channel; each leaves once the run's word is kept."""
    told: Notify = call.inputs
    queued = []
    for name in _names(await plan(work, call)):
        notice = await notices.send(
            work,
            to=name,
            subject=told.subject,
            text=f"{told.text}\n\n— {call.plan}, asked for by {call.asked_by}: {call.reason}".strip(),
            key=f"{call.key}:{name}",
        )
        queued.append(str(notice.id))
    return Outcome(f"{len(queued)} notice{'s' if len(queued) > 1 else ''} queued.", {"notices": queued})


async def verify(work: Work, call: StepCall, outcome: Outcome | None) -> Verdict:
    """Whether the other side has taken every one."""
    found = []
    for name in call.planned["channels"]:
        try:
            found.append((await Notices(work).get(notice_id(work.tenant, f"{call.key}:{name}")))[0])
        except NotFound:
            return Verdict("absent", f"{name} was not told.")
    failed = [one for one in found if one.status == "failed"]
    if failed:
        return Verdict("failed", "; ".join(f"{one.channel}: {one.said}" for one in failed))
    if any(one.status == "queued" for one in found):
        return Verdict("pending", "On its way.")
    return Verdict("done", "; ".join(f"{one.channel}: {one.said}" for one in found))


def _names(effect: Effect) -> list[str]:
    return list(effect.detail["channels"])


TYPES = (
    StepType(
        name="notices.notify",
        title="Tell owners or a channel",
        takes=Notify,
        plan=plan,
        apply=apply,
        verify=verify,
        undo=Irreversible("What was told cannot be untold; tell them that it was taken back."),
        gives=("notices",),
    ),
)
