"""The walk of one person through every screen: what each control shows is held to what the server decides.

A control that changes something is tied to the action it asks for (`data-action`, from kit's Act and Permitted). The
crawler holds the tie against `POST /api/v1/decisions`. It presses what is on: a dialog that tells a plan may be
confirmed exactly when the server's decision on that plan lets it; a control without a tie changes nothing. A control
that is off must say why. Nothing is changed: the page's requests to change something are answered with 503.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import expect

from .conftest import PATIENCE
from .visitor import Visitor

PRESSES = "petra"
"""Who may press everything: what is not tied to an action is the same for all."""
ELSEWHERE = ("/account", "/sign", "/oauth", "/device", "/api")
"""Addresses that are no screens of the console."""
CONFIRM = "button:has(:text-is('Cancel')) + button"
WHY = '[role=dialog][aria-label="Why can\'t I?"]'

SEEN = """() => {
  const words = (one) => (one.getAttribute("aria-label") || one.innerText || one.title || "").trim().split("\\n")[0];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const off = (one) => (one.disabled || one.ariaDisabled === "true") && !one.dataset.loading;
  const place = (one) => (one.closest("[role=dialog]") ? "dialog" : one.closest("main") ? "page" : "shell");
  const rowOf = (one) => one.closest("tbody tr, li");
  const states = (row) => [...row.querySelectorAll("[class*=tone-]")].map((one) => one.innerText).join(", ");
  const stands = (row) => row === [...row.parentElement.children].find((other) => states(other) === states(row));
  window.controls = [];
  const about = (one) => ({
    number: window.controls.push(one) - 1,
    label: words(one), off: off(one), why: one.getAttribute("aria-description"), place: place(one),
    row: rowOf(one) && states(rowOf(one)), sample: !rowOf(one) || stands(rowOf(one)),
  });
  const tied = [...document.querySelectorAll("[data-action]")].map((one) => ({
    ...about(one),
    action: one.dataset.action, on: one.dataset.on, decision: one.dataset.decision,
    button: one.tagName === "BUTTON" && shown(one),
  }));
  const controls = "button, [role=button], [role=switch], [role=tab], input[type=checkbox], input[type=radio]";
  const loose = [...document.querySelectorAll(controls)]
    .filter((one) => shown(one) && !one.matches("[data-action]") && !one.closest(".reasons"))
    .map((one) => ({
      ...about(one),
      form: Boolean(one.closest("form, [role=dialog], label")),
      tab: one.role === "tab" && (one.ariaSelected === "true" ? "open" : "shut"),
    }));
  const links = [...document.querySelectorAll("a[href]")].map(({ href }) => href);
  return { tied, loose, links };
}"""
PRESS = "(number) => window.controls[number].click()"
HELD = """() => {
  const real = window.fetch;
  const reads = /\\/(decisions|why|simulations?|simulate|check|diff|dry-runs?|preflights?)$/;
  Object.assign(window, { sent: [], plan: null });
  window.fetch = async (...asked) => {
    const request = new Request(...asked);
    const { pathname } = new URL(request.url);
    const asks = request.method === "GET" || reads.test(pathname) || !pathname.startsWith("/api/v1/");
    if (!asks) {
      window.sent.push(`${request.method} ${pathname}`);
      return Response.json({ title: "Held back by the test", status: 503, reasons: [] }, { status: 503 });
    }
    const answer = await real(request);
    if (/\\/preflights?$/.test(pathname)) window.plan = (await answer.clone().json()).decision ?? null;
    return answer;
  };
}"""
"""Requests that change something go nowhere; the decision on the plan that was told last is kept."""
TAKE = """() => {
  const taken = { sent: window.sent, plan: window.plan };
  Object.assign(window, { sent: [], plan: null });
  return taken;
}"""
GO = "(to) => history.pushState({}, '', to)"
SETTLED = """async (patience) => {
  const over = Date.now() + patience;
  for (; Date.now() < over; await new Promise((done) => setTimeout(done, 25))) {
    const heads = [...document.querySelectorAll("h1")];
    const left = heads.some(({ dataset: { at } }) => at && at !== location.pathname);
    if (!heads.length || left || document.querySelector("[aria-busy=true], [data-decision=asking]")) continue;
    for (const one of heads) one.dataset.at = location.pathname;
    return true;
  }
  return false;
}"""
"""Waits until this address has its own heading, not that of the page that is left, and nothing is loading."""


@dataclass
class Crawl:
    """One persona on every screen: `ties` and `plans` were held to the server, `wrong` did not agree.

    Crawls that share what they `pressed` press what is alike once: the same action with the same answer in a row of the
    same state opens the same dialog, whoever it is.
    """

    visitor: Visitor
    wrong: list[str] = field(default_factory=list)
    ties: set[tuple[str, str, str]] = field(default_factory=set)
    screens: set[str] = field(default_factory=set)
    _explained: set[str] = field(default_factory=set)
    plans: set[tuple[str, str]] = field(default_factory=set)
    pressed: set[Any] = field(default_factory=set)

    async def enter(self) -> None:
        """Sign in; from here on nothing is changed."""
        await self.visitor.context.add_init_script(f"({HELD})()")
        await self.visitor.sign_in()

    async def run(self, *starts: str) -> "Crawl":
        """From the first page and the starts along every link to one screen of each kind."""
        visitor = self.visitor
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
        seen = await self.look(kind)
        links = list(seen["links"])
        for tab in [one["label"] for one in seen["loose"] if one["tab"] == "shut"]:
            await self.visitor.page.get_by_role("tab", name=tab, exact=True).first.click()
            links += (await self.look(f"{kind} {tab}"))["links"]
        await self._press(kind, address)
        return [link for link in links if not urlsplit(link).path.startswith(ELSEWHERE)]

    async def _go(self, address: str) -> None:
        if address != self.visitor.page.url:
            await self.visitor.page.evaluate(GO, address)
        await self._settled()

    async def _settled(self) -> None:
        page = self.visitor.page
        assert await page.evaluate(SETTLED, PATIENCE), f"{page.url} goes on loading"

    async def look(self, kind: str) -> Any:
        """Hold what the screen shows against what the server decides."""
        seen = await self._seen()
        for one in seen["loose"]:
            if one["off"] and not one["why"] and not one["form"]:
                self.say(kind, f"{one['label']!r} is off and does not say why")
        await self._compare(kind, seen["tied"])
        covered = any(one["place"] == "dialog" for one in [*seen["loose"], *seen["tied"]])
        for one in seen["tied"]:
            if covered and one["place"] != "dialog":  # behind the dialog: looked at when there was none
                continue
            if one["decision"] == "refused" and one["button"]:
                await self._ask_why(kind, one)
            elif one["button"] and one["off"] and not one["why"]:
                self.say(kind, f"{one['label']!r} is off though the server allows it, and does not say why")
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
                self.say(kind, f"{one['label']!r} shows {one['decision']}, {one['action']} is {expected}")
            self.ties.add((one["action"], one["on"], expected))

    async def _ask_why(self, kind: str, one: Any) -> None:
        """A refused control opens its reasons, and Escape closes them."""
        page = self.visitor.page
        button = page.locator(f'button[data-action="{one["action"]}"][data-decision=refused]').first
        if one["action"] in self._explained or not await button.count():  # it may have gone since
            return
        self._explained.add(one["action"])
        await button.click()
        why = page.locator(WHY)
        try:
            await expect(why.locator(".reasons")).to_contain_text(re.compile(r"\w+ \w+"))
        except AssertionError:
            self.say(kind, f"{one['label']!r} is refused and does not open why")
        await page.keyboard.press("Escape")
        await expect(why).to_have_count(0)

    async def _press(self, kind: str, address: str) -> None:
        """Press what is on: a dialog offers what the server decides, and what is tied to no action changes nothing."""
        page = self.visitor.page
        while (one := self._next_to_press(await self._seen())) is not None:
            await page.evaluate(PRESS, one["number"])
            await self._settled()
            where = f"{kind} › {one['label']}"
            if await page.get_by_role("dialog").count():
                await self.look(where)
                await self.confirmable(where)
                await page.keyboard.press("Escape")
                await expect(page.get_by_role("dialog")).to_have_count(0)
            sent = (await page.evaluate(TAKE))["sent"]
            if sent and "action" not in one:
                self.say(where, f"it is tied to no action and sent {sent}")
            await self._go(address)

    async def confirmable(self, where: str) -> None:
        """A dialog that tells a plan can be confirmed exactly when the server lets that plan be carried out."""
        decision = (await self.visitor.page.evaluate(TAKE))["plan"]
        if decision is None:
            return
        dialog = self.visitor.page.get_by_role("dialog").last
        await dialog.get_by_role("textbox").last.fill("To see whether it could be done")
        answer, on = answer_of(decision), await dialog.locator(CONFIRM).is_enabled()
        self.plans.add((where, answer))
        if on != (answer != "refused"):
            self.say(where, f"the plan is {answer}, and its button is {'on' if on else 'off'}")

    def _next_to_press(self, seen: Any) -> Any | None:
        """The next control that was not pressed on any screen; a row stands for all that show the same states."""
        everything = self.visitor.who.name.lower().startswith(PRESSES)
        for one in [*seen["tied"], *seen["loose"]]:
            if one["place"] != "page" or one["off"] or not one["sample"]:
                continue
            if "action" in one:
                key: Any = (one["action"], one["decision"], one["row"])
                wanted = one["button"] and one["decision"] in ("allowed", "step_up")
            else:
                key, wanted = one["label"], not one["tab"] and (everything or one["row"] is not None)
            if wanted and key not in self.pressed:
                self.pressed.add(key)
                return one
        return None

    def say(self, kind: str, what: str) -> None:
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
