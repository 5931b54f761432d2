"""Typed events: what happened, told in the past tense, delivered at least once.

An event class is declared once, beside the domain that emits it (`public/events.py`):

    @event("operations.deployment.rolled_back", version=1)
    class DeploymentRolledBack(Event):
        deployment: UUID
        service: str

On the wire an event is a CloudEvents 1.0 JSON envelope (see `cloudevent`).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from .work import Work


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events. `name` is `<domain>.<noun>.<past participle>`; `version` only grows.

    Open screens hear of an `urgent` event with the commit, of others once their reactions ran.
    """

    name: ClassVar[str] = ""
    version: ClassVar[int] = 0
    urgent: ClassVar[bool] = False


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way: the event and where, when and because of whom it happened."""

    id: UUID
    tenant: UUID
    environment: str
    at: datetime
    actor: str
    trace_id: str
    event: Event


E = TypeVar("E", bound=Event)
Reaction = Callable[["Work", Any], Awaitable[None]]

_kinds: dict[tuple[str, int], type[Event]] = {}


def event(name: str, *, version: int, urgent: bool = False) -> Callable[[type[E]], type[E]]:
    """Name and version an event class and enter it in the registry. A name and version stand once.

    Raises ValueError for a second class of that name and version, and for fields called `name` or `version`.
    """

    def mark(kind: type[E]) -> type[E]:
        if {"name", "version"} & set(kind.__struct_fields__):
            raise ValueError(
                f"event {name}: call the field something else, `name` and `version` are the event's own"
            )
        known = _kinds.setdefault((name, version), kind)
        if known is not kind and known.__qualname__ != kind.__qualname__:
            raise ValueError(f"event {name} v{version} is declared twice: {known!r} and {kind!r}")
        kind.name, kind.version, kind.urgent = name, version, urgent
        return kind

    return mark


def kinds() -> dict[tuple[str, int], type[Event]]:
    """All declared event kinds by name and version."""
    return dict(_kinds)


def on(kind: type[Event], *, outside: bool = False) -> Callable[[Reaction], Reaction]:
    """Mark an async function `(work, event)` as a reaction to a kind of event.

    A reaction runs at least once, in a Work of its own whose actor is the system; the inbox makes its
    database effects happen exactly once. `outside` says that it waits for another system: its events travel apart
    from all others, so that a slow answer holds up nobody.
    """

    def mark(function: Reaction) -> Reaction:
        function.reacts_to = kind  # type: ignore[attr-defined]
        function.outside = outside  # type: ignore[attr-defined]
        return function

    return mark


def encode(event: Event) -> bytes:
    """The event's data as JSON."""
    return msgspec.json.encode(event)


def decode(name: str, version: int, data: bytes) -> Event:
    """Read an event's data back into its class. Raises LookupError for an unknown name and version."""
    try:
        kind = _kinds[name, version]
    except KeyError:
        raise LookupError(f"no event {name} v{version} is declared") from None
    return msgspec.json.decode(data, type=kind)


def announcement(envelope: Envelope) -> dict[str, str]:
    """The attributes of the event's CloudEvent, without its data: that something happened, and to what.

    `subject` is the event's first field, by convention the thing that it is about.
    """
    fields = envelope.event.__struct_fields__
    return {
        "specversion": "1.0",
        "id": str(envelope.id),
        "source": f"/companyos/{envelope.tenant}/{envelope.environment}",
        "type": f"companyos.{envelope.event.name}.v{envelope.event.version}",
        "subject": str(getattr(envelope.event, fields[0])) if fields else "",
        "time": envelope.at.isoformat().replace("+00:00", "Z"),
    }


def cloudevent(envelope: Envelope) -> dict[str, Any]:
    """The envelope as CloudEvents 1.0 in structured JSON (https://cloudevents.io spec v1.0.2 §3)."""
    return {
        **announcement(envelope),
        "datacontenttype": "application/json",
        "actor": envelope.actor,
        "traceid": envelope.trace_id,
        "data": msgspec.to_builtins(envelope.event),
    }
