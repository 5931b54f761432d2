"""Once through with nothing but the keyboard, and always seeing where one is."""

from playwright.async_api import Page, expect

from companyos.kernel.demo import PASSWORD

from .conftest import Arrive

FOCUS = """() => {
  const at = document.activeElement;
  const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(at);
  const ring = (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  at.blur();
  const marked = ring || getComputedStyle(at).borderColor !== borderColor;
  at.focus({ focusVisible: true });
  return { what: `${at.tagName} ${at.getAttribute("aria-label") ?? at.textContent.trim().slice(0, 40)}`, marked };
}"""


async def test_once_through_with_the_keyboard(arrive: Arrive) -> None:
    sami = await arrive("sami")
    page, press = sami.page, sami.page.keyboard.press
    await page.goto(sami.url)
    await expect(page.get_by_label("Email")).to_be_focused()
    await page.keyboard.type(sami.who.email)
    await press("Tab")
    await page.keyboard.type(PASSWORD)
    await press("Enter")
    await sami.settled()

    await press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    stations = [await tab(page) for _ in range(24)]
    assert len({what for what, _ in stations}) > 15, stations
    assert not [what for what, marked in stations if not marked]

    await press("Control+k")
    await page.keyboard.type(":svc companyos-api")  # at once: no key goes to the page behind
    typed = page.get_by_role("dialog", name="Search or run").get_by_role("textbox")
    await expect(typed).to_have_value(":svc companyos-api")
    await expect(page.get_by_role("option", name="companyos-api")).to_be_visible()
    await press("Enter")
    await expect(page.get_by_role("heading", name="companyos-api", level=1)).to_be_visible()

    await press("g")
    await press("d")
    await expect(page.get_by_role("heading", name="Deployments", level=1)).to_be_visible()
    await sami.settled()
    for key in ("j", "j", "j", "k", "k"):
        await press(key)
    marked = page.locator("tr.cursor")
    await expect(marked).to_have_count(1)
    await expect(marked).to_have_js_property("rowIndex", 1)  # the newest of all, which can be rolled back
    version = await marked.get_by_role("link").first.inner_text()
    await press("o")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(version)

    await press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet.get_by_text("Search or run")).to_be_visible()
    await press("Escape")
    await expect(sheet).to_be_hidden()

    roll_back = page.get_by_role("button", name="Roll back")
    await expect(roll_back).to_be_enabled()  # policy has answered
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await roll_back.focus()
    await expect(roll_back).to_be_focused()
    await press("Enter")
    preflight = page.get_by_role("dialog", name="Roll back")
    await expect(preflight.get_by_role("heading", name="What will happen")).to_be_visible()
    inside = "() => document.querySelector('[role=dialog]').contains(document.activeElement)"
    for _ in range(6):
        await press("Tab")
        assert await page.evaluate(inside), "the focus left the dialog"
    await press("Escape")
    await expect(preflight).to_be_hidden()
    sami.expect_faults()


async def tab(page: Page) -> tuple[str, bool]:
    """Go to the next station; what it is, and whether one sees that it has the focus."""
    await page.keyboard.press("Tab")
    station = await page.evaluate(FOCUS)
    return station["what"], station["marked"]
