"""Every control of every screen, for every persona: the screen allows what the server decides."""

import asyncio
from typing import Any

import pytest

from .conftest import Arrive
from .crawl import HELD, Crawl

PERSONAS = ("petra", "sami", "ana", "theo", "fay", "uma", "alice")
"""One of each role at home, and the administrator of the other tenant."""
REFUSED = {"allowed": False, "reasons": [{"remedy": None}]}


@pytest.mark.timeout(300)
async def test_what_every_control_shows_is_what_the_server_decides(arrive: Arrive) -> None:
    few, door = asyncio.Semaphore(2), asyncio.Lock()  # more at once would only wait for each other
    pressed = set[Any]()

    async def crawl(name: str) -> Crawl:
        async with few:
            one = Crawl(await arrive(name), pressed=pressed)
            async with door:
                await one.enter()
            return await one.run()

    crawls = await asyncio.gather(*(crawl(name) for name in PERSONAS))
    wrong = [one for crawl in crawls for one in crawl.wrong]
    assert not wrong, "\n".join(wrong)
    for one in crawls:
        assert len(one.screens) >= 10, (one.visitor.who.name, sorted(one.screens))
        assert {answer for _, _, answer in one.ties} & {"allowed", "step_up"}, one.visitor.who.name
    assert any(answer == "refused" for one in crawls for _, _, answer in one.ties)
    assert {answer for one in crawls for _, answer in one.plans} & {"allowed", "step_up"}
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
    await crawl.look("/incidents")
    assert any("'A lie' shows allowed" in one for one in crawl.wrong), crawl.wrong
    assert any("'A wall' is off and does not say why" in one for one in crawl.wrong), crawl.wrong


async def test_a_dialog_that_offers_what_the_server_refuses_is_found(arrive: Arrive) -> None:
    visitor = await arrive("petra")
    crawl, page = Crawl(visitor), visitor.page
    await visitor.context.add_init_script(f"({HELD})()")
    await visitor.sign_in("/deployments?service=companyos-api")
    await page.locator("tbody tr").first.get_by_role("link").first.click()
    await visitor.settled()
    await page.get_by_role("button", name="Redeploy").click()
    await page.get_by_label("Why are you doing this?").wait_for()
    await page.evaluate("(decision) => (window.plan = decision)", REFUSED)
    await crawl.confirmable("here")
    assert crawl.wrong == ["Petra Lindqvist at here: the plan is refused, and its button is on"]
