"""The account page: second factors, recovery codes and the password of the person at this browser.

Changing factors takes a fresh proof: of a second factor where there is one, else of the password.
"""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from .. import one_time, passkeys, throttle
from ..handles import digest, new_secret
from ..store import factors, people, sessions
from .browser import Browser, SignedIn, onward
from .own_acts import record_own

EXPIRED = "The code was not right. Check the clock of your device and try the next code."
PASSKEY_REFUSED = "The passkey was not accepted. Try again, on this device and in this browser."


async def account_page(request: Request) -> Response:
    """Show what protects the account. With a ticket, a client waits for a second factor to be set up."""
    browser = Browser.of(request)
    signed_in = await browser.signed_in()
    text = request.query_params.get("ticket", "")
    if signed_in is None:
        return browser.go(f"/sign-in?ticket={text or await _back_here(browser, '')}")
    return await _show(browser, signed_in, text)


async def begin_totp(request: Request) -> Response:
    """Make a seed and show it once."""
    entered = await _enter(request)
    if isinstance(entered, Response):
        return entered
    browser, signed_in, given = entered
    seed, person = one_time.new_seed(), signed_in.person
    async with browser.identity.house.begin() as work:
        has = await factors.of_person(work.db, person.id)
        if not has.totp:
            await one_time.keep_seed(work.db, browser.identity.seal, person.id, seed)
    if has.totp:
        return await _show(browser, signed_in, given.get("ticket", ""), wrong="There is one already.")
    return _totp(browser, person, given, seed, None)


async def finish_totp(request: Request) -> Response:
    """The first code proves that the app has the seed; it counts as a second factor at once."""
    entered = await _enter(request)
    if isinstance(entered, Response):
        return entered
    browser, signed_in, given = entered
    identity, person, key = browser.identity, signed_in.person, ("factor", str(signed_in.person.id))
    wait = await throttle.attempt(identity.house, key)
    async with identity.house.begin() as work:
        seed = await one_time.waiting_seed(work.db, identity.seal, person.id)
        right = not wait and await one_time.accept(
            work.db, identity.seal, person.id, given.get("code", ""), work.now, first=True
        )
        if right:
            await throttle.forgive(work.db, key)
    if seed is None:
        return await _show(browser, signed_in, given.get("ticket", ""), wrong="Begin again.")
    if not right:
        sentence = f"Too many attempts. Try again in {wait} seconds." if wait else EXPIRED
        return _totp(browser, person, given, seed, sentence)
    return await _added(browser, signed_in, given, "totp")


async def begin_passkey(request: Request) -> Response:
    """Ask the browser to make a passkey."""
    entered = await _enter(request)
    if isinstance(entered, Response):
        return entered
    browser, signed_in, given = entered
    party, person = passkeys.relying_party(browser.identity.issuer), signed_in.person
    if party is None:
        return await _show(browser, signed_in, given.get("ticket", ""), wrong="Not at this address.")
    async with browser.identity.house.begin() as work:
        options = await passkeys.begin_registration(
            work.db,
            signed_in.session,
            work.now,
            party=party,
            person=person.id,
            email=person.email,
            name=person.name,
        )
    return browser.page("new_passkey", options=options, ticket=given.get("ticket", ""))


async def finish_passkey(request: Request) -> Response:
    """Keep the passkey; having made it counts as a second factor at once."""
    entered = await _enter(request)
    if isinstance(entered, Response):
        return entered
    browser, signed_in, given = entered
    party = passkeys.relying_party(browser.identity.issuer)
    async with browser.identity.house.begin() as work:
        kept = party is not None and await passkeys.finish_registration(
            work.db,
            signed_in.session,
            given.get("passkey", ""),
            work.now,
            issuer=browser.identity.issuer,
            party=party,
            name=given.get("name", ""),
        )
    if not kept:
        return await _show(browser, signed_in, given.get("ticket", ""), wrong=PASSKEY_REFUSED)
    return await _added(browser, signed_in, given, "passkey")


