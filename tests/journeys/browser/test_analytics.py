"""Analytics in the console: each journey walks through pages of its own and looks for what a person would."""

import re
from typing import Any
from uuid import uuid4

from httpx import AsyncClient
from playwright.async_api import Page, Response, expect

from .conftest import Arrive
from .test_pages import violations
from .visitor import Visitor


async def test_a_question_is_built_quoted_asked_and_refused_with_its_reason(arrive: Arrive) -> None:
    alice = await arrive("alice", bypass_csp=True)  # an administrator; for axe
    page = alice.page
    await alice.sign_in("/analytics/explore")
    await expect(page.get_by_text("Reads at most").first).to_be_visible()
    await page.get_by_role("combobox", name="By").click()
    await page.get_by_role("option", name="day").click()
    await expect(page.get_by_role("textbox", name="SQL")).to_have_value(
        "SELECT date_trunc('day', at) AS day, count(*) AS uses\nFROM analytics.events\nGROUP BY 1\nORDER BY 1"
    )
    await page.get_by_role("button", name="Ask", exact=True).click()
    answer = page.get_by_role("region", name="Answer")
    await expect(answer.get_by_text("uses", exact=True)).to_be_visible()
    await expect(answer.get_by_role("figure", name="uses by day")).to_be_visible()
    await alice.settled()
    assert await violations(page) == []

    await page.get_by_role("textbox", name="SQL").fill("SELECT\n  nope FROM analytics.events")
    await page.get_by_role("button", name="Go to line 2, column 3").click()
    selected = (
        "() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd) }"
    )
    assert await page.evaluate(selected) == "nope"
    await page.get_by_role("textbox", name="SQL").fill("DROP TABLE analytics.events")
    await expect(page.get_by_text("only SELECT reads without changing anything").first).to_be_visible()
    alice.expect_faults("422")

    await page.goto(f"{alice.url}/analytics/budgets")
    asked = page.get_by_role("region", name="Who asked today")
    hers = asked.get_by_role("row", name="Alice Moreau").get_by_role("button", name="Set")
    await hers.click()
    dialog = page.get_by_role("dialog", name="This person’s budget")
    await dialog.get_by_role("textbox", name="GB a day").fill("0")
    await dialog.get_by_role("button", name="Set it").click()
    await expect(asked.get_by_text("(own)")).to_be_visible()
    await expect(dialog).to_have_count(0)
    await alice.settled()
    assert await violations(page) == []

    await page.goto(f"{alice.url}/analytics/explore")
    await expect(page.get_by_text("does not fit into what is left").first).to_be_visible()
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_text("over_budget").first).to_be_visible()
    alice.expect_faults("422")

    await page.goto(f"{alice.url}/analytics/budgets")
    await hers.click()
    await dialog.get_by_role("button", name="Back to the default").click()
    await expect(asked.get_by_text("(own)")).to_have_count(0)
    alice.expect_faults()


async def test_a_number_of_a_report_leads_down_to_the_events_of_a_visit(arrive: Arrive) -> None:
    petra = await arrive("petra", bypass_csp=True)
    page = petra.page
    await petra.sign_in("/analytics/reports")
    features = page.get_by_role("region", name="Features", exact=True)
    await expect(features.get_by_role("link", name="incidents")).to_be_visible()
    await expect(page.get_by_role("region", name="Who stays")).to_contain_text("+1")
    await expect(page.get_by_role("region", name="By tenant")).to_contain_text("yours")
    await petra.settled()
    assert await violations(page) == []

    await features.get_by_role("link", name="incidents").click()
    await expect(page.get_by_role("heading", level=1, name="incidents")).to_be_visible()
    await page.get_by_role("region", name="By role").get_by_role("button", name="SRE").click()
    await expect(page).to_have_url(re.compile("role=sre"))
    visits = page.get_by_role("region", name="Visits")
    await visits.get_by_text("Reached the goal").click()
    await expect(visits.get_by_text("reached", exact=True).first).to_be_visible()
    await petra.settled()
    assert await violations(page) == []
    await visits.get_by_role("link").first.click()
    await expect(page.get_by_role("region", name="What happened")).to_contain_text("goal reached")

    await page.goto(f"{petra.url}/analytics/funnels?steps=incidents,incidents:companyos.goal_reached")
    await expect(page.get_by_role("region", name="Way through")).to_contain_text("went on, half within")
    await page.goto(f"{petra.url}/analytics/operations")
    await expect(page.get_by_role("figure", name="Failures of")).to_be_visible()
    await petra.settled()
    assert await violations(page) == []
    petra.expect_faults()


