"""What happened in analytics."""

from datetime import datetime
from uuid import UUID

from companyos.kernel.events import Event, event


@event("analytics.repair.proposed", version=1)
class RepairProposed(Event, frozen=True):
    """Somebody found operations that would make accepted events of dead letters."""

    repair: UUID
    title: str
    letters: int
    recovers: int


@event("analytics.repair.discarded", version=1)
class RepairDiscarded(Event, frozen=True):
    """A repair that was proposed is not wanted."""

    repair: UUID
    title: str


@event("analytics.repair.ordered", version=1)
class RepairOrdered(Event, frozen=True):
    """Somebody confirmed a repair: its letters are to be mended and taken in again."""

    repair: UUID
    title: str
    letters: int


@event("analytics.repair.replayed", version=1)
class RepairReplayed(Event, frozen=True):
    """The letters of a repair were taken in again, those apart that were there already or were refused anew."""

    repair: UUID
    title: str
    replayed: int
    repeated: int
    refused: int


@event("analytics.feedback.due", version=1)
class FeedbackDue(Event, frozen=True):
    """A producer is to be told which of its events were refused since it was told last."""

    producer: str
    message: UUID
    since: datetime
    until: datetime
