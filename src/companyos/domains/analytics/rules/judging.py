"""Which events are taken in, and why the others are not. Pure: the same batch gets the same verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from companyos.spines.data.rules.compiling import Compiled
from companyos.spines.data.rules.fault import Fault

from .envelope import Envelope

CONTENT_WITHHELD = frozenset({"missing_consent", "wrong_purpose", "wrong_residency", "wrong_tenant"})
"""Reasons that say that we may not have the event: of such, only that it came is kept."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose events they are: what the key says, whatever the events say. `zone` is where the tenant's data stays."""

    tenant: UUID
    environment: str
    producer: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far an event's time may be off, and how large its `props` may be."""

    ahead: timedelta
    past: timedelta
    bytes: int


Known = tuple[Compiled, str]
"""A schema and its version as text."""


def zone_of(region: str) -> str:
    """The residency zone of a region: "eu" of "eu-central"."""
    return region.partition("-")[0]


class Judge:
    """Judges the events of one batch. `schemas` holds what was found for each (event, schema) that it names."""

    def __init__(
        self, owner: Owner, now: datetime, bounds: Bounds, schemas: Mapping[tuple[str, str], Known | None]
    ):
        self._owner, self._now, self._bounds, self._schemas = owner, now, bounds, schemas
        self._tenant = str(owner.tenant)
        self._latest, self._earliest = now + bounds.ahead, now - bounds.past

    def faults(self, event: Envelope) -> tuple[Fault, ...]:
        """Why an event is refused; empty when it is accepted, and then it is complete but for the pseudonym."""
        fault = self._of_sender(event)
        if fault is not None:
            return (fault,)
        known = self._schemas.get((event.event, event.schema))
        if known is None:
            return (_unknown(event),)
        schema = known[0].schema
        if schema.consent and schema.consent not in event.consent_scope:
            return (_consent(event, schema.consent),)
        if not event.purpose and len(schema.purposes) == 1:
            event.purpose = schema.purposes[0]
        elif schema.purposes and event.purpose not in schema.purposes:
            return (_purpose(event, schema.purposes),)
        if memoryview(event.props).nbytes > self._bounds.bytes:
            return (_too_large(self._bounds.bytes),)
        faults = known[0].faults(event.props)
        if faults:
            return tuple(Fault("/props" + one.pointer, one.code, one.sentence, one.fix) for one in faults)
        event.schema = known[1]
        event.feature = event.feature or schema.feature
        return ()

    def _of_sender(self, event: Envelope) -> Fault | None:
        """What is wrong with who sent it, when and from where; fills in what the key says."""
        if not event.id or not event.id.isprintable():
            return _id(event)
        if event.tenant_id and event.tenant_id != self._tenant:
            return _tenant()
        if event.environment and event.environment != self._owner.environment:
            return _environment(event, self._owner.environment)
        if event.at is None:
            event.at = self._now
        elif event.at > self._latest:
            return _ahead(self._bounds.ahead)
        elif event.at < self._earliest:
            return _too_old(self._bounds.past)
        zone = self._owner.zone
        if not event.residency_zone:
            event.residency_zone = zone
        elif zone and event.residency_zone != zone:
            return _residency(event, zone)
        return None


def _id(event: Envelope) -> Fault:
    fix = "Make a UUID once for each event, and send the same one again when you send the event again."
    return Fault(
        "/id", "bad_id", "It has no id." if not event.id else "The id holds unprintable characters.", fix
    )


def _tenant() -> Fault:
    return Fault(
        "/tenant_id",
        "wrong_tenant",
        "The key belongs to another tenant.",
        "Use that tenant's key, or leave it out.",
    )


def _environment(event: Envelope, environment: str) -> Fault:
    sentence = f"The key is for {environment}, the event says {event.environment}."
    return Fault(
        "/environment", "wrong_environment", sentence, "Use that environment's key, or leave it out."
    )


def _ahead(most: timedelta) -> Fault:
    hours = f"{most / timedelta(hours=1):g}"
    sentence = f"Its time is more than {hours} hours ahead of this server's clock."
    return Fault("/at", "clock_ahead", sentence, "Set the sender's clock, or leave `at` out.")


def _too_old(most: timedelta) -> Fault:
    return Fault(
        "/at", "too_old", f"Its time is more than {most / timedelta(days=1):g} days in the past.", ""
    )


def _residency(event: Envelope, zone: str) -> Fault:
    sentence = f"It must stay in {event.residency_zone}; this tenant's events are kept in {zone}."
    return Fault(
        "/residency_zone", "wrong_residency", sentence, f"Send it where {event.residency_zone} is kept."
    )


def _unknown(event: Envelope) -> Fault:
    if not event.event:
        return Fault(
            "/event", "missing_field", "It does not say what event it is.", "Name its schema in `event`."
        )
    what = f"{event.event} {event.schema}".strip()
    fix = "Register it: POST /api/v1/schemas."
    return Fault(
        "/schema" if event.schema else "/event", "unknown_schema", f"There is no schema {what}.", fix
    )


def _consent(event: Envelope, scope: str) -> Fault:
    sentence = f"{event.event} needs the person's consent to {scope}, which the event does not carry."
    fix = f'Ask for it, and send it only with "consent_scope": ["{scope}"].'
    return Fault("/consent_scope", "missing_consent", sentence, fix)


def _purpose(event: Envelope, purposes: tuple[str, ...]) -> Fault:
    said = f"for {event.purpose}" if event.purpose else "without a purpose"
    sentence = f"{event.event} may be collected for {', '.join(purposes)}, not {said}."
    return Fault("/purpose", "wrong_purpose", sentence, f"Send one of {', '.join(purposes)}.")


def _too_large(most: int) -> Fault:
    return Fault("/props", "too_large", f"`props` is over {most} bytes.", "Leave out what nobody asks about.")
