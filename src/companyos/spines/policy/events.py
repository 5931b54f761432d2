"""News from policy. Fields only grow; a changed meaning is a new version."""

from uuid import UUID

from companyos.kernel.events import Event, event


@event("policy.set.proposed", version=1)
class PolicySetProposed(Event, frozen=True):
    """Somebody proposed other policies for the tenant."""

    proposal: UUID
    why: str


@event("policy.set.withdrawn", version=1)
class PolicySetWithdrawn(Event, frozen=True):
    """A proposal was taken back."""

    proposal: UUID


@event("policy.set.applied", version=1)
class PolicySetApplied(Event, frozen=True):
    """The tenant decides with another version of its own policies from now on."""

    proposal: UUID
    number: int
