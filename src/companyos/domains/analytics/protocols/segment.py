"""Segment's HTTP tracking API: `POST /v1/batch`, `/v1/track`, … (segment.com/docs/connections/sources/catalog/
libraries/server/http-api). The write key is an ingest key: the user name of Basic, or `writeKey` in the body.

A track is named by its `event`, any other call `segment.<type>`. What Segment does not know is said in
`context.companyos`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companyos.spines.data.rules.fault import Fault

from ..rules.envelope import Envelope, Text, Unfit
from .foreign import (
    EventId,
    Foreign,
    Members,
    PersonId,
    Refused,
    WholeNumber,
    decoded,
    filled,
    packed,
    said_in,
    text_of,
    unfit,
)
from .taking import key_in, owner_of, parsed, received, take

OTHERWISE = "companyos.segment_event"
Kind = Literal["track", "identify", "page", "screen", "group", "alias"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PERSONAL = ("ip", "traits")
"""Of the context; what is said of a person belongs into `traits` of an identify call."""
NO_ALIAS = Fault(
    "/type",
    "not_supported",
    "An alias joins two ids of one person; ids are kept as pseudonyms only, which cannot be joined afterwards.",
    "Send the same userId from the start, and anonymousId beside it.",
)
NO_TYPE = Fault(
    "/type", "missing_field", "The message does not say what call it is.", f"Write one of {', '.join(KINDS)}."
)


class Message(msgspec.Struct, rename="camel"):
    """One call, as the API describes it; what is not named here is not kept."""

    type: Kind | None = None
    message_id: EventId = ""
    user_id: PersonId = None
    anonymous_id: Annotated[str, Meta(max_length=200)] | WholeNumber | None = None
    event: Text = ""
    name: Text | None = None
    category: Text | None = None
    group_id: Annotated[str, Meta(max_length=200)] | WholeNumber | None = None
    properties: Members | None = None
    traits: Members | None = None
    context: Members | None = None
    timestamp: Annotated[datetime, Meta(tz=True)] | None = None


class Batch(msgspec.Struct, rename="camel"):
    """The body of `/v1/batch`; its context is that of every message which does not say otherwise."""

    batch: list[msgspec.Raw]
    context: Members | None = None


class _Keyed(msgspec.Struct, rename="camel"):
    write_key: str = ""


def translate(
    raw: bytes | msgspec.Raw, kind: Kind | None = None, shared: Members | None = None
) -> Foreign | Unfit:
    """One message; `kind` is what the address says it is, `shared` the context of its batch."""
    try:
        message = decoded(raw, Message)
    except Refused as refused:
        return unfit(refused.fault)
    try:
        return _translated(message, kind or message.type, shared or {})
    except Refused as refused:
        return unfit(refused.fault, message.message_id, message.event)


def _translated(message: Message, kind: Kind | None, shared: Members) -> Foreign:
    if kind is None:
        raise Refused(NO_TYPE)
    if kind == "alias":
        raise Refused(NO_ALIAS)
    name = message.event if kind == "track" else f"segment.{kind}"
    context = {**shared, **(message.context or {})}
    said = said_in(context, "/context")
    for personal in PERSONAL:
        context.pop(personal, None)
    about = "traits" if kind in ("identify", "group") else "properties"
    own = (message.traits if about == "traits" else message.properties) or {}
    call = filled(name=message.name, category=message.category, group_id=text_of(message.group_id))
    envelope = Envelope(
        id=message.message_id,
        event=name,
        at=message.timestamp,
        user_id=text_of(message.user_id),
        anonymous_id=text_of(message.anonymous_id),
        props=packed({**call, **own}),
        **said.fields(),
    )
    whole = filled(name=name, kind=kind, call=call, context=context, **{about: own})
    return Foreign(envelope, OTHERWISE, whole, PLACES | {"props": f"/{about}"})


PLACES = {
    "id": "/messageId",
    "at": "/timestamp",
    "user_id": "/userId",
    "anonymous_id": "/anonymousId",
    "said": "/context/companyos",
}


async def receive_batch(request: Request) -> Response:
    """Take in a Segment batch; a verdict for each message, durable when this answers."""
    async with received(request) as raw:
        meant = 'one object, {"batch": [{…}, …]}'
        owner = await owner_of(request, _key(request, parsed(raw, _Keyed, meant).write_key))
        batch = parsed(raw, Batch, meant)
        return await take(request, owner, batch.batch, lambda one: translate(one, None, batch.context))


def _receive_one(kind: Kind) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        async with received(request) as raw:
            keyed = parsed(raw, _Keyed, "one message, a JSON object")
            owner = await owner_of(request, _key(request, keyed.write_key))
            return await take(request, owner, [msgspec.Raw(raw)], lambda one: translate(one, kind))

    receive.__doc__ = f"Take in one {kind} call of a Segment client; durable when this answers."
    return receive


def _key(request: Request, written: str) -> str:
    return written if written and "authorization" not in request.headers else key_in(request)


routes = (
    Route("/v1/batch", receive_batch, methods=["POST"], name="segment_batch"),
    *(Route(f"/v1/{kind}", _receive_one(kind), methods=["POST"], name=f"segment_{kind}") for kind in KINDS),
)
