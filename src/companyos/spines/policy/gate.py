"""The kernel's Gate: puts a Work and a Resource before the policies, and answers."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from companyos.kernel.decision import Decision
from companyos.kernel.entities import Resource
from companyos.kernel.work import Work

from .alike import Answers
from .answer import answer
from .asking import Asking, context_of
from .evaluate import Inputs
from .filters.conditions import Condition, both, either
from .filters.rows import RowFilters
from .policy_set import PolicySet
from .roles import TITLES
from .sets.effective import Effective


class PolicyGate:
    """Decides with the policies of the house, and with those that a tenant added (`effective`)."""

    def __init__(
        self,
        policies: PolicySet,
        *,
        step_up_max_age: int,
        clock_skew: int,
        effective: Effective | None = None,
    ):
        self.policies = policies
        self.effective = effective
        self._step_up_max_age = step_up_max_age
        self._clock_skew = clock_skew
        self._filters = RowFilters()
        self._rows = {rows.reads: rows for part in policies.parts for rows in part.rows}

    @property
    def roles(self) -> Mapping[str, str]:
        return TITLES

    async def policies_for(self, work: Work) -> PolicySet:
        """The policies that decide for a Work: of the house and of its tenant."""
        return await self.effective.of(work) if self.effective else self.policies

    async def inputs(self, work: Work, action: str, on: Resource) -> Inputs:
        """What a decision would be made from. Raises TypeError for attributes that policy cannot read."""
        return (await self._asking(work)).inputs(action, on)

    async def decide(self, work: Work, action: str, on: Resource, *, plan: str | None = None) -> Decision:
        """One decision. What cannot be put before the policies is a no with the code `policy_error`.

        An elevation is only put before the policies when they say no without it, so that none is used up for
        what somebody may do anyway.
        """
        return (await self._asking(work)).decide(action, on, plan, answer)

    async def decide_all(self, work: Work, asked: Iterable[tuple[str, Resource]]) -> list[Decision]:
        """As `decide` of each, in order. Questions that must have the same answer are answered once."""
        asking = await self._asking(work)
        answers = Answers(asking.policies, asking.principal)
        return [asking.decide(action, on, None, answers.answer) for action, on in asked]

    async def visible(self, work: Work, action: str) -> Condition:
        """A condition on the rows of an action; elevations for acts on some of them count as in `decide`."""
        rows = self._rows[action]
        if work.actor.kind == "anonymous":
            return sa.false()
        asking = await self._asking(work)
        inputs = {"principal": asking.principal, "context": asking.context}
        seen = self._filters.visible(inputs, asking.tenant, asking.policies, rows)
        held = [e for e in work.actor.elevations if not e.spent and e.kind != "role" and e.action == action]
        if not held or isinstance(seen, sa.True_):
            return seen
        granted = {**inputs, "context": asking.granted}
        named = sa.cast(rows.id, sa.Text).in_([e.resource.partition(":")[2] for e in held])
        return either(seen, both(named, self._filters.visible(granted, asking.tenant, asking.policies, rows)))

    async def _asking(self, work: Work) -> Asking:
        context = context_of(work, step_up_max_age=self._step_up_max_age, clock_skew=self._clock_skew)
        return Asking(work.actor, str(work.tenant), context, await self.policies_for(work))
