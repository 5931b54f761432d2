"""A plan from its service's page to its evidence: dry run, start, live steps, taken back, the pack verified."""

import re

from playwright.async_api import Page, expect

from .conftest import Arrive
from .test_pages import violations

SERVICE = "notifications"


async def test_a_run_is_looked_at_started_watched_taken_back_and_proven(arrive: Arrive) -> None:
    petra = await arrive("petra", bypass_csp=True)  # for axe
    page = petra.page
    await petra.sign_in(f"/services/{SERVICE}")
    await page.get_by_role("button", name="Run a plan").click()
    await page.get_by_role("menuitem", name="Roll back a service and tell its owners").click()
    await expect(page.get_by_role("textbox", name="Service")).to_have_value(SERVICE)

    await page.get_by_role("button", name="Dry run").click()
    shown = page.get_by_role("region", name="What it would do")
    await expect(shown.get_by_text(re.compile(f"{SERVICE} .* is marked as rolled back"))).to_be_visible()
    await expect(shown.get_by_text("Taken back: Resolve it")).to_be_visible()
    await expect(shown.get_by_text("It cannot be taken back.")).to_be_visible()  # what was told
    assert await violations(page) == []

    await page.get_by_role("button", name="Start…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text(re.compile("Tell engagement"))).to_be_visible()
    assert await violations(page) == []
    await dialog.get_by_label("Why are you doing this?").fill("Messages go out twice")
    await dialog.get_by_role("button", name="Start the run").click()
    await petra.step_up()
    await page.get_by_role("link", name="Watch the run").click()

    state = page.get_by_role("status").filter(has_text=re.compile("Queued|Running|Succeeded"))
    await expect(state).to_have_text("Succeeded")  # nobody reloaded the page
    steps = page.get_by_role("table", name="Steps of the run")
    await expect(steps.get_by_text("Verified: ")).to_have_count(3)
    await petra.settled()
    assert await violations(page) == []

    await page.get_by_role("button", name="Take it back").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Why are you doing this?").fill("It was the wrong service")
    await dialog.get_by_role("button", name="Take it back").click()
    await expect(dialog.get_by_text("It is done, recorded and signed.")).to_be_visible()
    await dialog.get_by_role("button", name="Close").last.click()
    await expect(page.get_by_role("status").filter(has_text="Undone")).to_be_visible()
    await told(page)

    await page.get_by_role("link", name="Open and verify the evidence pack").last.click()
    await expect(page.get_by_text("signed by a key that is trusted")).to_be_visible()
    petra.expect_faults("401", "Failed to load resource")


async def told(page: Page) -> None:
    """The owners got one letter, which an administrator can read."""
    run = page.url
    await page.goto(run.split("/runs/")[0] + "/notices")
    await page.get_by_role("button", name=f"{SERVICE} was rolled back").first.click()
    letter = page.get_by_role("region", name="The notice")
    await expect(letter).to_contain_text("engagement@companyos.example")
    await page.goto(run)
