"""A tenant's own policies in the console: tried on the past, refused at their line, approved by another, applied."""

import asyncio

from playwright.async_api import expect

from .conftest import PATIENCE, Arrive
from .test_pages import violations

RIGHT = """@id("tenant.no-new-hooks")
@reason("Hooks are frozen for the audit.")
@remedy("wait")
forbid (principal, action == CompanyOS::Action::"operations:hook.create", resource);
"""
WRONG = RIGHT.replace("hook.create", "hook.creat")


async def test_the_demo_proposal_shows_which_past_decisions_would_flip_and_why(arrive: Arrive) -> None:
    ana = await arrive("ana", bypass_csp=True)  # a security analyst: reads, does not apply; for axe
    page = ana.page
    await ana.sign_in("/tenants/companyos")
    await page.get_by_role("link", name="SREs close the worst incidents").click()
    await ana.settled()
    flips = page.get_by_role("region", name="Recorded decisions that flip")
    await expect(flips.get_by_text("operations:incident.resolve:").first).to_be_visible()
    await flips.get_by_role("button", name="operations:incident.resolve").first.click()
    await expect(
        flips.get_by_text("Incidents of severity 1 and 2 are resolved by SREs").first
    ).to_be_visible()
    await expect(flips.get_by_text("operations.handle-incidents").first).to_be_visible()
    await ana.settled()
    assert await violations(page) == []
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_text("exactly these").first).to_be_visible()
    ana.expect_faults()


async def test_policies_are_written_tried_proposed_approved_and_applied(arrive: Arrive) -> None:
    alice = await arrive("alice", bypass_csp=True)
    page = alice.page
    await alice.sign_in("/policies")
    await page.get_by_role("button", name="Propose a change").click()
    await alice.settled()
    editor = page.get_by_role("textbox", name="The tenant's own policies")
    await editor.fill(WRONG)
    await page.get_by_role("button", name="Simulate").click()
    wrong = page.get_by_role("alert")
    await expect(wrong.get_by_text("Did you mean 'operations:hook.create'?")).to_be_visible()
    await wrong.get_by_role("button", name="Line 4").click()
    selected = (
        "() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd) }"
    )
    assert "hook.creat" in await page.evaluate(selected)
    assert await violations(page) == []

    await editor.fill(RIGHT)
    await page.get_by_role("button", name="Add a sample request").click()
    await page.get_by_label("wants to").fill("operations:hook.create")
    await page.get_by_role("combobox", name="Somebody who is").click()
    await page.get_by_role("option", name="Tenant admin").click()
    await page.get_by_role("button", name="Simulate").click()
    samples = page.get_by_role("region", name="Sample requests")
    await samples.get_by_role("button", name="operations:hook.create").click()
    await expect(samples.get_by_text("Hooks are frozen for the audit.")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("textbox", name="Why").fill("The audit of November")
    await page.get_by_role("button", name="Propose", exact=True).click()
    await expect(page.get_by_role("heading", name="The audit of November")).to_be_visible()

    await page.get_by_role("button", name="Apply").click()
    await page.get_by_role("link", name="Request access").click()
    await alice.settled()
    dialog = page.get_by_role("dialog", name="Request access")
    await dialog.get_by_label("Why do you need it?").fill("Apply what the auditors asked for")
    await dialog.get_by_role("button", name="Ask").click()
    await expect(dialog).to_be_hidden()

    bruno = await arrive("bruno")
    await bruno.sign_in("/approvals")
    await bruno.page.get_by_role("button", name="Apply what the auditors asked for").click()
    await bruno.page.get_by_role("button", name="Approve").click()
    preflight = bruno.page.get_by_role("dialog")
    await expect(preflight.get_by_text("It adds the policy tenant.no-new-hooks.")).to_be_visible()
    await preflight.get_by_role("button", name="Approve").click()
    await bruno.step_up()
    await expect(bruno.page.get_by_text("It is done, recorded and signed.")).to_be_visible()

    await alice.go("/policies")
    await page.get_by_role("link", name="The audit of November").click()
    await alice.settled()
    await page.get_by_role("button", name="Apply").click()
    await page.get_by_label("Why are you doing this?").fill("It was approved")
    assert await violations(page) == []
    await page.get_by_role("dialog").get_by_role("button", name="Apply").click()
    await alice.step_up()
    await expect(page.get_by_text("It is done, recorded and signed.")).to_be_visible()
    async with asyncio.timeout(PATIENCE / 1_000):  # every process looks twice a second
        while (answer := await alice.ask("/hooks", "POST", {"name": "ci"}))[0] != 403:
            await asyncio.sleep(0.2)
    refused = answer[1]
    assert refused["reasons"][0]["where"] == "tenant.no-new-hooks"

    await alice.go("/policies/versions/1")
    await expect(page.get_by_text("in force")).to_be_visible()
    await expect(page.get_by_text("approved by Bruno Keller")).to_be_visible()
    assert await violations(page) == []
    alice.expect_faults("401", "403", "409", "422")
    bruno.expect_faults("401")
