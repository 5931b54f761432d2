"""The sign-in page: email and password. What follows is decided where the ticket leads."""

import structlog
from starlette.requests import Request
from starlette.responses import Response

from .. import throttle
from ..identity import Identity
from ..store import people
from .browser import Browser
from .protocol import once

log = structlog.get_logger(__name__)

WRONG = "Email or password is not right, or the account is locked."
MAX_PASSWORD = 1024


async def sign_in_page(request: Request) -> Response:
    """Ask for email and password."""
    browser = Browser.of(request)
    if browser.identity.house.settings.issuer:
        return browser.page(
            "message",
            title="Sign in elsewhere",
            text=f"People of this CompanyOS sign in at {browser.identity.house.settings.issuer}.",
        )
    text = request.query_params.get("ticket", "")
    ticket = await browser.read_ticket(text)
    hint = once(ticket.query).get("login_hint", "")[:254] if ticket.path == "/oauth/authorize" else ""
    return browser.page("sign_in", ticket=text, email=hint, wrong=None, form_to=ticket.origin)


async def sign_in(request: Request) -> Response:
    """Check the password. Unknown, wrong and locked look alike and take equally long."""
    browser = Browser.of(request)
    identity = browser.identity
    given = await browser.checked_form()
    if given is None or identity.house.settings.issuer:
        return browser.forged()
    text, email, password = given.get("ticket", ""), given.get("email", "")[:254], given.get("password", "")
    ticket = await browser.read_ticket(text)
    keys = (throttle.account_key(email), throttle.address_key(browser.address))
    wait = await throttle.attempt(identity.house, *keys)
    if wait:
        response = browser.page(
            "sign_in",
            status=429,
            ticket=text,
            email=email,
            wrong=f"Too many attempts. Try again in {wait} seconds.",
            form_to=ticket.origin,
        )
        response.headers["Retry-After"] = str(wait)
        return response
    person = await _check(identity, email, password)
    if person is None:
        log.warning("sign_in.refused", address=browser.address)
        return browser.page(
            "sign_in", status=401, ticket=text, email=email, wrong=WRONG, form_to=ticket.origin
        )
    async with identity.house.begin() as work:
        await throttle.forgive(work.db, *keys)
    _, secret = await browser.open_session(person)
    response = browser.resume(ticket, text)
    browser.remember(response, secret)
    return response


async def _check(identity: Identity, email: str, password: str) -> people.Person | None:
    async with identity.house.begin() as work:
        person = await people.by_email(work.db, email)
    right = await identity.passwords.check(person.password if person else None, password[:MAX_PASSWORD])
    if not right or person is None or person.password is None or person.status != "active":
        return None
    if identity.passwords.outdated(person.password):
        hashed = await identity.passwords.hash(password[:MAX_PASSWORD])
        async with identity.house.begin() as work:
            await people.set_password(work.db, person.id, hashed)
    return person
