"""Which events are taken in, and why the others are not. Pure: the same batch gets the same verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from companyos.spines.data.rules.compiling import Compiled
from companyos.spines.data.rules.fault import Fault

from .envelope import Envelope

CONTENT_WITHHELD = frozenset(
    {"missing_consent", "wrong_purpose", "wrong_residency", "wrong_tenant", "erased_subject"}
)
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


class Known:
    """A schema as events are judged by it."""

    __slots__ = ("consent", "faults", "feature", "purpose", "purposes", "version")

    def __init__(self, compiled: Compiled):
        schema = compiled.schema
        self.faults = compiled.faults
        self.version = str(schema.version or "")
        self.consent, self.feature, self.purposes = schema.consent, schema.feature, schema.purposes
        self.purpose = schema.purposes[0] if len(schema.purposes) == 1 else ""


def zone_of(region: str) -> str:
    """The residency zone of a region: "eu" of "eu-central"."""
    return region.partition("-")[0]


class Judge:
    """Judges the events of one batch. `schemas` holds what was found for each (event, schema) that it names."""

    def __init__(
        self, owner: Owner, now: datetime, bounds: Bounds, schemas: Mapping[tuple[str, str], Known | None]
    ):
        self._owner, self._now, self._bounds, self._schemas = owner, now, bounds, schemas
        self._tenants = frozenset(("", str(owner.tenant)))
        self._environments = frozenset(("", owner.environment))
        self._latest, self._earliest = now + bounds.ahead, now - bounds.past

    def faults(self, event: Envelope) -> tuple[Fault, ...]:
        """Why an event is refused; empty when it is accepted, and then it is complete but for the pseudonym."""
        zone, at = self._owner.zone, event.at
        if at is None:
            at = event.at = self._now
        if not event.residency_zone:
            event.residency_zone = zone
        if (
            not event.id
            or not event.id.isprintable()
            or event.tenant_id not in self._tenants
            or event.environment not in self._environments
            or not self._earliest <= at <= self._latest
            or (zone and event.residency_zone != zone)
            or "@" in event.anonymous_id
            or "@" in event.session_id
        ):
            return (self._of_sender(event, at),)
        known = self._schemas.get((event.event, event.schema))
        if known is None:
            return (_unknown(event),)
        if known.consent and known.consent not in event.consent_scope:
            return (_consent(event, known.consent),)
        if known.purposes and event.purpose not in known.purposes:
            if event.purpose or not known.purpose:
                return (_purpose(event, known.purposes),)
            event.purpose = known.purpose
        props = bytes(event.props)
        if len(props) > self._bounds.bytes:
            return (_too_large(self._bounds.bytes),)
        faults = known.faults(props)
        if faults:
            return tuple(Fault("/props" + one.pointer, one.code, one.sentence, one.fix) for one in faults)
        event.schema = known.version
        event.feature = event.feature or known.feature
        return ()

    def _of_sender(self, event: Envelope, at: datetime) -> Fault:
        """What is wrong with who sent it, when and from where."""
        if not event.id or not event.id.isprintable():
            return _id(event)
        if event.tenant_id not in self._tenants:
            return _tenant()
        if event.environment not in self._environments:
            return _environment(event, self._owner.environment)
        if at > self._latest:
            return _ahead(self._bounds.ahead)
        if at < self._earliest:
            return _too_old(self._bounds.past)
        if "@" in event.anonymous_id or "@" in event.session_id:
            return _names_somebody("anonymous_id" if "@" in event.anonymous_id else "session_id")
        return _residency(event, self._owner.zone)


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


def _names_somebody(field: str) -> Fault:
    sentence = f"`{field}` looks like an e-mail address."
    return Fault(f"/{field}", "unlabelled_pii", sentence, "Send it as `user_id`, which becomes a pseudonym.")


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


def erased(before: datetime) -> Fault:
    """The person was erased since this happened."""
    sentence = f"The person was erased at {before:%Y-%m-%dT%H:%M:%SZ}; nothing from before is taken in."
    return Fault("/user_id", "erased_subject", sentence, "Delete it where it waited, too.")


def _too_large(most: int) -> Fault:
    return Fault("/props", "too_large", f"`props` is over {most} bytes.", "Leave out what nobody asks about.")
