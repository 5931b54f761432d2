"""Acting safely, from a refusal to a proof that is read without us: the walk of docs/how-to/act-safely.md."""

import json
import subprocess
from pathlib import Path

from playwright.async_api import expect

from .conftest import Arrive
from .pictures import picture
from .site import COMMAND
from .visitor import Visitor

WHY = "The API answers slowly since this release, and the operators are away."


async def test_from_a_refusal_to_a_proof(arrive: Arrive, tmp_path: Path) -> None:
    uma, petra = await arrive("uma"), await arrive("petra")
    deployment = await ask(uma)
    await approve(petra)
    await roll_back(uma, deployment)
    ana = await arrive("ana", accept_downloads=True)
    await prove(ana, tmp_path)


async def ask(uma: Visitor) -> str:
    """She may not roll back, is told why, and asks for exactly this act. The page of the deployment."""
    page = uma.page
    await uma.sign_in("/deployments?service=companyos-api")
    await page.locator("tbody tr").first.get_by_role("link").first.click()
    await uma.settled()
    path = page.url.removeprefix(uma.url).split("?")[0]
    await page.get_by_role("button", name="Roll back").click()
    why = page.get_by_role("dialog", name="Roll back")
    await expect(why.get_by_role("link", name="Request access")).to_be_visible()
    await picture(page, "safely-why-not")
    await why.get_by_role("link", name="Request access").click()
    await uma.settled()
    dialog = page.get_by_role("dialog", name="Request access")
    await dialog.get_by_label("Why do you need it?").fill(WHY)
    await picture(page, "safely-request")
    await dialog.get_by_role("button", name="Ask").click()
    await expect(dialog).to_be_hidden()
    return path


async def approve(petra: Visitor) -> None:
    """Somebody else sees the very plan and says yes, with a second factor."""
    page = petra.page
    await petra.sign_in("/approvals")
    await page.get_by_role("button", name=WHY).click()
    await page.get_by_role("button", name="Approve").click()
    preflight = page.get_by_role("dialog")
    await expect(preflight.get_by_role("button", name="Approve")).to_be_visible()
    await picture(page, "safely-approve")
    await preflight.get_by_role("button", name="Approve").click()
    await petra.step_up()
    await expect(page.get_by_text("It is done, recorded and signed.")).to_be_visible()


async def roll_back(uma: Visitor, deployment: str) -> None:
    """She does it, once: preflight shows the plan that was approved, her second factor lets it go on."""
    page = uma.page
    await uma.go(deployment)
    await page.get_by_role("button", name="Roll back").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Why are you doing this?").fill(WHY)
    await picture(page, "safely-preflight")
    await dialog.get_by_role("button", name="Roll back").click()
    await uma.step_up()
    receipt = page.get_by_role("dialog", name="Done")
    await expect(receipt.get_by_text("It is done, recorded and signed.")).to_be_visible()
    await picture(page, "safely-receipt")


async def prove(ana: Visitor, folder: Path) -> None:
    """An auditor reads the pack in the console, and then without it."""
    page = ana.page
    await ana.sign_in("/evidence")
    await page.get_by_label("Action").fill("operations.deployment.rolled_back")
    await page.locator("tbody tr").first.get_by_role("link").first.click()
    await ana.settled()
    asked = page.get_by_role("region", name="Asked and approved", exact=True)
    for words in ("Uma Novak", WHY, "Petra Lindqvist", "operations:deployment.roll_back", "once"):
        await expect(asked).to_contain_text(words)
    await picture(page, "safely-pack")
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Download evidence").click()
    pack, view, keys = folder / "evidence.zip", folder / "evidence.html", folder / "keys.json"
    await (await saving.value).save_as(pack)
    published = await ana.context.request.get(f"{ana.url}/.well-known/companyos/evidence-keys")
    keys.write_text(json.dumps(await published.json()))
    verified = ("evidence", "verify", pack, "--key", keys)
    told = subprocess.run((COMMAND, *verified), capture_output=True, text=True, check=True, timeout=60)
    assert "is whole" in told.stdout
    subprocess.run((COMMAND, "evidence", "view", pack, "-o", view, "--key", keys), check=True, timeout=60)
    browser = ana.context.browser
    assert browser is not None
    elsewhere = await browser.new_context(
        offline=True, color_scheme="dark", viewport={"width": 1200, "height": 900}
    )
    alone = await elsewhere.new_page()
    await alone.goto(view.as_uri())
    await expect(alone.get_by_role("status")).to_contain_text("signed by a key that is trusted")
    await expect(alone.get_by_role("region", name="Asked and approved", exact=True)).to_contain_text(WHY)
    await picture(alone, "safely-offline")
    await elsewhere.close()
