"""Signing out, begun by a client (OpenID Connect RP-Initiated Logout 1.0) or by the person."""

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from companyos.kernel.problems import Malformed, Unauthenticated

from ..clients import public_client
from ..store import grants, sessions
from ..tokens import ID
from ..verification import verify_own
from .browser import Browser, SignedIn
from .issuing import as_person
from .protocol import once
from .revoking import revoke_everywhere


async def sign_out(request: Request) -> Response:
    """End the session when the client proves whose it is with an ID token; else ask the person."""
    browser = Browser.of(request)
    try:
        query = (
            (await request.body()).decode(errors="replace") if request.method == "POST" else request.url.query
        )
        given = once(query)
    except Malformed as error:
        return browser.page("message", status=400, title="This cannot be read", text=error.detail)
    client_id, subject = await _hint(browser, given.get("id_token_hint"))
    if client_id and given.get("client_id", client_id) != client_id:
        return browser.page(
            "message", status=400, title="This cannot be read", text="The ID token is another client's."
        )
    target = _target(browser, given, client_id or given.get("client_id", ""))
    signed_in = await browser.signed_in()
    if signed_in is None:
        return _done(browser, target)
    if subject != str(signed_in.person.id):
        return browser.page("sign_out", person=signed_in.person)
    return await _end(browser, signed_in, target)


async def confirm_sign_out(request: Request) -> Response:
    """The person said yes."""
    browser = Browser.of(request)
    given = await browser.checked_form()
    if given is None:
        return browser.forged()
    signed_in = await browser.signed_in()
    return await _end(browser, signed_in, None) if signed_in else _done(browser, None)


async def _end(browser: Browser, signed_in: SignedIn, target: str | None) -> Response:
    """End the session and every sign-in that came from it."""
    session = signed_in.session
    async with browser.identity.house.begin(actor=as_person(session.person_id, "")) as work:
        found = await grants.of_session(work.db, session.id, session.person_id)
        await sessions.end(work.db, session.id)
    for grant in found:
        await revoke_everywhere(browser.identity.house, session.person_id, grant, because="signed_out")
    return _done(browser, target)


def _done(browser: Browser, target: str | None) -> Response:
    if target is None:
        response = browser.page("message", title="Signed out", text="You have been signed out.")
    else:
        response = RedirectResponse(target, 303, {"Cache-Control": "no-store"})
    browser.forget(response)
    return response


async def _hint(browser: Browser, id_token: str | None) -> tuple[str | None, str | None]:
    """Client and subject of an ID token of ours; it may have expired."""
    if id_token is None:
        return None, None
    try:
        claims = await verify_own(browser.identity, id_token, typ=ID)
    except Unauthenticated:
        return None, None  # proves nothing: the person will be asked
    return str(claims.get("aud")), str(claims.get("sub"))


def _target(browser: Browser, given: dict[str, str], client_id: str) -> str | None:
    """Where to go after: only to an address that the client registered."""
    asked = given.get("post_logout_redirect_uri")
    client = public_client(browser.identity.house, client_id)
    if asked is None or client is None or asked not in client.after_sign_out:
        return None
    if "state" not in given:
        return asked
    return f"{asked}{'&' if urlsplit(asked).query else '?'}{urlencode({'state': given['state']})}"
