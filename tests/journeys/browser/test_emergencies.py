"""What is rarely done and must not fail then: a service isolated, a key collected, the glass broken, totals shown."""

import re

from playwright.async_api import Page, expect

from .conftest import Arrive
from .test_pages import violations
from .visitor import Visitor

SERVICE = "import-worker"
STEP_UP = ("401", "Failed to load resource")
"""A step-up is announced by a 401 with its challenge (RFC 9470), which the browser writes to its console."""


async def test_a_service_is_isolated_released_and_told_what_to_log_and_a_new_key_is_collected(
    arrive: Arrive,
) -> None:
    petra = await arrive("petra", bypass_csp=True)  # for axe
    page = petra.page
    await petra.sign_in(f"/services/{SERVICE}")
    await page.get_by_role("button", name="Isolate").click()
    await confirm(page, "Its credentials leaked", "Isolate")
    await petra.step_up()
    done = page.get_by_role("dialog", name=re.compile("^Done: Isolate"))
    await expect(done.get_by_role("link", name=re.compile("^[0-9a-f-]{36}$"))).to_have_attribute(
        "href", re.compile("^/evidence/")
    )
    assert await violations(page) == []
    await done.get_by_role("button", name="Close").last.click()
    banner = page.get_by_text("no version of it goes out until somebody releases it")
    await expect(banner).to_be_visible()
    await expect(page.get_by_text("Its credentials leaked")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("button", name="Release").click()
    await confirm(page, "New credentials are in place", "Release")
    await page.get_by_role("dialog", name=re.compile("^Done: Release")).get_by_role("link").click()
    await expect(page.get_by_text("signed by a key that is trusted")).to_be_visible()
    await petra.go(f"/services/{SERVICE}")
    await expect(banner).to_have_count(0)

    await page.get_by_role("button", name="Log level").click()
    dialog = page.get_by_role("dialog", name=f"Log level of {SERVICE}")
    await expect(dialog.get_by_text("It was never told anything")).to_be_visible()
    await dialog.get_by_role("combobox", name="What it writes in prod").click()
    await page.get_by_role("option", name="Debug: everything").click()
    await dialog.get_by_label("Why?").fill("It drops every tenth import")
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Tell it").click()
    await expect(dialog).to_be_hidden()
    await page.get_by_role("button", name="Log level: debug").click()
    await expect(dialog.get_by_text("by Petra Lindqvist")).to_be_visible()

    account = await rotated(petra)
    await petra.go("/admin", tab="machines", machine=account)
    keys = page.get_by_role("dialog", name="importer")
    await keys.get_by_role("button", name="Collect").click()
    await expect(keys.get_by_text("cosk_")).to_be_visible()
    assert await violations(page) == []
    await expect(keys.get_by_role("button", name="Collect")).to_have_count(0)
    petra.expect_faults(*STEP_UP)


async def test_the_glass_is_broken_and_somebody_else_reviews_it(arrive: Arrive) -> None:
    sami = await arrive("sami", bypass_csp=True)
    page = sami.page
    await sami.sign_in("/approvals")
    await page.get_by_role("button", name="Break the glass").click()
    dialog = page.get_by_role("dialog", name="Break the glass")
    await dialog.get_by_role("combobox", name="Role").click()
    await page.get_by_role("option", name="Security analyst").click()
    await dialog.get_by_label("Minutes").fill("2")
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Show what it does").click()
    await confirm(page, "A key is in use from an unknown address", "Break the glass")
    await sami.step_up()
    await expect(page.get_by_text("It is done, recorded and signed.")).to_be_visible()
    await page.get_by_role("button", name="Close").last.click()
    held = page.get_by_role("banner").get_by_role("timer").filter(has_text="Security analyst in prod")
    await expect(held).to_be_visible()
    await expect(page.get_by_text("Somebody else has to review it")).to_be_visible()
    assert await violations(page) == []

    theo = await arrive("theo", bypass_csp=True)
    reviewing = theo.page
    await theo.sign_in("/approvals")
    broken = reviewing.get_by_role("note", name=re.compile("^Sami Okafor broke the glass"))
    await expect(broken.get_by_text("A key is in use from an unknown address")).to_be_visible()
    await broken.get_by_label("What do you think of it?").fill("Nobody else was awake")
    assert await violations(reviewing) == []
    await broken.get_by_role("button", name="It was justified").click()
    await expect(broken).to_have_count(0)
    await expect(page.get_by_text("Somebody else has to review it")).to_have_count(0)  # nobody reloaded it
    theo.expect_faults()
    sami.expect_faults(*STEP_UP)


async def test_another_tenant_shows_its_totals_and_nothing_else(arrive: Arrive) -> None:
    theo = await arrive("theo", bypass_csp=True)
    seeing = theo.page
    await theo.sign_in("/tenants")
    across = seeing.get_by_role("region", name="Side by side")
    await expect(across.get_by_text("Only your own")).to_be_visible()

    alice = await arrive("alice", bypass_csp=True)
    page = alice.page
    await alice.sign_in("/approvals")
    await page.get_by_role("button", name="Show totals to an outsider").click()
    dialog = page.get_by_role("dialog", name="Show the totals of Acme Bank")
    await dialog.get_by_label("Email").fill(theo.who.email)
    await dialog.get_by_label("Minutes").fill("2")
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Show what it does").click()
    await confirm(page, "Their quarterly review", "Grant")
    await alice.step_up()
    await expect(page.get_by_text("It is done, recorded and signed.")).to_be_visible()

    await theo.go("/tenants")
    acme = across.get_by_role("row").filter(has_text="Acme Bank")
    await expect(acme.get_by_role("timer")).to_be_visible()
    assert await violations(seeing) == []
    status, _ = await theo.ask("/tenants/acme")
    assert status == 404, "totals, and nothing else"
    theo.expect_faults("404")
    alice.expect_faults(*STEP_UP)


async def confirm(page: Page, reason: str, verb: str) -> None:
    """Look at the preflight, say why, and confirm it."""
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Why are you doing this?").fill(reason)
    assert await violations(page) == []
    await dialog.get_by_role("button", name=verb, exact=True).click()


async def rotated(who: Visitor) -> str:
    """A service account whose key was rotated; its id."""
    status, account = await who.ask(
        "/service-accounts", "POST", {"name": "importer", "roles": [], "environments": ["prod"]}
    )
    assert status == 201, account
    for path in ("keys", "rotation"):
        body = {"environment": "prod"} if path == "keys" else None
        status, answer = await who.ask(f"/service-accounts/{account['id']}/{path}", "POST", body)
        assert status in (200, 201), answer
    return str(account["id"])
