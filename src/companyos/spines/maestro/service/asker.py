"""Whoever asked for a run, as they are now: policy is asked about them again whenever a step is due."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from companyos.kernel.decision import Decision
from companyos.kernel.steps import Need
from companyos.kernel.work import MFA, SYSTEM, Actor, Work
from companyos.spines.identity.public import person_now


async def as_asker(work: Work, asked_by: str) -> Work | None:
    """The same Work in the name of whoever asked; None when they may not act here any more.

    They gave a second factor when they asked. It counts as given for what they asked for, however long that takes;
    their roles do not: those are read anew.
    """
    kind, _, id = asked_by.partition(":")
    if kind == "system":
        return replace(work, actor=SYSTEM)
    actor = await person_now(work, UUID(id)) if kind == "person" else None
    return None if actor is None else replace(work, actor=present(actor, work))


def present(actor: Actor, work: Work) -> Actor:
    """The actor with a fresh second factor."""
    return replace(actor, acr=MFA, auth_time=work.now)


async def refusals(work: Work, needs: Iterable[Need]) -> tuple[list[Decision], list[Decision]]:
    """What policy says to each need, and which of that is a no."""
    decisions = [await work.decide(need.action, on=need.on) for need in needs]
    return decisions, [d for d in decisions if not d.allowed]
