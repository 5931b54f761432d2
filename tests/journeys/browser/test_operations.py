"""What operators change from their screens: hooks and their secrets, incidents, and services that go."""

import re

from playwright.async_api import expect

from .conftest import Arrive


async def test_a_hook_shows_its_secret_once_and_is_revoked(arrive: Arrive) -> None:
    petra = await arrive("petra")
    page = petra.page
    await petra.sign_in("/hooks")
    await page.get_by_role("button", name="New hook").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("browser journey")
    await dialog.get_by_role("button", name="Make it").click()
    await expect(dialog.get_by_role("status")).to_contain_text("whsec_")
    await dialog.get_by_role("button", name="Done").click()
    row = page.get_by_role("listitem").filter(has_text="browser journey")
    await expect(row).to_contain_text("prod")
    await expect(page.get_by_text("whsec_")).to_have_count(0)
    await row.get_by_role("button", name="Revoke").click()
    await expect(row).to_contain_text("revoked")
    await expect(row.get_by_role("button", name="Revoke")).to_have_count(0)
    petra.expect_faults()


async def test_an_incident_gets_another_severity_owner_and_service(arrive: Arrive) -> None:
    sami = await arrive("sami")
    page = sami.page
    await sami.sign_in("/incidents")
    opened = {"title": "Pages load slowly", "severity": "sev3", "services": []}
    status, incident = await sami.ask("/incidents", "POST", opened)
    assert status == 201
    await sami.go(f"/incidents/{incident['id']}")
    await page.get_by_role("button", name="Change", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_text("SEV1 · down").click()
    await dialog.get_by_label("Owner").fill("platform")
    services = dialog.get_by_role("combobox", name="Services").or_(dialog.get_by_label("Services")).first
    await services.fill("companyos-api")
    await page.get_by_role("option", name="companyos-api").click()
    await page.keyboard.press("Escape")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("main")).to_contain_text("Owned by platform")
    _, now = await sami.ask(f"/incidents/{incident['id']}")
    assert (now["severity"], now["owner"], now["services"]) == ("sev1", "platform", ["companyos-api"])


async def test_a_service_is_archived_after_its_effects_were_shown(arrive: Arrive) -> None:
    petra = await arrive("petra")
    page = petra.page
    await petra.sign_in("/services")
    status, told = await petra.ask("/services", "POST", {"name": "going-away", "title": "Going away"})
    assert status in (201, 409), told
    await petra.go("/services/going-away")
    await page.get_by_role("button", name="Archive", exact=True).click()
    dialog = page.get_by_role("dialog", name="Archive going-away")
    await expect(dialog).to_contain_text("No service needs it.")
    await expect(dialog).to_contain_text("audit records stay")
    await dialog.get_by_role("button", name="Archive it").click()
    await expect(page).to_have_url(re.compile(r"/services\?"))
    assert (await petra.ask("/services/going-away"))[0] == 404
