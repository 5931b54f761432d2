"""Elevation by two people at two browsers: asked for in one, approved in the other, used, revoked in every tab."""

from playwright.async_api import expect

from .conftest import Arrive
from .test_pages import violations

TROUBLE = {"title": "Drill", "severity": "sev4"}


async def test_a_role_is_asked_for_approved_used_and_revoked(arrive: Arrive) -> None:
    uma = await arrive("uma", bypass_csp=True)  # for axe
    page = uma.page
    await uma.sign_in("/approvals?new=request")
    dialog = page.get_by_role("dialog", name="Request access")
    await dialog.get_by_label("Role").click()
    await page.get_by_role("option", name="SRE").click()
    await dialog.get_by_label("Why do you need it?").fill("A drill with the operators")
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Ask").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("A drill with the operators").first).to_be_visible()
    status, _ = await uma.ask("/incidents", "POST", TROUBLE)
    assert status == 403, "asking alone gives nothing"

    petra = await arrive("petra", bypass_csp=True)
    deciding = petra.page
    await petra.sign_in("/tenants/companyos")
    await expect(deciding.get_by_text("Outstanding requests")).to_be_visible()
    await deciding.get_by_role("button", name="A drill with the operators").click()
    await deciding.get_by_role("button", name="Approve").click()
    preflight = deciding.get_by_role("dialog")
    await expect(preflight.get_by_text("is SRE in prod for 30 minutes")).to_be_visible()
    assert await violations(deciding) == []
    await preflight.get_by_role("button", name="Approve").click()
    await petra.step_up()
    await expect(deciding.get_by_text("It is done, recorded and signed.")).to_be_visible()
    await deciding.get_by_role("button", name="Close").last.click()

    countdown = page.get_by_role("banner").get_by_role("timer").filter(has_text="SRE in prod")
    await expect(countdown).to_be_visible()  # nobody reloaded the page
    status, _ = await uma.ask("/incidents", "POST", TROUBLE)
    assert status == 201

    await petra.go("/approvals", tab="holding")
    await deciding.get_by_role("button", name="A drill with the operators").click()
    await deciding.get_by_role("button", name="Revoke").click()
    await deciding.get_by_label("Why?").fill("The drill is over")
    await deciding.get_by_role("button", name="End it now").click()
    await expect(countdown).to_be_hidden()  # by news: `benchmarks/console/news.py` measures how soon
    status, _ = await uma.ask("/incidents", "POST", TROUBLE)
    assert status == 403
    uma.expect_faults("403")
    # The step-up is announced by a 401 with its challenge (RFC 9470), which the browser writes to its console.
    petra.expect_faults("401")


async def test_why_not_leads_to_a_request_for_exactly_this_act(arrive: Arrive) -> None:
    uma = await arrive("uma", bypass_csp=True)
    page = uma.page
    await uma.sign_in("/deployments?service=companyos-api")
    await page.locator("tbody tr").first.get_by_role("link").first.click()
    await uma.settled()
    await page.get_by_role("button", name="Roll back").click()
    why = page.get_by_role("dialog", name="Roll back")
    await why.get_by_role("link", name="Request access").click()
    await uma.settled()
    dialog = page.get_by_role("dialog", name="Request access")
    await expect(dialog.get_by_text("operations:deployment.roll_back")).to_be_visible()
    await dialog.get_by_label("Why do you need it?").fill("The operators are away")
    await dialog.get_by_role("button", name="Ask").click()
    await expect(page.get_by_text("is marked as rolled back").first).to_be_visible()  # the very plan
    assert await violations(page) == []
    await page.get_by_role("button", name="Take back").click()
    await expect(page.get_by_text("The requester took it back.")).to_be_visible()
    uma.expect_faults()
