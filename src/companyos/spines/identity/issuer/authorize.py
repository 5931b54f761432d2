"""The authorization endpoint: code flow with PKCE (RFC 6749 §4.1, RFC 7636, OpenID Connect Core §3.1.2).

Until client and redirect URI are known to belong together, an error is shown here; after that, it is sent back to
the client. `tenant` and `environment` are our own parameters: where the tokens are to hold.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from companyos.kernel.ids import new_id
from companyos.kernel.problems import Malformed
from companyos.kernel.work import MFA, Actor

from ..clients import CODE, Client, public_client
from ..handles import Handle
from ..rules import CHALLENGE, Asked, choose_context, next_step, redirect_allowed
from ..store import factors, grants, people, tenants
from .browser import PAGES_OF, Browser, SignedIn
from .discovery import SCOPES
from .protocol import OAuthError, once

MAX_STATE = 2048


@dataclass(frozen=True, slots=True)
class Ask:
    """A valid authorization request."""

    client: Client
    redirect_uri: str
    state: str | None
    nonce: str | None
    scope: str
    code_challenge: str
    prompt: frozenset[str]
    max_age: int | None
    mfa: bool
    tenant: str | None
    environment: str | None

    def asked(self, at: datetime) -> Asked:
        return Asked(self.mfa, self.max_age, "login" in self.prompt, at)


async def authorize(request: Request) -> Response:
    """Begin: a client sent the browser here."""
    query = (await request.body()).decode(errors="replace") if request.method == "POST" else request.url.query
    return await _answer(Browser.of(request), query, None, datetime.now(UTC))


async def resume(request: Request) -> Response:
    """Go on after a page of ours; the ticket holds the request that began it."""
    browser = Browser.of(request)
    text = request.query_params.get("ticket")
    ticket = await browser.read_ticket(text)
    if ticket.path != "/oauth/authorize":
        return browser.page(
            "message",
            status=400,
            title="This sign-in took too long",
            text="Go back to the application and sign in again.",
        )
    return await _answer(browser, ticket.query, text, ticket.at)


async def _answer(browser: Browser, query: str, ticket: str | None, at: datetime) -> Response:
    try:
        given = once(query)
        client, redirect_uri = _destination(browser, given)
    except (Malformed, OAuthError) as error:
        return browser.page("message", status=400, title="This sign-in cannot begin", text=str(error))
    state = given.get("state")
    try:
        ask = _read(given, client, redirect_uri)
        return await _step(browser, ask, query, ticket, at)
    except OAuthError as error:
        told = {"error": error.error, "error_description": error.description}
        return _send_back(browser, redirect_uri, state, told)


def _destination(browser: Browser, given: dict[str, str]) -> tuple[Client, str]:
    """Who asks and where the answer goes; raises unless the two belong together."""
    if browser.identity.house.settings.issuer:
        raise OAuthError("invalid_request", f"People sign in at {browser.identity.house.settings.issuer}.")
    client = public_client(browser.identity.house, given.get("client_id", ""))
    if client is None or CODE not in client.grants:
        raise OAuthError("invalid_request", "No such application is registered here.")
    redirect_uri = given.get("redirect_uri", "")
    if not redirect_allowed(redirect_uri, client.redirect_uris):
        raise OAuthError("invalid_request", f"This return address is not registered for {client.name}.")
    return client, redirect_uri


def _read(given: dict[str, str], client: Client, redirect_uri: str) -> Ask:
    for refused, error in (
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
    ):
        if refused in given:
            raise OAuthError(error, f"The parameter {refused} is not supported.")
    if given.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "Only response_type=code is supported.")
    if given.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", "Only response_mode=query is supported.")
    challenge = given.get("code_challenge", "")
    if given.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
        raise OAuthError("invalid_request", "PKCE with code_challenge_method=S256 is required.")
    if len(given.get("state", "")) > MAX_STATE or len(given.get("nonce", "")) > MAX_STATE:
        raise OAuthError("invalid_request", f"state and nonce hold up to {MAX_STATE} characters.")
    prompt = frozenset(given.get("prompt", "").split())
    if not prompt <= {"none", "login", "consent", "select_account"} or ("none" in prompt and len(prompt) > 1):
        raise OAuthError("invalid_request", "prompt is none or login.")
    return Ask(
        client=client,
        redirect_uri=redirect_uri,
        state=given.get("state"),
        nonce=given.get("nonce"),
        scope=known_scope(given.get("scope", "")),
        code_challenge=challenge,
        prompt=prompt,
        max_age=read_max_age(given),
        mfa=MFA in given.get("acr_values", "").split(),
        tenant=given.get("tenant"),
        environment=given.get("environment"),
    )


def read_max_age(given: dict[str, str]) -> int | None:
    """`max_age` in seconds, if asked for."""
    text = given.get("max_age")
    if text is not None and not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise OAuthError("invalid_request", "max_age is a number of seconds.")
    return int(text) if text is not None else None


def known_scope(scope: str) -> str:
    """The scopes that we know, each once; unknown ones are ignored (OpenID Connect Core §3.1.2.1)."""
    asked = scope.split()
    return " ".join(s for s in SCOPES if s in asked)


async def _step(browser: Browser, ask: Ask, query: str, ticket: str | None, at: datetime) -> Response:
    """Send the person to what is missing, or the code to the client."""
    identity = browser.identity
    signed_in = await browser.signed_in()
    has_factors = False
    if signed_in:
        async with identity.house.begin() as work:
            has_factors = bool(await factors.of_person(work.db, signed_in.person.id))
    step = next_step(
        signed_in.session.proof if signed_in else None,
        ask.asked(at),
        factors=has_factors,
        always=identity.settings.second_factor == "always",
        now=datetime.now(UTC),
    )
    if step == "issue" and signed_in:
        return await _issue(browser, ask, signed_in)
    if "none" in ask.prompt:
        error = "login_required" if step == "password" else "interaction_required"
        raise OAuthError(error, "The person has to do something first.")
    ticket = ticket or await browser.ticket("/oauth/authorize", query, at)
    return browser.go(f"{PAGES_OF[step]}?ticket={ticket}")


async def _issue(browser: Browser, ask: Ask, signed_in: SignedIn) -> Response:
    person, session = signed_in.person, signed_in.session
    async with browser.identity.house.begin(actor=Actor("person", str(person.id), person.name)) as work:
        context = choose_context(
            await people.memberships(work.db, person.id),
            tenant=ask.tenant,
            environment=ask.environment,
            last=(person.last_tenant, person.last_environment),
        )
        if context is None:
            raise OAuthError("access_denied", "You are not a member of this tenant and environment.")
        membership, environment = context
        handle = Handle.new(membership.tenant)
        await tenants.enter(work.db, membership.tenant)
        await grants.add_code(
            work.db,
            grants.Code(
                tenant_id=membership.tenant,
                hash=handle.hash,
                grant_id=new_id(),
                person_id=person.id,
                session_id=session.id,
                client_id=ask.client.id,
                redirect_uri=ask.redirect_uri,
                code_challenge=ask.code_challenge,
                nonce=ask.nonce,
                scope=ask.scope,
                environment=environment,
                acr=session.proof.acr,
                auth_time=session.proof.auth_time,
                expires_at=work.now + timedelta(seconds=browser.identity.settings.code_seconds),
                used_at=None,
            ),
        )
        await people.remember_context(work.db, person.id, membership.tenant, environment)
    return _send_back(browser, ask.redirect_uri, ask.state, {"code": str(handle)})


def _send_back(browser: Browser, redirect_uri: str, state: str | None, told: dict[str, str]) -> Response:
    """Answer the client through the browser; `iss` says who answers (RFC 9207)."""
    answer = {**told, **({"state": state} if state is not None else {}), "iss": browser.identity.issuer}
    separator = "&" if urlsplit(redirect_uri).query else "?"
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(f"{redirect_uri}{separator}{urlencode(answer)}", 303, headers)