async def test_refused_events_are_seen_mended_tried_and_replayed_once(arrive: Arrive) -> None:
    petra = await arrive("petra", bypass_csp=True)
    page = petra.page
    await petra.sign_in("/analytics/schemas?write=new")
    word = f"shop{uuid4().hex[:8]}"
    await page.get_by_role("textbox", name="Name").fill(f"{word}.ordered")
    await expect(page.get_by_text("Would be new")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("button", name="Register it").click()
    await expect(page.get_by_role("heading", name=f"{word}.ordered", level=1)).to_be_visible()
    await expect(page.get_by_role("region", name="The type")).to_contain_text("amount: number;")
    assert await violations(page) == []

    sent = await send(petra, word, [{"amount": 1}, *({"amuont": one} for one in range(3))])
    assert (sent["accepted"], sent["refused"]) == (1, 3)
    await page.goto(f"{petra.url}/analytics/inspector?producer={word}")
    await expect(page.get_by_text("props: amount")).to_be_visible()
    await expect(page.get_by_text("amount is missing.").first).to_be_visible()
    await page.get_by_role("button", name="Hold").click()
    await petra.settled()
    assert await violations(page) == []

    await page.goto(f"{petra.url}/analytics/conformance")
    await page.get_by_role("link", name=re.compile("Missing field")).first.wait_for()
    await petra.settled()
    assert await violations(page) == []
    await page.goto(f"{petra.url}/analytics/dead-letters?producer={word}")
    await page.get_by_role("button", name="amount is missing.").first.click()
    await expect(page.get_by_role("region", name="What is kept of the event")).to_contain_text("amuont")
    await page.keyboard.press("Escape")
    await page.mouse.move(0, 0)
    await petra.settled()
    assert await violations(page) == []

    await page.get_by_role("button", name="Repair these").click()
    step = page.get_by_role("group", name="Step 1")
    await step.get_by_role("textbox", name="Place").fill("/props/amuont")
    await step.get_by_role("textbox", name="New name").fill("amount")
    await expect(page.get_by_text("3 of 3")).to_be_visible()
    await page.get_by_role("textbox", name="What it mends").fill("amount was misspelt")
    await petra.settled()
    assert await violations(page) == []
    await page.get_by_role("button", name="Propose it").click()
    await page.get_by_role("button", name="Replay", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("3 of 3 letters are mended")).to_be_visible()
    await dialog.get_by_role("textbox", name="Why are you doing this?").fill("The shop is mended")
    await dialog.get_by_role("button", name="Replay").click()
    await petra.step_up()
    await expect(page.get_by_text("It is done, recorded and signed.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("new events")).to_be_visible()
    await petra.settled()
    assert await violations(page) == []
    await page.goto(f"{petra.url}/analytics/dead-letters?producer={word}")
    await expect(page.get_by_text("No refused event waits here.")).to_be_visible()
    petra.expect_faults("401")


async def send(who: Visitor, word: str, props: list[dict[str, int]]) -> Any:
    """Send events of a new producer of that name; the answer once they can be seen."""
    _, account = await who.ask("/service-accounts", "POST", {"name": word, "environments": ["prod"]})
    _, key = await who.ask(f"/service-accounts/{account['id']}/keys", "POST", {"environment": "prod"})
    about = {"event": f"{word}.ordered", "consent_scope": ["product_analytics"]}
    events = [{**about, "id": str(uuid4()), "props": one} for one in props]
    async with AsyncClient() as http:
        said = {"Authorization": f"Bearer {key['key']}"}
        return (await http.post(f"{who.url}/v1/events", json={"events": events}, headers=said)).json()


async def test_one_asks_that_somebody_be_forgotten_and_another_does_it(arrive: Arrive) -> None:
    uma = await arrive("uma", bypass_csp=True)
    page = uma.page
    await uma.sign_in("/analytics/erasures")
    await expect(page.get_by_text("Counts of who used what")).to_be_visible()
    await uma.settled()
    assert await violations(page) == []
    await page.get_by_role("button", name="Request an erasure").click()
    dialog = page.get_by_role("dialog", name="Request an erasure")
    await dialog.get_by_role("textbox", name="User id").fill(f"nobody-{uuid4()}")
    await dialog.get_by_role("textbox", name="Reference").fill("DSR-118")
    await dialog.get_by_role("button", name="Request it").click()
    await expect(page.get_by_text("Nothing was erased yet.")).to_be_visible()
    erasure = page.url
    uma.expect_faults()

    petra = await arrive("petra", bypass_csp=True)
    await petra.sign_in(erasure.removeprefix(petra.url))
    page = petra.page
    await page.get_by_role("button", name="Erase", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("0 events of the subject now")).to_be_visible()
    await dialog.get_by_role("textbox", name="Why are you doing this?").fill("Asked for by letter")
    await dialog.get_by_role("button", name="Erase everywhere").click()
    await petra.step_up()
    await expect(page.get_by_text("It is done, recorded and signed.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("region", name="Certificate")).to_be_visible()
    await expect(page.get_by_text("4 of 4")).to_be_visible()
    await petra.settled()
    assert await violations(page) == []
    petra.expect_faults("401")


async def test_nothing_is_told_before_somebody_agrees_or_after_they_take_it_back(arrive: Arrive) -> None:
    fay = await arrive("fay", bypass_csp=True)
    page, told = fay.page, list[Response]()
    page.on("response", lambda one: told.append(one) if one.url.endswith("/analytics/events") else None)
    await fay.sign_in("/privacy")
    await expect(page.get_by_text("not asked yet")).to_be_visible()
    assert await violations(page) == []
    await fay.walk("/services")
    await leave(page)
    assert told == []

    await page.get_by_role("region", name="Your consent").get_by_role("button", name="Yes").click()
    await expect(page.get_by_role("region", name="Your consent")).to_have_count(0)
    await page.get_by_role("link", name="Incidents").first.click()
    taken = 0
    while taken < 3:  # they came, and looked at two pages
        await fay.settled()
        await leave(page)
        answers = [await one.json() for one in told]
        assert not any(answer["refused"] for answer in answers)
        taken = sum(answer["accepted"] for answer in answers)
    assert taken == 3

    await page.goto(f"{fay.url}/privacy")
    await expect(page.get_by_text("you agreed")).to_be_visible()
    await page.get_by_role("button", name="Take it back").click()
    await expect(page.get_by_text("you said no")).to_be_visible()
    told.clear()
    await page.get_by_role("link", name="Services").first.click()
    await fay.settled()
    await leave(page)
    assert told == []
    assert await violations(page) == []
    fay.expect_faults()


async def leave(page: Page) -> None:
    """Let the page think that nobody looks at it any more, which sends what waits."""
    await page.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
          document.dispatchEvent(new Event("visibilitychange"));
          delete document.visibilityState;
        }"""
    )
