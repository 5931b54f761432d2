"""The second-factor page: a passkey, a one-time code, or a recovery code, in a session that has the password."""

import structlog
from starlette.requests import Request
from starlette.responses import Response

from companyos.kernel.work import Work

from .. import one_time, passkeys, throttle
from ..handles import digest, new_secret
from ..identity import Identity
from ..store import factors, sessions
from .browser import Browser, SignedIn, Ticket

log = structlog.get_logger(__name__)

WRONG = "That was not right. One-time codes work once; wait for the next one."


async def second_factor_page(request: Request) -> Response:
    """Ask for a second factor."""
    browser = Browser.of(request)
    text = request.query_params.get("ticket", "")
    signed_in = await browser.signed_in()
    if signed_in is None:
        return browser.go(f"/sign-in?ticket={text}")
    return await _page(browser, signed_in, await browser.read_ticket(text), text)


async def second_factor(request: Request) -> Response:
    """Check the second factor; the session's cookie changes with it."""
    browser = Browser.of(request)
    identity = browser.identity
    given = await browser.checked_form()
    if given is None:
        return browser.forged()
    text = given.get("ticket", "")
    signed_in = await browser.signed_in()
    if signed_in is None:
        return browser.go(f"/sign-in?ticket={text}")
    ticket = await browser.read_ticket(text)
    key = ("factor", str(signed_in.person.id))
    wait = await throttle.attempt(identity.house, key)
    if wait:
        sentence = f"Too many attempts. Try again in {wait} seconds."
        return await _page(browser, signed_in, ticket, text, status=429, wrong=sentence)
    secret = new_secret()
    async with identity.house.begin() as work:
        right = await _check(identity, work, signed_in.session, given)
        if right:
            await throttle.forgive(work.db, key)
            await sessions.prove_factor(work.db, signed_in.session.id, digest(secret), work.now)
    if not right:
        log.warning("second_factor.refused", person=str(signed_in.person.id), address=browser.address)
        return await _page(browser, signed_in, ticket, text, status=401, wrong=WRONG)
    response = browser.resume(ticket, text)
    browser.remember(response, secret)
    return response


async def _check(identity: Identity, work: Work, session: sessions.Session, given: dict[str, str]) -> bool:
    if "passkey" in given:
        party = passkeys.relying_party(identity.issuer)
        return party is not None and await passkeys.finish_authentication(
            work.db, session, given["passkey"], work.now, issuer=identity.issuer, party=party
        )
    if "recovery" in given:
        return await one_time.accept_recovery(work.db, session.person_id, given["recovery"])
    code = given.get("code", "")
    return await one_time.accept(work.db, identity.seal, session.person_id, code, work.now)


async def _page(
    browser: Browser,
    signed_in: SignedIn,
    ticket: Ticket,
    text: str,
    *,
    status: int = 200,
    wrong: str | None = None,
) -> Response:
    party = passkeys.relying_party(browser.identity.issuer)
    async with browser.identity.house.begin() as work:
        has = await factors.of_person(work.db, signed_in.person.id)
        options = None
        if party:
            options = await passkeys.begin_authentication(work.db, signed_in.session, work.now, party=party)
    return browser.page(
        "second_factor",
        status=status,
        ticket=text,
        person=signed_in.person,
        has=has,
        options=options,
        wrong=wrong,
        form_to=ticket.origin,
    )
