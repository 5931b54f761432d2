"""The first sign-in of an invited person: email, one-time code, and a password of their own."""

from starlette.requests import Request
from starlette.responses import Response

from .. import throttle
from ..handles import digest
from ..store import people
from .browser import Browser
from .own_acts import record_own
from .sign_in import MAX_PASSWORD

WRONG = "Email or one-time code is not right, or the code has expired. Ask for a new invitation."


async def first_sign_in_page(request: Request) -> Response:
    """Ask for the one-time code and a password."""
    return Browser.of(request).page("first_sign_in", email="", wrong=None, shortest=_shortest(request))


async def first_sign_in(request: Request) -> Response:
    """Use the code up, set the password, open a session."""
    browser = Browser.of(request)
    house = browser.identity.house
    given = await browser.checked_form()
    if given is None or house.settings.issuer:
        return browser.forged()
    email, password = given.get("email", "")[:254], given.get("password", "")
    shortest = _shortest(request)

    def again(status: int, sentence: str) -> Response:
        return browser.page("first_sign_in", status=status, email=email, wrong=sentence, shortest=shortest)

    if not shortest <= len(password) <= MAX_PASSWORD:
        return again(422, f"Choose a password of {shortest} to {MAX_PASSWORD} characters.")
    keys = (throttle.account_key(email), throttle.address_key(browser.address))
    wait = await throttle.attempt(house, *keys)
    if wait:
        return again(429, f"Too many attempts. Try again in {wait} seconds.")
    hashed = await browser.identity.passwords.hash(password)
    code = "".join(c for c in given.get("code", "").upper() if c.isalnum())
    async with house.begin() as work:
        person = await people.by_email(work.db, email)
        right = person is not None and await people.take_invitation(
            work.db, digest(code), person.id, work.now
        )
        if person is not None and right:
            await throttle.forgive(work.db, *keys)
            if person.password is None:
                await people.set_password(work.db, person.id, hashed)
    if person is None or not right:
        return again(401, WRONG)
    if (
        person.password is not None
    ):  # a member of another tenant already: the code must not replace a password
        return browser.page(
            "message", title="You have an account", text="Sign in with the password that you already have."
        )
    await record_own(house, person, "identity.password.set")
    _, secret = await browser.open_session(person)
    response = browser.go("/")
    browser.remember(response, secret)
    return response


def _shortest(request: Request) -> int:
    return Browser.of(request).identity.settings.password_length
