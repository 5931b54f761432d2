"""Every control of every screen as who may much, who may little and the other tenant: it shows what the server decides.

A control that changes something is tied to the action it asks for (`data-action`, from kit's Act and Permitted). The
crawler holds the tie against `POST /api/v1/decisions`; that a control without a tie changes nothing, it finds out by
pressing it. A control that is off must say why.
"""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Request, Route, expect

from .conftest import Arrive
from .visitor import Visitor

PERSONAS = ("petra", "fay", "alice")
"""Who may much and who may little at home, and the administrator of the other tenant."""
PRESSES = "petra"
"""Who may press everything: what is not tied to an action is the same for all."""
ELSEWHERE = ("/account", "/sign", "/oauth", "/device", "/api")
"""Addresses that are no screens of the console."""
READS = re.compile(
    r"/api/v1/(decisions(/why)?|preflights|why|simulations|policies/.*(simulat|check|diff)|.*/dry-runs?)$"
)
"""Requests that ask with a body and change nothing."""
LOADING = "h1[data-left], [aria-busy=true], [data-decision=asking]"
WHY = '[role=dialog][aria-label="Why can\'t I?"]'

SEEN = """() => {
  const words = (one) => (one.getAttribute("aria-label") || one.innerText || one.title || "").trim().split("\\n")[0];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const off = (one) => (one.disabled || one.ariaDisabled === "true") && !one.dataset.loading;
  const place = (one) => (one.closest("[role=dialog]") ? "dialog" : one.closest("main") ? "page" : "shell");
  const tied = [...document.querySelectorAll("[data-action]")].map((one) => ({
    action: one.dataset.action, on: one.dataset.on, decision: one.dataset.decision, label: words(one),
    button: one.tagName === "BUTTON", off: off(one), why: one.getAttribute("aria-description"),
  }));
  const controls = "button, [role=button], [role=switch], [role=tab], input[type=checkbox], input[type=radio]";
  const first = (one) => !one.closest("tbody tr:not(:first-child), li:not(:first-child)");
  window.loose = [...document.querySelectorAll(controls)]
    .filter((one) => shown(one) && !one.matches("[data-action]") && !one.closest(".reasons"));
  const loose = window.loose.map((one) => ({
    label: words(one), off: off(one), why: one.getAttribute("aria-description"), place: place(one), first: first(one),
    form: Boolean(one.closest("form, [role=dialog], label")),
    tab: one.role === "tab" && (one.ariaSelected === "true" ? "open" : "shut"),
  }));
  const links = [...document.querySelectorAll("a[href]")].map(({ href }) => href);
  return { tied, loose, links };
}"""
PRESS = "(number) => window.loose[number].click()"
GO = """(to) => {
  const away = new URL(to).pathname !== location.pathname;
  for (const one of away ? document.querySelectorAll("h1") : []) one.dataset.left = "yes";
  history.pushState({}, "", to);
}"""


