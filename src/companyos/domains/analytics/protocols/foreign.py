"""An event of another protocol: read into the envelope, with the places where its fields stood on the wire.

Each protocol is a pure translation from a wire event to a `Foreign` or an `Unfit`. What the envelope knows and the
protocol does not (consent, purpose, role, plan …) the sender says in one object, `Said`, that its unmodified client
can send with every event; nothing of it is ever assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from companyos.spines.data.rules.fault import Fault, step

from ..rules.envelope import NO_PROPS, Envelope, Text, Unfit, Verdict
from ..rules.reading import fault_of

WholeNumber = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
PersonId = Annotated[str, Meta(max_length=512)] | WholeNumber | None
EventId = Annotated[str, Meta(max_length=128)]
Members = dict[str, msgspec.Raw]
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

Shape = TypeVar("Shape")


class Said(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a sender says of an event beside its protocol: fields of the envelope, under the same names."""

    schema: Annotated[str, Meta(max_length=24)] = ""
    tenant_id: Annotated[str, Meta(max_length=64)] = ""
    environment: Text = ""
    region: Text = ""
    residency_zone: Text = ""
    user_role: Text = ""
    feature: Text = ""
    session_id: Text = ""
    consent_scope: Annotated[list[Text], Meta(max_length=32)] = []
    purpose: Text = ""
    device: Text = ""
    plan: Text = ""
    experiment_arm: Text = ""
    quality_tier: Text = ""

    def fields(self) -> dict[str, Any]:
        """What was said, for an Envelope."""
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name))}


SAID = "companyos"
"""The name of that object in properties and contexts."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """One event of another protocol.

    `envelope` is the event under its own name, with the `props` that a schema of that name judges. Where the tenant has
    no such schema, it lands under the built-in schema `otherwise` with the props `whole`. `places` says where the
    fields of the envelope ("said" for all of Said, "props", and members of `whole`) stood on the wire, as JSON
    pointers into the event; a field that is not named there has the same name on the wire.
    `id` is the event's id as its sender knows it.
    """

    envelope: Envelope
    otherwise: str
    whole: Mapping[str, Any]
    places: Mapping[str, str]
    id: str = ""

    def named(self, known: bool) -> Envelope:
        """The envelope for the intake; `known` says whether the tenant has a schema of the event's own name."""
        if known:
            return self.envelope
        props = msgspec.Raw(msgspec.json.encode(self.whole))
        return msgspec.structs.replace(self.envelope, event=self.otherwise, schema="", props=props)

    def told(self, verdict: Verdict, known: bool) -> Verdict:
        """The verdict as its sender understands it: its own id, and pointers into what it sent."""
        reason = verdict.reason
        if reason is not None:
            reason = replace(reason, pointer=self._place(reason.pointer, known))
        return Verdict(self.id or verdict.id, verdict.accepted, reason)

    def _place(self, pointer: str, known: bool) -> str:
        field, _, rest = pointer[1:].partition("/")
        if field == "props" and not known:
            field, _, rest = rest.partition("/")
        if field in self.places:
            place = self.places[field]
        elif field in Said.__struct_fields__:
            place = f"{self.places['said']}/{field}"
        else:
            place = f"/{field}"
        return f"{place}/{rest}" if rest else place


class Refused(Exception):
    """The event cannot be understood, for this `fault`."""

    def __init__(self, fault: Fault):
        super().__init__(fault.sentence)
        self.fault = fault


def decoded(raw: bytes | msgspec.Raw, shape: type[Shape], at: str = "") -> Shape:
    """What JSON text says, as a shape. Raises Refused with a pointer that begins with `at`."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except UNREADABLE as error:
        raise Refused(unreadable(error, at, getattr(shape, "__struct_fields__", ()))) from error


def unreadable(error: Exception, at: str, known: tuple[str, ...] = ()) -> Fault:
    """The fault of a value that could not be read there."""
    if isinstance(error, msgspec.MsgspecError):
        fault = fault_of(error, known)
        return replace(fault, pointer=at + fault.pointer)
    return Fault(
        at, "malformed", f"This cannot be read: {error}.", "Send UTF-8 JSON that is not nested deeply."
    )


def said_in(members: Members, at: str) -> Said:
    """Take what the sender says out of properties or a context. Raises Refused when it is none of the envelope."""
    raw = members.pop(SAID, None)
    return Said() if raw is None else decoded(raw, Said, step(at, SAID))


def unfit(fault: Fault, id: str = "", event: str = "") -> Unfit:
    """An event that cannot be understood. Its text is not kept: it may name people, in fields that nobody knows."""
    return Unfit(b"", fault, id[:128], event[:200])


def text_of(person: str | int | None) -> str:
    """A person's id as text."""
    return "" if person is None else str(person)


def packed(members: Mapping[str, Any]) -> msgspec.Raw:
    """Members as a JSON object."""
    return msgspec.Raw(msgspec.json.encode(members)) if members else NO_PROPS


def filled(**members: Any) -> dict[str, Any]:
    """Those members that hold something."""
    return {name: value for name, value in members.items() if value not in (None, "", {}, [])}
