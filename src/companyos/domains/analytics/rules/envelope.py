"""The envelope: what every event says of itself, whoever sends it and in whatever protocol.

Text fields are short so that a row stays a row; what is particular to a kind of event is in `props`, which the
event's schema judges.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from companyos.spines.data.rules.fault import Fault

from .reading import fault_of

Text = Annotated[str, Meta(max_length=200)]
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading JSON may raise."""
NO_PROPS = msgspec.Raw(b"{}")


class Envelope(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """One event. Empty text means "not said"; what the intake can know by itself it fills in.

    `schema` is a SchemaVer ("1-0-0") or empty for the newest version. `user_id` is the sender's own id of a person
    on arrival, and their pseudonym from then on. `props` is a JSON object as it was sent.
    """

    id: Annotated[
        str,
        Meta(
            max_length=128, description="Id of the event: the same id is kept once, however often it comes."
        ),
    ] = ""
    event: Annotated[
        Text, Meta(description="Name of the kind of event, such as `companyos.page_viewed`.")
    ] = ""
    schema: Annotated[
        str, Meta(max_length=24, description="Version of the event's schema; empty for the newest.")
    ] = ""
    at: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(description="When it happened (RFC 3339); when it came in if left out."),
    ] = None
    tenant_id: Annotated[
        str, Meta(max_length=64, description="Id of the tenant; may be left out, as the key says it.")
    ] = ""
    environment: Annotated[Text, Meta(description="Environment; may be left out, as the key says it.")] = ""
    region: Annotated[Text, Meta(description="Region in which it happened, such as `eu-central-1`.")] = ""
    residency_zone: Annotated[
        Text,
        Meta(description="Zone that the event must stay in, such as `eu`; the tenant's own if left out."),
    ] = ""
    user_id: Annotated[
        str, Meta(max_length=512, description="The sender's id of the person; kept as a pseudonym only.")
    ] = ""
    anonymous_id: Annotated[Text, Meta(description="Id of a device or browser before anybody signed in.")] = (
        ""
    )
    user_role: Annotated[Text, Meta(description="Role in which the person acted.")] = ""
    feature: Annotated[Text, Meta(description="Part of the product; the schema's own if left out.")] = ""
    session_id: Annotated[Text, Meta(description="Id of the visit.")] = ""
    consent_scope: Annotated[
        list[Text], Meta(max_length=32, description="What the person has consented to.")
    ] = []
    purpose: Annotated[Text, Meta(description="What the event is collected for.")] = ""
    device: Annotated[Text, Meta(description="Kind of device.")] = ""
    plan: Annotated[Text, Meta(description="Plan that the customer pays for.")] = ""
    experiment_arm: Annotated[Text, Meta(description="Arm of an experiment, as `experiment:arm`.")] = ""
    quality_tier: Annotated[Text, Meta(description="How far the sender trusts the event.")] = ""
    props: Annotated[
        msgspec.Raw, Meta(description="What is particular to this kind of event: a JSON object.")
    ] = NO_PROPS


class Unfit(msgspec.Struct):
    """What was sent as an event and is none: its bytes, its id if it had one, and why."""

    raw: bytes
    fault: Fault
    id: str = ""
    event: str = ""


class Verdict(msgspec.Struct, omit_defaults=True, gc=False):
    """What became of one event of a batch. One that came before is accepted again, and kept once."""

    id: str
    accepted: bool
    reason: Fault | None = None


class _Named(msgspec.Struct):
    id: str = ""
    event: str = ""


_decode = msgspec.json.Decoder(Envelope).decode
_decode_named = msgspec.json.Decoder(_Named).decode


def read(raw: bytes | msgspec.Raw) -> Envelope | Unfit:
    """The envelope that a JSON object says, or why it is none."""
    try:
        return _decode(raw)
    except UNREADABLE as error:
        fault = fault_of(error, known=Envelope.__struct_fields__)
    try:
        named = _decode_named(raw)
    except UNREADABLE:
        named = _Named()
    return Unfit(bytes(raw), fault, named.id[:128], named.event[:200])
