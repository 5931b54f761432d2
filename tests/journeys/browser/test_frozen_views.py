"""A page is frozen where it is, and shown again to somebody else with what may be told and no more."""

import re

from playwright.async_api import Route, expect

from .conftest import Arrive
from .test_pages import violations


async def test_a_page_is_frozen_and_another_person_sees_less(arrive: Arrive) -> None:
    ana = await arrive("ana", bypass_csp=True)  # for axe
    page = ana.page
    await ana.sign_in("/audit")
    await page.get_by_role("button", name="Freeze this view").click()
    dialog = page.get_by_role("dialog", name="Frozen")
    await dialog.get_by_role("link", name="Open the frozen view").click()
    await ana.settled()
    await expect(page).to_have_url(re.compile("/frozen/"))
    await expect(page.get_by_text("This browser verified the signature over")).to_be_visible()
    await expect(page.get_by_role("table", name="audit").locator("tbody tr").first).to_be_visible()
    assert await violations(page) == []
    address = page.url[page.url.index("/frozen/") :].partition("?")[0]
    await ana.go("/frozen")
    await expect(page.locator("tbody tr").first.get_by_role("link").first).to_have_text("Audit trail")
    assert await violations(page) == []

    async def lie(route: Route) -> None:
        replay = await (await route.fetch()).json()
        replay["parts"][0]["body"]["made_up"] = True
        await route.fulfill(json=replay)

    await page.route("**/api/v1/console/frozen-views/*", lie)
    await ana.go(address)
    alert = page.get_by_role("alert").filter(has_text="was changed since it was signed")
    await expect(alert).to_contain_text("the data is not what was signed")
    await expect(page.locator("main").get_by_role("table")).to_have_count(0)

    fay = await arrive("fay", bypass_csp=True)
    await fay.sign_in(address)
    await expect(fay.page.get_by_text("Withheld from you: ")).to_be_visible()
    audit = fay.page.get_by_role("region", name="audit", exact=True)
    await expect(audit.get_by_role("note")).to_contain_text("No policy lets Finance ops read the audit trail")
    assert await violations(fay.page) == []
    await expect(fay.page.get_by_role("table", name="audit")).to_have_count(0)
    await expect(fay.page.get_by_role("heading", level=1)).to_have_text("Frozen view")
