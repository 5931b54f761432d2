"""Snowplow's tracker protocol v2: `POST /com.snowplowanalytics.snowplow/tp2`
(docs.snowplow.io, "Snowplow Tracker Protocol"). Trackers know no key: it is sent in the head of the request, as Bearer
or as the user name of Basic (`session=` of the Python tracker, `customHeaders` of the JavaScript one).

A self-describing event is named `<vendor>.<name>` and asks for the version of its schema; the others are
`com.snowplowanalytics.snowplow.page_view` and so on. What Snowplow does not know is said in a context entity
`iglu:dev.companyos/envelope/jsonschema/1-0-0`. Addresses of the network, user agents and fingerprints are not kept.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companyos.kernel.problems import Malformed
from companyos.spines.data.rules.fault import Fault

from ..rules.envelope import Envelope, Text, Unfit
from .foreign import EventId, Foreign, Refused, Said, decoded, filled, packed, unfit
from .taking import key_in, owner_of, parsed, received, take

OTHERWISE = "companyos.snowplow_event"
VENDOR = "com.snowplowanalytics.snowplow"
ENVELOPE = "iglu:dev.companyos/envelope/"
IGLU = re.compile(r"iglu:([A-Za-z0-9_.-]+)/([A-Za-z0-9_-]+)/jsonschema/(\d{1,6}-\d{1,6}-\d{1,6})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FARTHEST = 253_402_300_799_999
"""The last millisecond of the year 9999."""

NAMES = {"pv": "page_view", "pp": "page_ping", "se": "event", "tr": "transaction", "ti": "transaction_item"}
PROPERTIES: dict[str, dict[str, str]] = {
    "pv": {"url": "url", "page": "title", "refr": "referrer"},
    "pp": {"url": "url", "page": "title", "refr": "referrer", "pp_mix": "min_x", "pp_max": "max_x"}
    | {"pp_miy": "min_y", "pp_may": "max_y"},
    "se": {"se_ca": "category", "se_ac": "action", "se_la": "label", "se_pr": "property", "se_va": "value"},
    "tr": {"tr_id": "order", "tr_af": "affiliation", "tr_tt": "total", "tr_tx": "tax", "tr_sh": "shipping"}
    | {"tr_cu": "currency"},
    "ti": {"ti_id": "order", "ti_sk": "sku", "ti_nm": "name", "ti_ca": "category", "ti_pr": "price"}
    | {"ti_qu": "quantity", "ti_cu": "currency"},
}
"""What each kind of event says, by its fields on the wire; all values are texts, as they were sent."""
TRACKER = {"aid": "app", "tna": "namespace", "tv": "version", "lang": "language", "tz": "time_zone"}
PLACES = {
    "id": "/eid",
    "event": "/e",
    "user_id": "/uid",
    "anonymous_id": "/duid",
    "session_id": "/sid",
    "device": "/p",
}


class PayloadData(msgspec.Struct):
    """The body: self-describing, with an array of events."""

    schema: str
    data: list[msgspec.Raw]


class Head(msgspec.Struct):
    """The fields of an event that the envelope has, too."""

    e: str
    eid: EventId = ""
    uid: str = ""
    duid: Text = ""
    sid: Text = ""
    p: Text = ""
    dtm: str = ""
    ttm: str = ""


class SelfDescribing(msgspec.Struct):
    """Data with the schema that it has (docs.snowplow.io, "Self-describing JSON")."""

    schema: str
    data: msgspec.Raw


def translate(raw: bytes | msgspec.Raw) -> Foreign | Unfit:
    """One event of a payload: a JSON object of texts."""
    try:
        fields, head = decoded(raw, dict[str, str]), decoded(raw, Head)
    except Refused as refused:
        return unfit(refused.fault)
    try:
        return _translated(head, fields)
    except Refused as refused:
        return unfit(refused.fault, head.eid, head.e)


def _translated(head: Head, fields: dict[str, str]) -> Foreign:
    said, entities, at_said = _contexts(fields)
    at_field, at = ("/ttm", head.ttm) if head.ttm else ("/dtm", head.dtm)
    if head.e == "ue":
        name, schema, own, at_own = _self_described(fields)
    elif head.e in NAMES:
        name, schema, at_own = f"{VENDOR}.{NAMES[head.e]}", "", ""
        own = packed(filled(**{to: fields.get(of) for of, to in PROPERTIES[head.e].items()}))
    else:
        known = ", ".join(["ue", *NAMES])
        raise Refused(
            Fault("/e", "not_allowed", f"There is no kind of event {head.e[:40]!r}.", f"Send {known}.")
        )
    version = IGLU.fullmatch(schema)
    envelope = Envelope(
        id=head.eid,
        event=name,
        at=_time(at, at_field),
        user_id=head.uid[:512],
        anonymous_id=head.duid,
        **(filled(schema=version[3] if version else "", session_id=head.sid, device=head.p) | said.fields()),
        props=own,
    )
    tracker = filled(**{to: fields.get(of) for of, to in TRACKER.items()})
    whole = {"name": name} | filled(schema=schema, properties=own, entities=entities, tracker=tracker)
    places = PLACES | {
        "at": at_field,
        "said": at_said,
        "props": at_own,
        "properties": at_own,
        "schema": f"{at_own}",
    }
    return Foreign(envelope, OTHERWISE, whole, places)


def _self_described(fields: dict[str, str]) -> tuple[str, str, msgspec.Raw, str]:
    """Name, schema and data of a self-describing event, and where its data stands."""
    raw, place = _json(fields, "ue_px", "ue_pr")
    if raw is None:
        raise Refused(
            Fault("/ue_px", "missing_field", "A self-describing event has no data.", "Send ue_px or ue_pr.")
        )
    outer = decoded(raw, SelfDescribing, place)
    inner = decoded(outer.data, SelfDescribing, f"{place}/data")
    named = IGLU.fullmatch(inner.schema)
    if named is None:
        sentence = f"This is no schema of an event: {inner.schema[:100]!r}."
        fix = "Write iglu:<vendor>/<name>/jsonschema/<version>."
        raise Refused(Fault(f"{place}/data/schema", "wrong_format", sentence, fix))
    name = f"{named[1]}.{named[2]}"
    if len(name) > 200:
        raise Refused(
            Fault(f"{place}/data/schema", "too_long", "The event's name is over 200 characters.", "")
        )
    return name, inner.schema, inner.data, f"{place}/data/data"


def _contexts(fields: dict[str, str]) -> tuple[Said, list[dict[str, Any]], str]:
    """What the sender says of the envelope, all other entities, and where the former stands."""
    raw, place = _json(fields, "cx", "co")
    if raw is None:
        return Said(), [], "/cx"
    outer = decoded(raw, SelfDescribing, place)
    said, at_said, entities = Said(), place, []
    for index, entity in enumerate(decoded(outer.data, list[SelfDescribing], f"{place}/data")):
        if entity.schema.startswith(ENVELOPE):
            at_said = f"{place}/data/{index}/data"
            said = decoded(entity.data, Said, at_said)
        else:
            entities.append({"schema": entity.schema, "data": entity.data})
    return said, entities, at_said


def _json(fields: dict[str, str], packed: str, plain: str) -> tuple[bytes | None, str]:
    """JSON text in one of two fields, the first in base64 (URL-safe or not, padded or not), and which one it was."""
    if plain in fields:
        return fields[plain].encode(), f"/{plain}"
    if packed not in fields:
        return None, f"/{packed}"
    text = fields[packed].rstrip("=").translate(str.maketrans("+/", "-_"))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True), f"/{packed}"
    except (binascii.Error, ValueError) as error:
        fault = Fault(
            f"/{packed}", "malformed", f"This is no base64: {error}.", "Send base64url, or plain JSON."
        )
        raise Refused(fault) from error


def _time(text: str, at: str) -> datetime | None:
    """Milliseconds since 1970 as a time."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and int(text) <= FARTHEST):
        fix = "Write milliseconds since 1970, such as 1795600000000."
        raise Refused(Fault(at, "wrong_type", "The time cannot be read.", fix))
    return EPOCH + timedelta(milliseconds=int(text))


def opened(raw: bytes) -> Sequence[msgspec.Raw]:
    """The events of a body. Raises Malformed."""
    meant = f'{{"schema": "iglu:{VENDOR}/payload_data/jsonschema/1-0-4", "data": [{{…}}, …]}}'
    payload = parsed(raw, PayloadData, meant)
    if not payload.schema.startswith(f"iglu:{VENDOR}/payload_data/"):
        raise Malformed(f"The body's schema is {payload.schema[:100]!r}. Send {meant}.")
    return payload.data


async def receive(request: Request) -> Response:
    """Take in events of a Snowplow tracker; a verdict for each, durable when this answers."""
    owner = await owner_of(request, key_in(request))
    async with received(request) as raw:
        return await take(request, owner, opened(raw), translate)


routes = (Route(f"/{VENDOR}/tp2", receive, methods=["POST"], name="snowplow_tp2"),)
