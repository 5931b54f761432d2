"""What happened to schemas, to consents and to those who were erased."""

from uuid import UUID

from companyos.kernel.events import Event, event


@event("data.schema.registered", version=1)
class SchemaRegistered(Event, frozen=True):
    """Events of another name can be sent."""

    schema: str
    title: str
    schema_version: str


@event("data.schema.evolved", version=1)
class SchemaEvolved(Event, frozen=True):
    """A schema has another version; `change` says what it is to what was sent before."""

    schema: str
    title: str
    schema_version: str
    change: str


@event("data.consent.given", version=1)
class ConsentGiven(Event, frozen=True):
    """Somebody agreed that events of theirs are collected for what the scope names."""

    person: str
    scope: str


@event("data.consent.withdrawn", version=1)
class ConsentWithdrawn(Event, frozen=True):
    """Somebody does not agree, or not any more: nothing of theirs is collected, and what was is read no more."""

    person: str
    scope: str


@event("data.erasure.requested", version=1)
class ErasureRequested(Event, frozen=True):
    """Somebody shall be forgotten; `subject` is the fingerprint of their pseudonym."""

    erasure: UUID
    subject: str


@event("data.erasure.begun", version=1, urgent=True)
class ErasureBegun(Event, frozen=True):
    """Nobody reads anything of this person any more; taking it out of every place has begun."""

    erasure: UUID
    subject: str


@event("data.erasure.certified", version=1)
class SubjectErased(Event, frozen=True):
    """Every place was proved to hold nothing of the person; the evidence pack has the certificate."""

    erasure: UUID
    subject: str
    evidence: UUID
