"""The page on which a person lets a device sign in (RFC 8628 §3.3): type the code, see who asks, say yes or no."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from .. import throttle
from ..clients import public_client
from ..rules import Asked, next_step
from ..store import devices, factors
from .browser import PAGES_OF, Browser, SignedIn
from .device import LETTERS

UNKNOWN = "There is no such code, or it has expired. Check it on your device."


async def device_page(request: Request) -> Response:
    """Ask for the code, or for approval when the address already holds it."""
    browser = Browser.of(request)
    signed_in = await browser.signed_in()
    if signed_in is None:
        ticket = await browser.ticket("/device", request.url.query, datetime.now(UTC))
        return browser.go(f"/sign-in?ticket={ticket}")
    typed = request.query_params.get("user_code")
    return await _ask(browser, signed_in, typed) if typed else _form(browser)


async def answer_device(request: Request) -> Response:
    """Take the typed code, or the person's yes or no."""
    browser = Browser.of(request)
    given = await browser.checked_form()
    if given is None:
        return browser.forged()
    signed_in = await browser.signed_in()
    if signed_in is None:
        ticket = await browser.ticket("/device", "", datetime.now(UTC))
        return browser.go(f"/sign-in?ticket={ticket}")
    typed = given.get("user_code", "")
    if "answer" not in given:
        return await _ask(browser, signed_in, typed)
    return await _settle(browser, signed_in, typed, given["answer"] == "yes")


async def _settle(browser: Browser, signed_in: SignedIn, typed: str, yes: bool) -> Response:
    session = signed_in.session
    async with browser.identity.house.begin() as work:
        device = await devices.waiting(work.db, _normal(typed), work.now)
        if device is None:
            return _form(browser, typed, UNKNOWN)
        has = await factors.of_person(work.db, session.person_id)
        if not yes:
            await devices.deny(work.db, device)
        elif _missing(browser, signed_in, device, bool(has)) is None:
            await devices.approve(work.db, device, session.person_id, session.id, session.proof)
        else:
            return browser.go(f"/device?user_code={device.user_code}")
    if yes:
        return browser.page("message", title="Your device is signed in", text="You can close this page.")
    return browser.page("message", title="Refused", text="The device was not signed in.")


async def _ask(browser: Browser, signed_in: SignedIn, typed: str) -> Response:
    """Show which application wants in. Guessing codes is throttled like guessing passwords."""
    key = ("device", str(signed_in.person.id))
    wait = await throttle.attempt(browser.identity.house, key)
    if wait:
        return _form(browser, typed, f"Too many attempts. Try again in {wait} seconds.", status=429)
    async with browser.identity.house.begin() as work:
        device = await devices.waiting(work.db, _normal(typed), work.now)
        has = await factors.of_person(work.db, signed_in.person.id)
        if device is not None:
            await throttle.forgive(work.db, key)
    client = public_client(browser.identity.house, device.client_id) if device else None
    if device is None or client is None:
        return _form(browser, typed, UNKNOWN, status=404)
    step = _missing(browser, signed_in, device, bool(has))
    if step is not None:
        ticket = await browser.ticket("/device", f"user_code={device.user_code}", datetime.now(UTC))
        return browser.go(f"{step}?ticket={ticket}")
    return browser.page("device_confirm", device=device, client=client, person=signed_in.person)


def _missing(browser: Browser, signed_in: SignedIn, device: devices.Device, has: bool) -> str | None:
    """The page on which the person has to prove more first; None when nothing is missing."""
    step = next_step(
        signed_in.session.proof,
        Asked(device.mfa, device.max_age, False, device.created_at),
        factors=has,
        always=browser.identity.settings.second_factor == "always",
        now=datetime.now(UTC),
    )
    return None if step == "issue" else PAGES_OF[step]


def _form(browser: Browser, typed: str = "", wrong: str | None = None, *, status: int = 200) -> Response:
    return browser.page("device", status=status, user_code=typed[:16], wrong=wrong)


def _normal(typed: str) -> str:
    """People type codes in lower case and without the dash."""
    letters = "".join(c for c in typed.upper() if c in LETTERS)
    return f"{letters[:4]}-{letters[4:8]}"
