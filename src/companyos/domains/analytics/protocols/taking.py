"""The way of other protocols to the intake: the key, the body, the schemas, and a verdict for each event."""

import base64
import binascii
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from companyos.kernel.bodies import bearer, read_body, unpack
from companyos.kernel.house import House
from companyos.kernel.problems import Malformed, TooLarge, Unauthenticated
from companyos.spines.data.registry import registry_of

from ..api.events import answer, malformed
from ..rules.envelope import Unfit
from ..rules.judging import Owner
from ..service.analytics import Owners, analytics_of
from .foreign import Foreign

Shape = TypeVar("Shape")


def key_in(request: Request) -> str:
    """The ingest key of the request's head: `Authorization: Bearer <key>`, or Basic with the key as user name.

    Never of the address, which logs keep. Raises Unauthenticated when there is none.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return bearer(request)
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Unauthenticated("The Basic credentials are no base64 text.", error="invalid_request") from error


async def owner_of(request: Request, key: str) -> Owner:
    """Whose events come with an ingest key. Raises Unauthenticated."""
    house: House = request.app.state.house
    return await house.adapter(Owners).of(key)


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[bytes]:
    """The request's body, unpacked; it counts as waiting until the block ends."""
    intake = analytics_of(request.app.state.house).intake
    body = await read_body(request, intake, intake.settings)
    try:
        packing = request.headers.get("content-encoding", "identity")
        yield unpack(body, packing, intake.settings.max_unpacked_bytes)
    finally:
        intake.waiting -= len(body)


def parsed(raw: bytes, shape: type[Shape], meant: str) -> Shape:
    """A body as a shape. Raises Malformed: with the byte where JSON ends, or saying what was `meant`."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise Malformed(f"The body is not what belongs here: {error}. Send {meant}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(error, raw) from error


async def take(
    request: Request,
    owner: Owner,
    sent: Sequence[msgspec.Raw],
    translate: Callable[[msgspec.Raw], Foreign | Unfit],
) -> Response:
    """Hand events to the intake, each under its own name where the tenant has a schema of it, and answer.

    Raises TooLarge before any is translated when they are too many.
    """
    house: House = request.app.state.house
    most = analytics_of(house).settings.max_batch_events
    if len(sent) > most:
        raise TooLarge(f"{len(sent)} events are over the limit of {most} in one batch; send smaller batches.")
    events = [translate(one) for one in sent]
    registry = registry_of(house)
    names = {one.envelope.event for one in events if isinstance(one, Foreign)}
    known = {name for name in names if name and await registry.find(owner.tenant, name) is not None}
    own = [isinstance(one, Foreign) and one.envelope.event in known for one in events]
    verdicts = await analytics_of(house).intake.accept(
        owner,
        [
            one.named(known) if isinstance(one, Foreign) else one
            for one, known in zip(events, own, strict=True)
        ],
    )
    return answer(
        [
            one.told(verdict, known) if isinstance(one, Foreign) else verdict
            for one, known, verdict in zip(events, own, verdicts, strict=True)
        ]
    )
