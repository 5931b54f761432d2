"""Call another system, signed as Standard Webhooks 1.0 writes it (standardwebhooks.com); nowhere that is not public.

`webhook-id` is the step's idempotency key: a receiver that keeps it does each call once, however often it comes.
"""

import base64
import hashlib
import hmac
import json
import time
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import httpx
import msgspec

from companyos.kernel.outbound import Outbound
from companyos.kernel.problems import Invalid
from companyos.kernel.steps import (
    Effect,
    Inputs,
    Need,
    Outcome,
    SecretRef,
    StepCall,
    StepFailed,
    StepType,
    Verdict,
    later,
)
from companyos.kernel.work import Work

from ..settings import MaestroSettings

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret begins, not one
LEAST_SECRET_BYTES = 24


class Http(Inputs, frozen=True):
    """Where to, what (JSON), and signed with which secret; `undo` is the address that takes it back.

    `verify` is asked with GET before a call is repeated after a crash: 2xx says that it was done, 404 that it was not.
    Both get the idempotency key in `webhook-id`.
    """

    url: Annotated[str, msgspec.Meta(max_length=2000)]
    secret: SecretRef
    body: dict[str, Any] = msgspec.field(default_factory=dict)
    method: Literal["POST", "PUT", "DELETE"] = "POST"
    undo: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    verify: Annotated[str, msgspec.Meta(max_length=2000)] = ""


async def plan(work: Work, call: StepCall) -> Effect:
    """Which address would be told what."""
    told: Http = call.inputs
    for name, url in (("url", told.url), ("undo", told.undo), ("verify", told.verify)):
        no = _outbound(work).refusal(url) if url and not later(url) else None
        if no is not None:
            raise Invalid.at(f"/{name}", f"{url} cannot be called: {no}.", "Give a public https address.")
    detail = {
        "url": told.url,
        "method": told.method,
        "body": told.body,
        "secret": f"secret:{told.secret}",
        "undo": told.undo,
        "verify": told.verify,
    }
    return Effect(
        f"{told.method} {_place(told.url)}, signed with secret:{told.secret}.",
        needs=(Need("maestro:http.call", work.tenancy),),
        detail=detail,
        undo=f"POST {_place(told.undo)}." if told.undo else None,
    )


async def apply(work: Work, call: StepCall) -> Outcome:
    """Call, and read the answer. Only 2xx counts as done."""
    told: Http = call.inputs
    status, said = await _send(work, call, told.method, told.url, call.key, told.body)
    return Outcome(f"{_place(told.url)} answered {status}.", {"status": status, "answer": _json(said)}, said)


async def verify(work: Work, call: StepCall, outcome: Outcome | None) -> Verdict:
    """An answer is a proof; without one the receiver is asked, when it can be."""
    if outcome is not None:
        return Verdict("done", outcome.sentence)
    told: Http = call.inputs
    if not told.verify:
        return Verdict("unknown", f"{_place(told.url)} may or may not have been called.")
    async with _client(work) as client:
        try:
            found = await client.get(told.verify, headers={ID: call.key})
        except httpx.HTTPError as error:
            raise StepFailed(f"{_place(told.verify)} does not answer: {type(error).__name__}.") from error
    if found.is_success:
        return Verdict(
            "done",
            f"{_place(told.verify)} says that it was done.",
            {"status": found.status_code, "answer": None},
        )
    if found.status_code == httpx.codes.NOT_FOUND:
        return Verdict("absent", f"{_place(told.verify)} knows nothing of it.")
    return Verdict("unknown", f"{_place(told.verify)} answered {found.status_code}.")


async def undo(work: Work, call: StepCall, outcome: Outcome) -> Outcome:
    """Tell the address that takes it back what was done; without one, the call stays."""
    told: Http = call.inputs
    if not told.undo:
        return Outcome("The call stays: the plan names no address that takes it back.")
    status, said = await _send(
        work, call, "POST", told.undo, call.undo_key, {**told.body, "undoes": call.key}
    )
    return Outcome(f"{_place(told.undo)} answered {status}.", {"status": status}, said)


async def _send(
    work: Work, call: StepCall, method: str, url: str, key: str, body: dict[str, Any]
) -> tuple[int, str]:
    assert call.secret is not None
    told: Http = call.inputs
    raw, at = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(), int(time.time())
    signed = sign(await call.secret(told.secret), key, at, raw)
    headers = {"content-type": "application/json", ID: key, TIMESTAMP: str(at), SIGNATURE: signed}
    most, said = work.settings(MaestroSettings).http_answer_bytes, b""
    try:
        async with (
            _client(work) as client,
            client.stream(method, url, content=raw, headers=headers) as response,
        ):
            async for part in response.aiter_bytes():
                said += part
                if len(said) > most:
                    raise StepFailed(f"{_place(url)} answers more than {most} bytes.", again=False)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
        raise StepFailed(f"{_place(url)} cannot be reached: {error}") from error
    if not response.is_success:
        again = response.status_code >= 500 or response.status_code in (408, 425, 429)
        raise StepFailed(f"{_place(url)} answered {response.status_code}.", again=again)
    return response.status_code, said.decode("utf-8", "replace")


def sign(secret: str, id: str, at: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 of `id.timestamp.body`. Raises StepFailed for a bad secret."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith(SECRET_PREFIX) or len(key) < LEAST_SECRET_BYTES:
        raise StepFailed(
            f"The secret is not {SECRET_PREFIX}… with {LEAST_SECRET_BYTES} bytes at least.", again=False
        )
    digest = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _client(work: Work) -> httpx.AsyncClient:
    return _outbound(work).client(work.settings(MaestroSettings).http_seconds)


def _outbound(work: Work) -> Outbound:
    return Outbound(work.house.settings.outbound_allow.split(","))


def _place(url: str) -> str:
    """An address without its query, which may hold what is nobody's business."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None


http = StepType(
    "maestro.http", "Signed call", Http, plan, apply, verify, undo, gives=("status", "answer"), outside=True,
    repeatable=True,
)  # fmt: skip
