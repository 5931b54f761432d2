"""`POST /v1/events`: our own batch protocol, a plain route like all bulk intake."""

from collections.abc import Iterator
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companyos.kernel.bodies import UnsupportedMedia, bearer, read_body, unpack
from companyos.kernel.house import House
from companyos.kernel.problems import Malformed

from ..rules.envelope import UNREADABLE, Envelope, Unfit, Verdict, read
from ..service.analytics import Owners, analytics_of
from ..service.intake import Events

JSON = "application/json"
LINES = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
)


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    events: list[Envelope]


class _RawBatch(msgspec.Struct, forbid_unknown_fields=True):
    events: list[msgspec.Raw]


class Answer(msgspec.Struct):
    """A verdict for each event of the batch, in their order."""

    accepted: int
    refused: int
    verdicts: list[Verdict]


_decode = msgspec.json.Decoder(_Batch).decode
_decode_raw = msgspec.json.Decoder(_RawBatch).decode
_encode = msgspec.json.Encoder().encode


async def receive_events(request: Request) -> Response:
    """Take in a batch of events; a verdict for each, durable when this answers. 422 when none was accepted."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON and kind not in LINES:
        known = f"{JSON} or application/x-ndjson"
        raise UnsupportedMedia(f"Content-Type {kind[:60]!r} is not spoken here; use {known}.")
    house: House = request.app.state.house
    intake = analytics_of(house).intake
    owner = await house.adapter(Owners).of(bearer(request))
    body = await read_body(request, intake, intake.settings)
    try:
        packing = request.headers.get("content-encoding", "identity")
        raw = unpack(body, packing, intake.settings.max_unpacked_bytes)
        events = list(lines(raw)) if kind in LINES else batch(raw)
        return answer(await intake.accept(owner, events))
    finally:
        intake.waiting -= len(body)


route = Route("/v1/events", receive_events, methods=["POST"], name="analytics_events")


def batch(raw: bytes) -> Events:
    """The events of `{"events": […]}`. One that is no envelope does not spoil the others. Raises Malformed."""
    try:
        return _decode(raw).events
    except msgspec.ValidationError:
        return [read(one) for one in _apart(raw)]
    except UNREADABLE as error:
        raise malformed(error, raw) from error


def lines(raw: bytes) -> Iterator[Envelope | Unfit]:
    """The events of a body with one envelope in each line; empty lines are none. Raises Malformed."""
    at = 0
    for line in raw.split(b"\n"):
        if line.strip():
            event = read(line)
            if isinstance(event, Unfit) and event.fault.code == "malformed":
                raise Malformed(f"{event.fault.sentence} The line begins at byte {at} of the body.")
            yield event
        at += len(line) + 1


def answer(verdicts: list[Verdict]) -> Response:
    """200 when something was accepted or nothing was sent, 422 when everything was refused."""
    accepted = sum(one.accepted for one in verdicts)
    told = Answer(accepted, len(verdicts) - accepted, verdicts)
    return Response(_encode(told), 200 if accepted or not verdicts else 422, media_type=JSON)


def _apart(raw: bytes) -> list[Any]:
    try:
        return _decode_raw(raw).events
    except msgspec.ValidationError as error:
        raise Malformed(f'The body is no batch: {error}. Send {{"events": [{{…}}, …]}}.') from error
    except UNREADABLE as error:
        raise malformed(error, raw) from error


def malformed(error: Exception, raw: bytes) -> Malformed:
    """What is wrong with a body that is not JSON, and at which byte; one that ends too early fails at its end."""
    if isinstance(error, RecursionError):
        return Malformed("The body is not JSON that can be read: it is nested too deeply.")
    where = str(error)
    if isinstance(error, UnicodeDecodeError):
        where = f"it is not UTF-8 (byte {_wrong_byte(raw)})"
    elif "byte" not in where:
        where = f"{where} (byte {len(raw)})"
    return Malformed(f"The body is not JSON: {where}.")


def _wrong_byte(raw: bytes) -> int:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(raw)
