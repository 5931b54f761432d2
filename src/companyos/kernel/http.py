"""HTTP manners that every route shares: the Work of a request, pages, versions."""

import base64
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Header, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from .problems import Malformed, PreconditionFailed
from .work import Work

T = TypeVar("T")
OpenWork = Callable[[Request], Awaitable[Work]]

OPEN_WORK = "companyos.open_work"
"""Key in the ASGI scope under which `app/boundary.py` leaves the function that opens the request's Work."""


async def current_work(request: Request) -> Work:
    """The Work of this request; opened (and authenticated) on first use, committed by the boundary."""
    open_work: OpenWork = request.scope[OPEN_WORK]
    return await open_work(request)


WorkDep = Annotated[Work, Depends(current_work)]


def _written(value: Any) -> Any:
    """Pydantic reads numbers as seconds since 1970; here a number is a slip of the pen."""
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value.strip())):
        raise ValueError("a time is written as 2026-11-22T10:15:00Z, not as a number")
    return value


_NUMBER = re.compile(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?")
Instant = Annotated[AwareDatetime, BeforeValidator(_written)]
"""A time with its zone (RFC 3339), as it comes in."""


class Wire(BaseModel):
    """Base of HTTP shapes: unknown fields are refused, values come from dataclasses as they are."""

    model_config = {"extra": "forbid", "from_attributes": True}


class Page(Wire, Generic[T]):
    """One page of a list. `next` is the cursor of the page that follows, absent on the last."""

    items: list[T]
    next: str | None = Field(default=None, description="Cursor of the next page; null on the last page.")


class Slice:
    """Which page of a list is asked for: `limit` rows after `after` (the sort key of the last row seen)."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=200, description="Rows per page.")] = 50,
        cursor: Annotated[
            str | None, Query(max_length=1024, description="`next` of the page before.")
        ] = None,
    ):
        self.limit = limit
        self.after: list[Any] | None = _read_cursor(cursor) if cursor else None

    def start(self, *read: Callable[[str], Any]) -> tuple[Any, ...] | None:
        """`after` with each part read into its type (`datetime.fromisoformat`, `UUID`); None on the first page."""
        if self.after is None:
            return None
        try:
            return tuple(one(part) for one, part in zip(read, self.after, strict=True))
        except (ValueError, TypeError, AttributeError):
            raise _foreign() from None

    def page(self, rows: Sequence[T], key: Callable[[T], Sequence[Any]]) -> tuple[list[T], str | None]:
        """Cut `limit + 1` fetched rows into a page and the cursor after it; `key` gives a row's sort key."""
        if len(rows) <= self.limit:
            return list(rows), None
        kept = list(rows[: self.limit])
        return kept, _write_cursor(key(kept[-1]))


SliceDep = Annotated[Slice, Depends(Slice)]


def _write_cursor(key: Sequence[Any]) -> str:
    text = json.dumps([str(k) if k is not None else None for k in key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> list[Any]:
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        key = None
    if not isinstance(key, list) or not all(k is None or isinstance(k, str) for k in key):
        raise _foreign()
    return key


def _foreign() -> Malformed:
    return Malformed("The cursor was not made by this list; start again without it.")


CLIENT_GONE = 499
"""What is noted, in nginx's number, of a request whose client went away before an answer began: no failure of ours."""

SAID_ONCE = "CompanyOS-Said-Once"
"""Response header of an answer of which no copy is kept, neither for a repeated request nor in a frozen view."""


def say_once(response: Response) -> None:
    """Mark an answer of which no copy may be kept: a secret, or rows of people, which erasure would not find there.

    A repeat with the same Idempotency-Key gets 409 instead, and a frozen view leaves it out.
    """
    response.headers[SAID_ONCE] = "true"


def set_etag(response: Response, version: int) -> None:
    """Name the version that a response shows (RFC 9110 §8.8.3)."""
    response.headers["ETag"] = f'"{version}"'


def _if_match(
    if_match: Annotated[str | None, Header(description='The `ETag` last read, as `"3"`.')] = None,
) -> str | None:
    return if_match


IfMatch = Annotated[str | None, Depends(_if_match)]


def check_version(if_match: str | None, version: int) -> None:
    """Hold an update back when the caller has seen another version. No header means "whatever stands"."""
    if if_match is None or if_match.strip() == "*":
        return
    if if_match.strip().removeprefix("W/").strip('"') != str(version):
        raise PreconditionFailed(
            f'You read version {if_match}, the current one is "{version}"; read it again.'
        )
