"""The issuer's dealings with a browser: its session cookie, forms that cannot be forged, pages, tickets.

A ticket is what a sign-in under way remembers: where the person was going and since when, sealed, so that nobody
can turn it into a way elsewhere.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from companyos.kernel.ids import new_id

from ..handles import digest, new_secret
from ..identity import Identity, identity_of
from ..rules import Step
from ..sealing import Unreadable
from ..store import people, sessions
from .protocol import OAuthError, form, house_of, once

HERE = Path(__file__).parent.parent
PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
)
TICKET = "sign-in ticket"
TICKET_LIFE = timedelta(hours=1)
PAGES_OF: dict[Step, str] = {
    "password": "/sign-in",
    "second_factor": "/sign-in/second-factor",
    "enrol": "/account",
}
"""Where a person does what is missing."""
DESTINATIONS = frozenset({"/oauth/authorize", "/device", "/account"})


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where a sign-in leads: one of our own paths with its query, and when it began."""

    path: str
    query: str
    at: datetime

    @property
    def origin(self) -> str | None:
        """Where the browser will be sent in the end, if elsewhere: what a form's policy must let it reach."""
        target = once(self.query).get("redirect_uri") if self.path == "/oauth/authorize" else None
        return origin_of(target) if target else None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sits at the browser."""

    session: sessions.Session
    person: people.Person


@dataclass(frozen=True, slots=True)
class Browser:
    """One request of a browser to a page of the issuer."""

    request: Request
    identity: Identity

    @classmethod
    def of(cls, request: Request) -> "Browser":
        return cls(request, identity_of(house_of(request)))

    @property
    def address(self) -> str:
        """The network address of the browser (of the last proxy, unless the server was told to trust it)."""
        return self.request.client.host if self.request.client else "unknown"

    # --- who is it

    async def signed_in(self) -> SignedIn | None:
        """The session behind the cookie, when it and its person still stand."""
        cookie = self.request.cookies.get(self._name("session"))
        if not cookie:
            return None
        async with self.identity.house.begin() as work:
            session = await sessions.find(work.db, digest(cookie), work.now)
            person = await people.by_id(work.db, session.person_id) if session else None
        if session is None or person is None or person.status != "active":
            return None
        return SignedIn(session, person)

    def remember(self, response: Response, secret: str) -> None:
        """Give the browser its session."""
        self._set(response, "session", secret, self.identity.settings.session_hours * 3600)

    def forget(self, response: Response) -> None:
        """Take the session from the browser."""
        response.delete_cookie(
            self._name("session"), path="/", secure=self.identity.secure, httponly=True, samesite="lax"
        )

    # --- forms

    def form_token(self) -> tuple[str, str | None]:
        """The token for a form, and the cookie that it answers to when the browser does not have it yet."""
        cookie = self.request.cookies.get(self._name("form"), "")
        fresh = None if len(cookie) == 43 else new_secret()
        return _form_token(fresh or cookie), fresh

    async def checked_form(self) -> dict[str, str] | None:
        """The form that was sent; None when it did not come from a page of ours in this browser (CSRF)."""
        origin = self.request.headers.get("origin")
        if origin is not None and origin != self.identity.issuer:
            return None
        if self.request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return None
        try:
            given = await form(self.request)
        except OAuthError:
            return None  # no form of ours looks like this
        cookie = self.request.cookies.get(self._name("form"), "")
        if not cookie or not hmac.compare_digest(_form_token(cookie), given.get("form_token", "")):
            return None
        return given

    # --- pages

    def page(
        self, template: str, *, status: int = 200, form_to: str | None = None, **context: Any
    ) -> Response:
        """A page of the issuer. `form_to` is a further origin that its forms may end up at."""
        token, fresh = self.form_token()
        html = PAGES.get_template(f"{template}.html").render(form_token=token, **context)
        response = HTMLResponse(html, status, self._headers(form_to))
        if fresh:
            self._set(response, "form", fresh, None)
        return response

    def forged(self) -> Response:
        """The answer to a form that is not ours."""
        return self.page(
            "message",
            status=403,
            title="This form has expired",
            text="Go back, reload the page and try again. Cookies must be allowed for this site.",
        )

    def go(self, path: str) -> Response:
        """On to another page of ours."""
        return RedirectResponse(path, 303, {"Cache-Control": "no-store"})

    # --- tickets

    async def ticket(self, path: str, query: str, at: datetime) -> str:
        """Seal where this sign-in leads."""
        assert path in DESTINATIONS
        return await self.identity.seal.close_text(
            TICKET, {"path": path, "query": query, "at": at.timestamp()}
        )

    async def read_ticket(self, text: str | None) -> Ticket:
        """Open a ticket; a missing, foreign or old one leads to the person's account."""
        now = datetime.now(UTC)
        try:
            told = await self.identity.seal.open_text(TICKET, text) if text else None
        except Unreadable:
            told = None
        if told is None or (at := datetime.fromtimestamp(told["at"], UTC)) < now - TICKET_LIFE:
            return Ticket("/account", "", now)
        return Ticket(told["path"], told["query"], at)

    def resume(self, ticket: Ticket, text: str | None) -> Response:
        """Go where the ticket leads, now that the person has signed in."""
        return self.go(onward(ticket, text))

    async def open_session(self, person: people.Person) -> tuple[sessions.Session, str]:
        """A new session, just now opened with the password; returns it with the secret of its cookie."""
        secret = new_secret()
        async with self.identity.house.begin() as work:
            until = work.now + timedelta(hours=self.identity.settings.session_hours)
            await sessions.add(work.db, new_id(), digest(secret), person.id, work.now, until)
            session = await sessions.find(work.db, digest(secret), work.now)
        assert session is not None
        return session, secret

    def _name(self, what: str) -> str:
        # __Host- pins a cookie to this host and to TLS (RFC 6265bis §4.1.3.2); plain names serve local HTTP.
        return f"__Host-companyos-{what}" if self.identity.secure else f"companyos-{what}"

    def _set(self, response: Response, what: str, value: str, seconds: int | None) -> None:
        response.set_cookie(
            self._name(what),
            value,
            max_age=seconds,
            path="/",
            secure=self.identity.secure,
            httponly=True,
            samesite="lax",
        )

    def _headers(self, form_to: str | None) -> dict[str, str]:
        targets = f"'self' {form_to}" if form_to else "'self'"
        return {
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
            "img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
            f"form-action {targets}",
            "Cache-Control": "no-store",
            # Under "no-referrer" browsers send "Origin: null" with our own forms (Fetch §3.2).
            "Referrer-Policy": "same-origin",
        }


def onward(ticket: Ticket, text: str | None) -> str:
    """The path that a ticket leads to."""
    if ticket.path == "/oauth/authorize":
        return f"/oauth/resume?ticket={text}"
    return f"{ticket.path}?{ticket.query}" if ticket.query else ticket.path


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _form_token(cookie: str) -> str:
    return hashlib.sha256(f"form:{cookie}".encode()).hexdigest()
