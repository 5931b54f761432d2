"""OTLP/HTTP: `POST /v1/traces`, `/v1/logs`, `/v1/metrics` as plain Starlette routes (opentelemetry.io/docs/specs/otlp).

A failure answers in the notation of the request: a `google.rpc.Status` for protobuf, problem+json otherwise.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from google.rpc.status_pb2 import Status
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companyos.kernel.bodies import UnsupportedMedia, bearer, read_body
from companyos.kernel.problems import Problem

from ..intake import Intake, Owner
from ..settings import TelemetrySettings
from ..signals import SIGNALS, SignalName
from .request import response, response_json

PROTOBUF, JSON = "application/x-protobuf", "application/json"
RPC_CODES = {400: 3, 401: 16, 403: 7, 408: 4, 413: 8, 415: 3, 429: 8, 503: 14}
"""gRPC status codes (google/rpc/code.proto) by HTTP status."""

Authenticate = Callable[[str], Awaitable[Owner]]
Doors = Callable[[Request], tuple[Intake, TelemetrySettings, Authenticate]]


def routes(doors: Doors) -> tuple[Route, ...]:
    """The routes; `doors` finds the intake, its settings and the authentication of the request's house."""
    return tuple(
        Route(f"/v1/{name}", _endpoint(name, doors), methods=["POST"], name=f"otlp_{name}")
        for name in SIGNALS
    )


def _endpoint(signal: Any, doors: Doors) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            return await _receive(signal, request, kind, *doors(request))
        except Problem as problem:
            if kind != PROTOBUF:
                raise
            status = Status(code=RPC_CODES.get(problem.status, 13), message=problem.detail)
            return Response(status.SerializeToString(), problem.status, problem.headers, PROTOBUF)

    receive.__name__ = f"otlp_{signal}"
    receive.__doc__ = f"Take in {signal} over OTLP/HTTP, protobuf or JSON; durable when this answers."
    return receive


async def _receive(
    signal: SignalName,
    request: Request,
    kind: str,
    intake: Intake,
    settings: TelemetrySettings,
    authenticate: Authenticate,
) -> Response:
    if kind not in (PROTOBUF, JSON):
        raise UnsupportedMedia(f"Content-Type {kind[:60]!r} is not spoken here; use {PROTOBUF} or {JSON}.")
    owner = await authenticate(bearer(request))
    body = await read_body(request, intake, settings)
    try:
        packing = request.headers.get("content-encoding", "identity")
        verdict = await intake.accept(signal, owner, body, json=kind == JSON, packing=packing)
    finally:
        intake.waiting -= len(body)
    if kind == JSON:
        return Response(response_json(signal, verdict), media_type=JSON)
    return Response(response(signal, verdict).SerializeToString(), media_type=PROTOBUF)