async def new_codes(request: Request) -> Response:
    """Make ten new recovery codes and show them once."""
    entered = await _enter(request)
    if isinstance(entered, Response):
        return entered
    browser, signed_in, _ = entered
    async with browser.identity.house.begin() as work:
        codes = await one_time.new_recovery_codes(work.db, signed_in.person.id)
    await record_own(browser.identity.house, signed_in.person, "identity.factor.added", factor="recovery")
    return browser.page("recovery_codes", codes=codes, onward="/account")


async def remove_factor(request: Request) -> Response:
    """Take a factor off the account."""
    entered = await _enter(request)
    if isinstance(entered, Response):
        return entered
    browser, signed_in, given = entered
    person, which = signed_in.person, given.get("factor", "")
    kind = "totp" if which == "totp" else "passkey"
    async with browser.identity.house.begin() as work:
        if kind == "totp":
            gone = await factors.remove_totp(work.db, person.id)
        else:
            gone = await factors.remove_passkey(work.db, person.id, _credential(which))
    if not gone:
        return await _show(browser, signed_in, "", wrong="There is no such factor any more.")
    await record_own(browser.identity.house, person, "identity.factor.removed", factor=kind)
    return browser.go("/account")


async def _enter(request: Request) -> tuple[Browser, SignedIn, dict[str, str]] | Response:
    """The form of a person who has proven presence lately; else the way to do so and come back."""
    browser = Browser.of(request)
    given = await browser.checked_form()
    if given is None:
        return browser.forged()
    signed_in = await browser.signed_in()
    back = await _back_here(browser, given.get("ticket", ""))
    if signed_in is None:
        return browser.go(f"/sign-in?ticket={back}")
    async with browser.identity.house.begin() as work:
        has = await factors.of_person(work.db, signed_in.person.id)
    proof = signed_in.session.proof
    proven = proof.factor_at if has else proof.password_at
    fresh = timedelta(seconds=browser.identity.house.settings.step_up_max_age)
    if proven is None or datetime.now(UTC) - proven > fresh:
        return browser.go(f"/sign-in{'/second-factor' if has else ''}?ticket={back}")
    return browser, signed_in, given


async def _back_here(browser: Browser, ticket: str) -> str:
    return await browser.ticket("/account", f"ticket={ticket}" if ticket else "", datetime.now(UTC))


async def _added(browser: Browser, signed_in: SignedIn, given: dict[str, str], factor: str) -> Response:
    """A new factor: the session has it now, with a new cookie; recovery codes come with the first one."""
    secret, person = new_secret(), signed_in.person
    async with browser.identity.house.begin() as work:
        await sessions.prove_factor(work.db, signed_in.session.id, digest(secret), work.now)
        has = await factors.of_person(work.db, person.id)
        codes = [] if has.recovery_codes else await one_time.new_recovery_codes(work.db, person.id)
    await record_own(browser.identity.house, person, "identity.factor.added", factor=factor)
    text = given.get("ticket", "")
    ticket = await browser.read_ticket(text)
    if codes:
        response = browser.page("recovery_codes", codes=codes, onward=onward(ticket, text))
    else:
        response = browser.resume(ticket, text)
    browser.remember(response, secret)
    return response


def _totp(
    browser: Browser, person: people.Person, given: dict[str, str], seed: str, wrong: str | None
) -> Response:
    uri = one_time.provisioning_uri(seed, person.email)
    return browser.page(
        "new_totp",
        seed=seed,
        uri=uri,
        picture=one_time.qr_code(uri),
        ticket=given.get("ticket", ""),
        wrong=wrong,
    )


async def _show(browser: Browser, signed_in: SignedIn, text: str, *, wrong: str | None = None) -> Response:
    ticket = await browser.read_ticket(text)
    async with browser.identity.house.begin() as work:
        has = await factors.of_person(work.db, signed_in.person.id)
    return browser.page(
        "account",
        person=signed_in.person,
        has=has,
        passkeys_work=passkeys.relying_party(browser.identity.issuer) is not None,
        waiting=ticket.path != "/account",
        ticket=text,
        wrong=wrong,
    )


def _credential(text: str) -> bytes:
    """The id of a passkey as the page's form holds it; what cannot be one matches none."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
