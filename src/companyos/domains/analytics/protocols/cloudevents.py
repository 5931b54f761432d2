"""CloudEvents 1.0 over HTTP: `POST /v1/cloudevents`, structured, batched or binary
(github.com/cloudevents/spec, "HTTP Protocol Binding" and "JSON Event Format"). The key is a Bearer token.

An event is named by its `type`, and `data` is what a schema of that name judges. Fields of the envelope that
CloudEvents does not know are extension attributes: their names without underscores, `consentscope` with commas
between the scopes.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companyos.kernel.bodies import UnsupportedMedia
from companyos.spines.data.rules.fault import Fault

from ..rules.envelope import NO_PROPS, Envelope, Text, Unfit
from .foreign import Foreign, PersonId, Refused, Said, decoded, filled, text_of, unfit, unreadable
from .taking import key_in, owner_of, parsed, received, take

OTHERWISE = "companyos.cloud_event"
STRUCTURED = "application/cloudevents+json"
BATCHED = "application/cloudevents-batch+json"
PREFIX = "ce-"
VERSION = re.compile(r"(?:.*/)?([1-9]\d{0,5}-\d{1,6}-\d{1,6})")
IS_JSON = re.compile(r"(?:[a-z0-9.+-]+/(?:json|[a-z0-9.-]+\+json))(?:;.*)?", re.IGNORECASE)
NO_DATA = b"null"
Needed = Annotated[str, Meta(min_length=1, max_length=2048)]


class CloudEvent(msgspec.Struct):
    """The attributes that the specification names; all others are extensions."""

    specversion: Literal["1.0"]
    id: Needed
    source: Needed
    type: Annotated[Text, Meta(min_length=1)]
    subject: Annotated[str, Meta(max_length=2048)] | None = None
    time: Annotated[datetime, Meta(tz=True)] | None = None
    datacontenttype: str | None = None
    dataschema: Annotated[str, Meta(max_length=2048)] | None = None
    data: msgspec.Raw = msgspec.Raw(NO_DATA)
    data_base64: str | None = None


class _People(msgspec.Struct):
    userid: PersonId = None
    anonymousid: Text | None = None


EXTENSIONS = {name.replace("_", ""): name for name in Said.__struct_fields__ if name != "schema"}
PEOPLE = frozenset(_People.__struct_fields__)
PLACES = {
    "event": "/type",
    "at": "/time",
    "schema": "/dataschema",
    "user_id": "/userid",
    "anonymous_id": "/anonymousid",
    "props": "/data",
    "said": "",
} | {field: f"/{extension}" for extension, field in EXTENSIONS.items()}


def translate(raw: bytes | msgspec.Raw) -> Foreign | Unfit:
    """One event in the JSON format."""
    try:
        event = decoded(raw, CloudEvent)
    except Refused as refused:
        return unfit(refused.fault)
    try:
        return _translated(event, decoded(raw, dict[str, Any]), decoded(raw, _People))
    except Refused as refused:
        return unfit(refused.fault, event.id, event.type)


def _translated(event: CloudEvent, members: dict[str, Any], people: _People) -> Foreign:
    extensions = {name: value for name, value in members.items() if name not in CloudEvent.__struct_fields__}
    said = _said(extensions)
    data = _data(event)
    version = VERSION.fullmatch(event.dataschema or "")
    envelope = Envelope(
        id=_id(event),
        event=event.type,
        schema=version[1] if version else "",
        at=event.time,
        user_id=text_of(people.userid),
        anonymous_id=people.anonymousid or "",
        props=data,
        **said.fields(),
    )
    rest = {
        name: value for name, value in extensions.items() if name not in EXTENSIONS and name not in PEOPLE
    }
    whole = filled(
        name=event.type,
        source=event.source,
        subject=event.subject,
        dataschema=event.dataschema,
        data=data,
        extensions=rest,
    )
    return Foreign(envelope, OTHERWISE, whole, PLACES, event.id)


def binary(headers: Mapping[str, str], body: bytes) -> bytes:
    """The JSON format of an event in binary mode: attributes in `ce-` headers, the data is the body."""
    attributes: dict[str, Any] = {
        name.removeprefix(PREFIX): _header(value)
        for name, value in headers.items()
        if name.startswith(PREFIX)
    }
    kind = headers.get("content-type", "")
    if kind:
        attributes["datacontenttype"] = kind
    if not body:
        return msgspec.json.encode(attributes)
    if kind and not IS_JSON.fullmatch(kind):
        return msgspec.json.encode(attributes | {"data_base64": base64.b64encode(body).decode()})
    parsed(body, Any, "JSON")
    return msgspec.json.encode(attributes | {"data": msgspec.Raw(body)})


def _header(value: str) -> str:
    """Header values are percent-encoded UTF-8 ("HTTP Protocol Binding" §3.1.3.2)."""
    return unquote_to_bytes(value.encode("latin-1")).decode(errors="replace")


def _id(event: CloudEvent) -> str:
    """Source and id together say which event it is (spec, "id"); a long pair is told by its SHA-256."""
    both = f"{event.source}#{event.id}"
    return both if len(both) <= 128 else hashlib.sha256(both.encode()).hexdigest()


def _said(extensions: Mapping[str, Any]) -> Said:
    given = {
        field: extensions[name] for name, field in EXTENSIONS.items() if extensions.get(name) is not None
    }
    scopes = given.get("consent_scope")
    if isinstance(scopes, str):
        given["consent_scope"] = [one.strip() for one in scopes.split(",") if one.strip()]
    try:
        return msgspec.convert(given, Said)
    except msgspec.ValidationError as error:
        fault = unreadable(error, "")
        raise Refused(replace(fault, pointer=fault.pointer.replace("_", ""))) from error


def _data(event: CloudEvent) -> msgspec.Raw:
    """The event's data as JSON. Raises Refused."""
    kind = event.datacontenttype
    given = bytes(event.data) != NO_DATA
    if given and event.data_base64 is not None:
        raise Refused(Fault("/data_base64", "not_allowed", "There is `data` already.", "Send one of both."))
    if kind and not IS_JSON.fullmatch(kind.strip()):
        sentence = f"Data of {kind[:60]} cannot be judged by a schema."
        fix = "Send data as application/json."
        raise Refused(Fault("/datacontenttype", "not_supported", sentence, fix))
    if event.data_base64 is None:
        return event.data if given else NO_PROPS
    try:
        raw = base64.b64decode(event.data_base64, validate=True)
    except (binascii.Error, ValueError) as error:
        fault = Fault("/data_base64", "malformed", f"This is no base64: {error}.", "Send the data in `data`.")
        raise Refused(fault) from error
    decoded(raw, dict[str, Any], "/data_base64")
    return msgspec.Raw(raw)


async def receive(request: Request) -> Response:
    """Take in CloudEvents; a verdict for each, durable when this answers."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    owner = await owner_of(request, key_in(request))
    async with received(request) as raw:
        if kind == BATCHED:
            events = parsed(raw, list[msgspec.Raw], "an array of events")
        elif kind == STRUCTURED:
            parsed(raw, dict[str, msgspec.Raw], "one event, a JSON object")
            events = [msgspec.Raw(raw)]
        elif "ce-specversion" in request.headers:
            events = [msgspec.Raw(binary(request.headers, raw))]
        else:
            known = f"{STRUCTURED}, {BATCHED}, or binary mode with ce- headers"
            raise UnsupportedMedia(f"Content-Type {kind[:60]!r} is no CloudEvent; use {known}.")
        return await take(request, owner, events, translate)


routes = (Route("/v1/cloudevents", receive, methods=["POST"], name="cloudevents"),)
