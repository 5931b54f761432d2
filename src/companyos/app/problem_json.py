"""Problems on the wire: RFC 9457 `application/problem+json` with CompanyOS's `code`, `reasons` and `request_id`."""

from dataclasses import asdict
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.http import CLIENT_GONE
from companyos.kernel.problems import Conflict, Malformed, Problem

from .answers import Replayed
from .methods import allowed_methods

log = structlog.get_logger(__name__)

BY_STATUS = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 415: "unsupported_media_type"}


def problem_response(problem: Problem, scope: Scope) -> Response:
    """The response that tells a problem."""
    return JSONResponse(
        _document(problem.status, problem.code, problem.title, problem.detail, problem.reasons, scope),
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def _document(
    status: int, code: str, title: str, detail: str, reasons: tuple[Reason, ...], scope: Scope
) -> dict[str, Any]:
    return {
        "type": f"https://companyos.dev/problems/{code.replace('_', '-')}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": scope.get("companyos.request_id", ""),
        "reasons": [asdict(r) for r in reasons],
    }


async def _told(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem_response(problem, request.scope)


async def _replayed(request: Request, replayed: Exception) -> Response:
    assert isinstance(replayed, Replayed)
    answer = replayed.answer
    if not answer.content_type:
        told = "This was done before, and what it answered is shown only once; make a new one if it was lost."
        return problem_response(Conflict(told), request.scope)
    headers = {"Idempotency-Replayed": "true"}
    if answer.etag:
        headers["ETag"] = answer.etag
    return Response(answer.body, answer.status, headers, answer.content_type)


async def _unreadable(request: Request, error: Exception) -> Response:
    """FastAPI's validation errors as Reasons: one for each wrong value, with a JSON pointer."""
    assert isinstance(error, RequestValidationError)
    reasons = tuple(_reason(e) for e in error.errors())
    problem: Problem
    if any(r.code == "json_invalid" for r in reasons):
        problem = Malformed(reasons[0].sentence, reasons=reasons)
    else:
        count = "One value does" if len(reasons) == 1 else f"{len(reasons)} values do"
        problem = _Unfit(f"{count} not fit; see reasons.", reasons=reasons)
    return problem_response(problem, request.scope)


class _Unfit(Problem):
    status, code, title = 422, "invalid", "The request cannot be carried out as written"


def _reason(error: dict[str, Any]) -> Reason:
    source, *path = error["loc"]
    if error["type"] == "json_invalid":
        offset = path[0] if path else 0
        return Reason("json_invalid", f"The body is not JSON: {error['ctx']['error']}.", f"byte {offset}")
    place = (
        "/" + "/".join(str(p) for p in path) if source == "body" else f"{source} {'.'.join(map(str, path))}"
    )
    message = error["msg"].removeprefix("Value error, ").rstrip(".")
    message = message[:1].upper() + message[1:]
    return Reason(
        error["type"], f"{message}.", place, Remedy("fix_input", "Correct this value and send again.")
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, Problem):  # a limit that was met while the framework read the body
        return problem_response(error.__cause__, request.scope)
    allowed = allowed_methods(request.scope) if error.status_code == 405 else []
    if allowed:  # the framework names only the methods of the first route that has the address
        error.headers = {"Allow": ", ".join(allowed)}
    code = BY_STATUS.get(error.status_code, "http_error")
    reason = Reason(code, str(error.detail))
    return JSONResponse(
        _document(error.status_code, code, str(error.detail), str(error.detail), (reason,), request.scope),
        error.status_code,
        error.headers,
        "application/problem+json",
    )


async def _gone(request: Request, error: Exception) -> Response:
    """The client went away in the middle of its request: nothing failed here, and nobody reads this."""
    return Response(status_code=CLIENT_GONE)


class Fault(Problem):
    """Something that nobody foresaw; the log has the rest under the request id."""


async def _fault(request: Request, error: Exception) -> Response:
    return fault_response(error, request.scope)


def fault_response(error: Exception, scope: Scope) -> Response:
    """Log what nobody foresaw, and say no more of it than that it happened."""
    log.error("request.failed", path=scope["path"], method=scope["method"], exc_info=error)
    return problem_response(Fault("This is a fault of ours; it is in the log under the request id."), scope)


def tell_problems(app: FastAPI) -> None:
    """Let every failure of the API leave as problem+json."""
    app.add_exception_handler(Exception, _fault)
    app.add_exception_handler(Problem, _told)
    app.add_exception_handler(Replayed, _replayed)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
