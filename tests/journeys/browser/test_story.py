"""The main job, from signing in to a pack that proves, without us, what was done."""

import asyncio
import os
import subprocess
import zipfile
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from .conftest import Arrive
from .pictures import picture
from .site import COMMAND
from .visitor import Visitor

OWN = ("companyos-api", "companyos-console", "companyos-database", "companyos-identity", "companyos-relay")
WHY = "The error rate doubled after this release."


async def test_own_services_show_the_requests_of_this_very_test(arrive: Arrive) -> None:
    petra = await arrive("petra")
    await petra.sign_in("/services")
    for name in OWN:
        await expect(petra.page.get_by_role("link", name=name, exact=True)).to_be_visible()
    await expect(row(petra.page, "companyos-api")).not_to_contain_text("demo")
    before = await requests_shown(petra)
    for _ in range(20):
        await petra.go("/deployments")
    async with asyncio.timeout(60):
        while await requests_shown(petra) < before + 20:
            await asyncio.sleep(1)
    await expect(petra.page.get_by_text("Availability", exact=True)).to_be_visible()
    await petra.go("/services/companyos-api", signal="traces")
    await expect(petra.page.get_by_text("/api/v1/deployments", exact=False).first).to_be_visible()
    petra.expect_faults()


async def test_a_deployment_is_rolled_back_and_proven(arrive: Arrive, tmp_path: Path) -> None:
    petra = await arrive("petra", accept_downloads=True)
    page = petra.page
    await petra.sign_in("/deployments?service=companyos-api")
    await page.locator("tbody tr").first.get_by_role("link").first.click()
    await petra.settled()
    await page.get_by_role("button", name="Roll back").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading", name="What will happen")).to_be_visible()
    await expect(dialog.get_by_role("heading", name="Evidence that will be written")).to_be_visible()
    await dialog.get_by_label("Why are you doing this?").fill(WHY)
    await picture(page, "preflight")
    await dialog.get_by_role("button", name="Roll back").click()
    await page.get_by_label("Code from your authenticator app").wait_for()
    await picture(page, "step-up")
    await petra.step_up()
    receipt = page.get_by_role("dialog", name="Done")
    await expect(receipt.get_by_text("It is done, recorded and signed.")).to_be_visible()
    await picture(page, "receipt")
    record = await receipt.locator("code").first.inner_text()
    async with page.expect_download() as download:
        await receipt.get_by_role("button", name="Download evidence").click()
    pack = tmp_path / "evidence.zip"
    await (await download.value).save_as(pack)
    await receipt.get_by_role("button", name="Close").last.click()
    await expect(page.get_by_role("timer")).to_contain_text("Elevated")
    # The step-up is announced by a 401 with its challenge (RFC 9470), which the browser writes to its console.
    petra.expect_faults("401")

    assert verify(pack) == (0, "")
    code, told = verify(tampered(pack, tmp_path))
    assert code == 1
    assert "decision" in told, told

    _, kept = await petra.ask(f"/audit/{record}")
    assert kept["action"] == "operations.deployment.rolled_back"
    await petra.go("/audit", action="operations.deployment.rolled_back")
    await page.get_by_role("button", name="details and proof").first.click()
    proof = page.get_by_role("dialog")
    await expect(proof).to_contain_text("operations.deployment:")
    await proof.get_by_role("button", name="Show the proof").click()
    await proof.get_by_role("button", name="Verify in this browser").click()
    await expect(proof.get_by_text("Whole: nothing was changed or moved.")).to_be_visible()
    await picture(page, "audit-proof")
    petra.expect_faults()


def row(page: Page, name: str) -> Locator:
    """The row of a list in which a link has this name."""
    return page.locator("tr").filter(has=page.get_by_role("link", name=name, exact=True))


async def requests_shown(visitor: Visitor) -> int:
    """How many requests the page of companyos-api counts in the last hour."""
    async with visitor.page.expect_response(lambda answer: "/telemetry/red" in answer.url) as asked:
        await visitor.go("/services/companyos-api", **{"from": "now-1h"})
    points = (await (await asked.value).json())["points"]
    return sum(point["count"] for point in points)


def verify(pack: Path) -> tuple[int, str]:
    """Verify a pack where there is neither a server nor a network; the exit code, and what it found wrong."""
    alone = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    done = subprocess.run(
        [*alone, COMMAND, "evidence", "verify", pack],
        cwd=pack.parent,
        env={"HOME": str(pack.parent), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, "" if done.returncode == 0 else done.stdout + done.stderr


def tampered(pack: Path, folder: Path) -> Path:
    """A copy in which one letter of the decision is another."""
    copy = folder / "tampered.zip"
    with zipfile.ZipFile(pack) as whole, zipfile.ZipFile(copy, "w") as changed:
        for name in whole.namelist():
            content = whole.read(name)
            changed.writestr(name, content.replace(b"allow", b"aloow") if "decision" in name else content)
    return copy
