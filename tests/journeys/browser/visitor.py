"""A person at a browser: signs in, walks about, proves who they are, and notices everything that goes wrong."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyotp
from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

from companyos.kernel.demo import PASSWORD, PEOPLE, DemoPerson

ASK = """async ({ path, method, body }) => {
  const open = indexedDB.open("companyos");
  await new Promise((done) => (open.onsuccess = done));
  const read = open.result.transaction("kept").objectStore("kept").get("tokens");
  await new Promise((done) => (read.onsuccess = done));
  open.result.close();
  const { token } = Object.values(read.result.access).at(-1);
  const headers = { Authorization: `Bearer ${token}`, "Idempotency-Key": crypto.randomUUID() };
  if (body !== null) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body === null ? null : JSON.stringify(body) });
  return { status: response.status, body: await response.json().catch(() => null) };
}"""
WALK = """(to) => {
  const away = new URL(to).pathname !== location.pathname;
  for (const one of away ? document.querySelectorAll("h1") : []) one.dataset.left = "yes";
  history.pushState({}, "", to);
}"""
STEP = 30  # seconds of one TOTP code (RFC 6238)
_used: dict[str, int] = {}


def person(name: str) -> DemoPerson:
    """The demo person of that first name."""
    return next(one for one in PEOPLE if one.name.lower().startswith(name))


async def code_of(who: DemoPerson) -> str:
    """A one-time code that this run has not used yet, good for half a minute; waits for the next when all are used."""
    step = max(_used.get(who.email, 0) + 1, int(time.time()) // STEP)
    while step > int(time.time()) // STEP + 1:
        await asyncio.sleep(0.5)
    _used[who.email] = step
    return pyotp.TOTP(who.totp_secret).generate_otp(step)


@dataclass  # without slots: Playwright keeps notes on the methods that listen
class Visitor:
    """One person in one browser context with one page. `faults` fills by itself; a test says which it expects."""

    who: DemoPerson
    context: BrowserContext
    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    @classmethod
    async def arrive(cls, who: DemoPerson, context: BrowserContext, url: str) -> "Visitor":
        page = await context.new_page()
        visitor = cls(who, context, page, url)
        page.on("console", visitor._console)
        page.on("pageerror", lambda error: visitor.faults.append(f"exception: {error}"))
        page.on("requestfailed", visitor._failed)
        page.on("response", visitor._answered)
        return visitor

    async def sign_in(self, path: str = "/") -> None:
        """Open a page of the console, be sent to sign in, and come back to it."""
        await self.page.goto(self.url + path)
        await self.give_password()
        await self.settled()

    async def give_password(self) -> None:
        """Fill in the issuer's sign-in page."""
        await self.page.get_by_label("Email").fill(self.who.email)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in").click()

    async def step_up(self) -> None:
        """Give a one-time code on the issuer's page."""
        await self.page.get_by_label("Code from your authenticator app").fill(await code_of(self.who))
        await self.page.get_by_role("button", name="Confirm").click()

    async def go(self, path: str, **words: str) -> None:
        """Open a page of the console by its address."""
        await self.page.goto(f"{self.url}{path}{'?' + urlencode(words) if words else ''}")
        await self.settled()

    async def walk(self, path: str) -> None:
        """Go to a page of the console as its links do: what is loaded stays loaded."""
        await self.page.evaluate(WALK, self.url + path)
        await self.settled()

    async def ask(self, path: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
        """Call the API with the token that this browser holds; the status and the JSON of the answer."""
        answer = await self.page.evaluate(ASK, {"path": f"/api/v1{path}", "method": method, "body": body})
        return answer["status"], answer["body"]

    async def settled(self) -> None:
        """Until the console's page has a heading and nothing on it is still loading."""
        await self.page.locator("#root").wait_for(state="attached")  # the issuer's pages have headings, too
        await expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        await expect(self.page.locator("[aria-busy=true], h1[data-left]")).to_have_count(0)

    def expect_faults(self, *parts: str) -> None:
        """Forget the faults that contain one of `parts`; every other is a failure."""
        left = [fault for fault in self.faults if not any(part in fault for part in parts)]
        self.faults.clear()
        assert not left, "\n".join([f"{self.who.name} at {self.page.url}:", *left])

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _failed(self, request: Request) -> None:
        # A page that is left cancels what it no longer needs (design: in-flight queries are cancelled).
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.method} {path_of(request.url)} ({request.failure})")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(
                f"{response.status}: {response.request.method} {path_of(response.request.url)}"
            )


def path_of(url: str) -> str:
    """Path and query of a URL."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
