"""What administrators change in dialogs: people, service accounts and their keys, services; each is accessible."""

from playwright.async_api import expect

from .conftest import Arrive
from .test_pages import violations


async def test_people_are_changed_and_locked(arrive: Arrive) -> None:
    petra = await arrive("petra", bypass_csp=True)  # for axe
    page = petra.page
    await petra.sign_in("/admin")
    await page.get_by_role("button", name="Uma Novak").click()
    dialog = page.get_by_role("dialog", name="Uma Novak")
    await expect(dialog.get_by_role("button", name="Save")).to_be_enabled()
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Lock out").click()
    await expect(dialog.get_by_text("Locked")).to_be_visible()
    await dialog.get_by_role("button", name="Unlock").click()
    await expect(dialog.get_by_text("Active")).to_be_visible()

    _, people = await petra.ask("/people?limit=50")
    uma = next(one for one in people["items"] if one["name"] == "Uma Novak")
    status, _ = await petra.ask(f"/people/{uma['id']}", "PATCH", {"roles": ["finance_ops"]})
    assert status == 200
    await expect(dialog.get_by_text("Finance ops")).to_be_visible()  # what another one changed comes in
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await petra.ask(f"/people/{uma['id']}", "PATCH", {"roles": uma["roles"]})

    await page.get_by_role("button", name="Petra Lindqvist", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_text("cannot change their own roles")).to_be_visible()
    petra.expect_faults()


async def test_a_key_is_shown_once(arrive: Arrive) -> None:
    petra = await arrive("petra", bypass_csp=True)
    page = petra.page
    await petra.sign_in("/admin?tab=machines")
    await page.get_by_role("button", name="New service account").click()
    await page.get_by_label("Name").fill("probe")
    assert await violations(page) == []
    await page.get_by_role("button", name="Make it").click()
    dialog = page.get_by_role("dialog", name="probe")
    await dialog.get_by_role("button", name="New ingest key").click()
    await expect(dialog.get_by_text("cosk_")).to_be_visible()
    assert await violations(page) == []
    await page.reload()
    await expect(dialog.get_by_role("button", name="Revoke")).to_be_visible()
    await expect(dialog.get_by_text("cosk_")).to_have_count(0)
    await dialog.get_by_role("button", name="Revoke").click()
    await expect(dialog.get_by_text("It cannot send telemetry yet.")).to_be_visible()
    petra.expect_faults()


async def test_two_people_edit_one_service(arrive: Arrive) -> None:
    petra = await arrive("petra", bypass_csp=True)
    page = petra.page
    await petra.sign_in("/services/catalogue")
    await page.get_by_role("button", name="Edit", exact=True).click()
    dialog = page.get_by_role("dialog", name="Edit catalogue")
    await dialog.get_by_label("Owner").fill("shop")
    assert await violations(page) == []
    status, _ = await petra.ask("/services/catalogue", "PATCH", {"tier": "t0"})
    assert status == 200
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("read it again")).to_be_visible()
    petra.expect_faults("412")

    await page.reload()
    await dialog.get_by_label("Owner").fill("shop")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("owned by shop")).to_be_visible()
    petra.expect_faults()
