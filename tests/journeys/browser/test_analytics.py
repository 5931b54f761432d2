"""Analytics in the console: each journey walks through pages of its own and looks for what a person would."""

from playwright.async_api import expect

from .conftest import Arrive
from .test_pages import violations


async def test_a_question_is_built_quoted_asked_and_refused_with_its_reason(arrive: Arrive) -> None:
    alice = await arrive("alice", bypass_csp=True)  # an administrator; for axe
    page = alice.page
    await alice.sign_in("/analytics/explore")
    await expect(page.get_by_text("Reads at most").first).to_be_visible()
    await page.get_by_role("combobox", name="By").click()
    await page.get_by_role("option", name="day").click()
    await expect(page.get_by_role("textbox", name="SQL")).to_have_value(
        "SELECT date_trunc('day', at) AS day, count(*) AS uses\n"
        "FROM analytics.events\nGROUP BY 1\nORDER BY 1"
    )
    await page.get_by_role("button", name="Ask", exact=True).click()
    answer = page.get_by_role("region", name="Answer")
    await expect(answer.get_by_role("columnheader", name="uses")).to_be_visible()
    await expect(answer.get_by_role("figure", name="uses by day")).to_be_visible()
    await alice.settled()
    assert await violations(page) == []

    await page.get_by_role("textbox", name="SQL").fill("DROP TABLE analytics.events")
    await expect(page.get_by_text("only SELECT reads without changing anything").first).to_be_visible()
    alice.expect_faults("422")

    await page.goto(f"{alice.url}/analytics/budgets")
    asked = page.get_by_role("region", name="Who asked today")
    await expect(asked.get_by_role("row", name="Alice Moreau")).to_be_visible()
    await asked.get_by_role("button", name="Set").last.click()
    dialog = page.get_by_role("dialog", name="This person’s budget")
    await dialog.get_by_role("textbox", name="GB a day").fill("0")
    await dialog.get_by_role("button", name="Set it").click()
    await expect(asked.get_by_text("(own)")).to_be_visible()
    await alice.settled()
    assert await violations(page) == []

    await page.goto(f"{alice.url}/analytics/explore")
    await expect(page.get_by_text("does not fit into what is left").first).to_be_visible()
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_text("over_budget").first).to_be_visible()
    alice.expect_faults("422")

    await page.goto(f"{alice.url}/analytics/budgets")
    await asked.get_by_role("button", name="Set").last.click()
    await dialog.get_by_role("button", name="Back to the default").click()
    await expect(asked.get_by_text("(own)")).to_have_count(0)
    alice.expect_faults()