@dataclass
class Crawl:
    """One persona on the way through every screen: `wrong` did not agree, `ties` were held to the server."""

    visitor: Visitor
    wrong: list[str] = field(default_factory=list)
    ties: set[tuple[str, str, str]] = field(default_factory=set)
    screens: set[str] = field(default_factory=set)
    _explained: set[str] = field(default_factory=set)
    _pressed: set[str] = field(default_factory=set)
    _changes: list[str] = field(default_factory=list)

    async def run(self, *starts: str) -> "Crawl":
        """Sign in and walk from the starts along every link to one screen of each kind."""
        visitor = self.visitor
        await visitor.sign_in()
        if visitor.who.name.lower().startswith(PRESSES):
            await visitor.page.route(re.compile(r"/api/v1/"), self._hold_back)
        waiting = [visitor.page.url, *(visitor.url + start for start in starts)]
        while waiting:
            address = waiting.pop(0)
            kind = kind_of(address)
            if kind in self.screens or not address.startswith(visitor.url):
                continue
            self.screens.add(kind)
            waiting += await self._screen(kind, address)
        return self

    async def _screen(self, kind: str, address: str) -> list[str]:
        await self._go(address)
        seen = await self._look(kind)
        links = list(seen["links"])
        for tab in [one["label"] for one in seen["loose"] if one["tab"] == "shut"]:
            await self.visitor.page.get_by_role("tab", name=tab, exact=True).first.click()
            links += (await self._look(f"{kind} {tab}"))["links"]
        if self.visitor.who.name.lower().startswith(PRESSES):
            await self._press(kind, address)
        return [link for link in links if not urlsplit(link).path.startswith(ELSEWHERE)]

    async def _go(self, address: str) -> None:
        if address != self.visitor.page.url:
            await self.visitor.page.evaluate(GO, address)
        await self._settled()

    async def _settled(self) -> None:
        await expect(self.visitor.page.get_by_role("heading", level=1).first).to_be_visible()
        await expect(self.visitor.page.locator(LOADING)).to_have_count(0)

    async def _look(self, kind: str) -> Any:
        """Hold what the screen shows against what the server decides."""
        seen = await self._seen()
        for one in seen["loose"]:
            if one["off"] and not one["why"] and not one["form"]:
                self._say(kind, f"{one['label']!r} is off and does not say why")
        await self._compare(kind, seen["tied"])
        for one in seen["tied"]:
            if one["decision"] == "refused" and one["button"]:
                await self._ask_why(kind, one)
            elif one["button"] and one["off"] and not one["why"]:
                self._say(kind, f"{one['label']!r} is off though the server allows it, and does not say why")
        return seen

    async def _seen(self) -> Any:
        """What there is, once nothing of it is still waiting for its decision."""
        for _ in range(20):
            await self._settled()
            seen = await self.visitor.page.evaluate(SEEN)
            if all(one["decision"] != "asking" for one in seen["tied"]):
                break
        return seen

    async def _compare(self, kind: str, tied: list[Any]) -> None:
        asked = [one for one in tied if (one["action"], one["on"], one["decision"]) not in self.ties]
        if not asked:
            return
        status, told = await self.visitor.ask(
            "/decisions", "POST", {"checks": [check_of(one) for one in asked]}
        )
        assert status == 200, told
        for one, decision in zip(asked, told["items"], strict=True):
            expected = answer_of(decision)
            if one["decision"] != expected:
                self._say(kind, f"{one['label']!r} shows {one['decision']}, {one['action']} is {expected}")
            self.ties.add((one["action"], one["on"], expected))

    async def _ask_why(self, kind: str, one: Any) -> None:
        """A refused control opens its reasons, and Escape closes them."""
        if one["action"] in self._explained:
            return
        self._explained.add(one["action"])
        page = self.visitor.page
        button = page.locator(f'button[data-action="{one["action"]}"][data-decision=refused]').first
        await button.click()
        why = page.locator(WHY)
        try:
            await expect(why.locator(".reasons")).to_contain_text(re.compile(r"\w+ \w+"))
        except AssertionError:
            self._say(kind, f"{one['label']!r} is refused and does not open why")
        await page.keyboard.press("Escape")
        await expect(why).to_have_count(0)

    async def _press(self, kind: str, address: str) -> None:
        """Press each control that is tied to no action: whatever it does, it may change nothing."""
        page = self.visitor.page
        while (place := self._next_to_press((await self._seen())["loose"])) is not None:
            label, number = place
            await page.evaluate(PRESS, number)
            await self._settled()
            if await page.get_by_role("dialog").count():
                await self._look(f"{kind} › {label}")
                await page.keyboard.press("Escape")
            if self._changes:
                self._say(kind, f"{label!r} is tied to no action and sent {self._changes}")
                self._changes.clear()
            await self._go(address)

    def _next_to_press(self, loose: list[Any]) -> tuple[str, int] | None:
        """Label and number of the next control that was not pressed on any screen; one row stands for all."""
        for number, one in enumerate(loose):
            new = one["label"] not in self._pressed and not one["tab"]
            if one["place"] == "page" and not one["off"] and one["first"] and new:
                self._pressed.add(one["label"])
                return one["label"], number
        return None

    async def _hold_back(self, route: Route, request: Request) -> None:
        if request.method in ("GET", "HEAD") or READS.search(urlsplit(request.url).path):
            await route.continue_()
            return
        self._changes.append(f"{request.method} {urlsplit(request.url).path}")
        await route.fulfill(status=503, json={"title": "Held back by the test", "status": 503, "reasons": []})

    def _say(self, kind: str, what: str) -> None:
        self.wrong.append(f"{self.visitor.who.name} at {kind}: {what}")


def check_of(one: Any) -> dict[str, str]:
    """The check that a tied control stands for."""
    type_, _, id_ = one["on"].partition(":")
    return {"action": one["action"], **({"type": type_, "id": id_} if id_ else {})}


def answer_of(decision: Any) -> str:
    """What a control shows of a decision: refusals that only a step-up stands behind leave it on."""
    if decision["allowed"]:
        return "allowed"
    remedies = [(reason["remedy"] or {}).get("kind") for reason in decision["reasons"]]
    return "step_up" if remedies and set(remedies) == {"step_up"} else "refused"


def kind_of(address: str) -> str:
    """One screen stands for all of its kind: `/services/payments-api` is `/services/*`."""
    first, *rest = urlsplit(address).path.strip("/").split("/")
    return "/" + "/".join([first, *("*" for _ in rest)])


@pytest.mark.timeout(300)
async def test_what_every_control_shows_is_what_the_server_decides(arrive: Arrive) -> None:
    few = asyncio.Semaphore(2)  # more at once would only wait for each other

    async def crawl(name: str) -> Crawl:
        async with few:
            return await Crawl(await arrive(name)).run()

    crawls = await asyncio.gather(*(crawl(name) for name in PERSONAS))
    wrong = [one for crawl in crawls for one in crawl.wrong]
    assert not wrong, "\n".join(wrong)
    for one in crawls:
        assert len(one.screens) >= 10, (one.visitor.who.name, sorted(one.screens))
        assert {answer for _, _, answer in one.ties} & {"allowed", "step_up"}, one.visitor.who.name
    assert any(answer == "refused" for one in crawls for _, _, answer in one.ties)
    home, other = crawls[0], crawls[-1]
    own = {on for _, on, _ in home.ties if on} & {on for _, on, _ in other.ties if on}
    assert not own, f"both tenants act on {own}"


async def test_a_control_that_lies_or_is_tied_to_nothing_is_found(arrive: Arrive) -> None:
    visitor = await arrive("fay")
    crawl = Crawl(visitor)
    await visitor.sign_in("/incidents")
    await visitor.page.evaluate("""() => {
      const make = (words, data, off) => {
        const button = Object.assign(document.createElement("button"), { innerText: words, disabled: off });
        Object.assign(button.dataset, data);
        document.querySelector("main").append(button);
      };
      make("A lie", { action: "operations:incident.open", on: "", decision: "allowed" }, false);
      make("A wall", {}, true);
    }""")
    await crawl._look("/incidents")
    assert any("'A lie' shows allowed" in one for one in crawl.wrong), crawl.wrong
    assert any("'A wall' is off and does not say why" in one for one in crawl.wrong), crawl.wrong
