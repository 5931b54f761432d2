"""PostHog's capture API: `POST /batch`, `/capture`, `/e` and what its clients call beside them
(posthog.com/docs/api/capture). The project's key, `api_key` or `token` in the body, is an ingest key.

A name like `$pageview` becomes `posthog.pageview`. What PostHog does not know is said in the property `companyos`,
which clients can send with every event (super properties). There are no feature flags here, and `/flags` says so.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qs

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from companyos.kernel.bodies import UnsupportedMedia, unpack
from companyos.kernel.problems import Malformed, Unauthenticated
from companyos.spines.data.rules.fault import Fault

from ..rules.envelope import Envelope, Text, Unfit
from ..service.analytics import analytics_of
from .foreign import (
    EventId,
    Foreign,
    Members,
    PersonId,
    Refused,
    decoded,
    filled,
    packed,
    said_in,
    text_of,
    unfit,
)
from .taking import owner_of, parsed, received, take

OTHERWISE = "companyos.posthog_event"
IDENTIFYING = ("token", "distinct_id", "$user_id", "$anon_distinct_id", "$device_id", "$session_id", "$ip")
"""Properties that say who and which visit: they are fields of the envelope, or not kept at all."""
TRAITS = ("$set", "$set_once", "$unset", "$group_set")
KEY = re.compile(rb'"(?:token|api_key)"\s*:\s*"([A-Za-z0-9_-]{1,200})"')
MEANT = 'one event, an array of events, or {"api_key": …, "batch": […]}'
FORM = "application/x-www-form-urlencoded"
PLACES = {
    "id": "/uuid",
    "at": "/timestamp",
    "user_id": "/distinct_id",
    "anonymous_id": "/properties/$device_id",
    "session_id": "/properties/$session_id",
    "said": "/properties/companyos",
    "props": "/properties",
}
NO_ALIAS = Fault(
    "/event",
    "not_supported",
    "An alias joins two ids of one person; ids are kept as pseudonyms only, which cannot be joined afterwards.",
    "Send the same distinct_id from the start.",
)
OTHER_KEY = Fault(
    "/properties/token",
    "wrong_tenant",
    "The event names another key than its batch.",
    "Send the events of each key in a batch of their own.",
)


class Event(msgspec.Struct):
    """One captured event, as the clients send it."""

    event: Text
    uuid: EventId = ""
    distinct_id: PersonId = None
    timestamp: Annotated[datetime, Meta(tz=True)] | None = None
    properties: Members = {}
    set: Members | None = msgspec.field(name="$set", default=None)
    set_once: Members | None = msgspec.field(name="$set_once", default=None)


class _Ids(msgspec.Struct):
    """Ids among the properties, where clients in browsers have them."""

    distinct_id: PersonId = None
    device_id: Text | None = msgspec.field(name="$device_id", default=None)
    anonymous: Text | None = msgspec.field(name="$anon_distinct_id", default=None)
    session_id: Text | None = msgspec.field(name="$session_id", default=None)
    token: str = ""


class _Keyed(msgspec.Struct):
    """Where one event, or a batch of them, has its key; other members are passed over."""

    api_key: str = ""
    token: str = ""
    properties: _Ids = msgspec.field(default_factory=_Ids)


class _Batch(msgspec.Struct):
    batch: list[msgspec.Raw] | None = None
    data: list[msgspec.Raw] | None = None


def translate(raw: bytes | msgspec.Raw, key: str) -> Foreign | Unfit:
    """One event of a request that came with `key`."""
    try:
        event = decoded(raw, Event)
    except Refused as refused:
        return unfit(refused.fault)
    try:
        return _translated(event, key)
    except Refused as refused:
        return unfit(refused.fault, event.uuid, event.event)


def _translated(event: Event, key: str) -> Foreign:
    properties = dict(event.properties)
    said = said_in(properties, "/properties")
    ids = decoded(packed(properties), _Ids, "/properties")
    if event.event == "$create_alias":
        raise Refused(NO_ALIAS)
    if ids.token and ids.token != key:
        raise Refused(OTHER_KEY)
    traits = {name: properties.pop(name) for name in TRAITS if name in properties}
    traits |= filled(**{"$set": event.set, "$set_once": event.set_once})
    for name in IDENTIFYING:
        properties.pop(name, None)
    own = {name: value for name, value in properties.items() if not name.startswith("$")}
    envelope = Envelope(
        id=event.uuid,
        event=f"posthog.{event.event[1:]}" if event.event.startswith("$") else event.event,
        at=event.timestamp,
        user_id=text_of(ids.distinct_id if event.distinct_id is None else event.distinct_id),
        anonymous_id=ids.device_id or ids.anonymous or "",
        props=packed(own),
        **(filled(session_id=ids.session_id) | said.fields()),
    )
    whole = filled(name=event.event, properties=properties, traits=traits)
    return Foreign(envelope, OTHERWISE, whole, PLACES)


def key_of(raw: bytes) -> str:
    """The key in a body, found before its events are: "" when there is none. Raises Malformed.

    An array, and a batch of a client in a browser, has it in its events only; then it is the first there.
    """
    if not _is_array(raw):
        keyed = parsed(raw, _Keyed, MEANT)
        if key := keyed.api_key or keyed.token or keyed.properties.token:
            return key
    found = KEY.search(raw)
    return found[1].decode() if found else ""


def events_of(raw: bytes) -> Sequence[msgspec.Raw]:
    """The events in a body: one event, an array of them, or an object with `batch`. Raises Malformed."""
    if _is_array(raw):
        return parsed(raw, list[msgspec.Raw], MEANT)
    batch = parsed(raw, _Batch, MEANT)
    events = batch.data if batch.batch is None else batch.batch
    return [msgspec.Raw(raw)] if events is None else events


def _is_array(raw: bytes) -> bool:
    return raw[:64].lstrip()[:1] == b"["


def unwrapped(raw: bytes, kind: str, packing: str, limit: int) -> bytes:
    """The JSON in a body of a client in a browser: base64 in a form, or gzip that only the address tells of."""
    if packing == "gzip-js":
        return unpack(raw, "gzip", limit) if raw[:2] == b"\x1f\x8b" else raw
    if packing not in ("", "base64", "gzip"):
        raise UnsupportedMedia(f"The compression {packing[:40]!r} is not spoken here; use gzip-js or base64.")
    if kind != FORM:
        return raw
    try:
        given = parse_qs(raw.decode("ascii"), max_num_fields=16).get("data", [""])[0]
        text = given.replace(" ", "+")
        return text.encode() if text[:1] in ("{", "[") else base64.b64decode(text + "=" * (-len(text) % 4))
    except (UnicodeDecodeError, binascii.Error, ValueError) as error:
        raise Malformed(f"The form's `data` is no base64: {error}.") from error


async def receive(request: Request) -> Response:
    """Take in events of a PostHog client; a verdict for each, durable when this answers."""
    async with received(request) as body:
        raw = _unwrapped(request, body)
        key = key_of(raw)
        owner = await owner_of(request, _needed(key))
        return await take(request, owner, events_of(raw), lambda one: translate(one, key))


async def flags(request: Request) -> Response:
    """There are no feature flags: an empty answer that is complete, in the form of both `/flags` and `/decide`."""
    async with received(request) as body:
        await owner_of(request, _needed(key_of(_unwrapped(request, body))))
    return JSONResponse(NO_FLAGS)


NO_FLAGS: dict[str, Any] = {
    "flags": {},
    "featureFlags": {},
    "featureFlagPayloads": {},
    "errorsWhileComputingFlags": False,
    "sessionRecording": False,
    "supportedCompression": ["gzip", "gzip-js", "base64"],
}


def _unwrapped(request: Request, body: bytes) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    most = analytics_of(request.app.state.house).intake.settings.max_unpacked_bytes
    return unwrapped(body, kind, request.query_params.get("compression", ""), most)


def _needed(key: str) -> str:
    if not key:
        raise Unauthenticated("Send your ingest key as `api_key` in the body.", error="invalid_request")
    return key


EVENTS = ("/batch", "/capture", "/e", "/i/v0/e")
FLAGS = ("/flags", "/decide")
routes = tuple(
    Route(path + slash, endpoint, methods=["POST"], name=f"posthog{path.replace('/', '_')}{'_' * len(slash)}")
    for paths, endpoint in ((EVENTS, receive), (FLAGS, flags))
    for path in paths
    for slash in ("", "/")
)
