"""The one file that `companyos evidence view` writes: opened from disk, without a network, whole and tampered with."""

import base64
import json
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from companyos.spines.evidence import archive, note, view
from companyos.spines.evidence.tests.packs import ELEVATION, SIGNER, TENANT, Signer, elevated
from companyos.spines.evidence.verify import verify

from .site import COMMAND

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY = note.verifier_key(f"companyos/{TENANT}", SIGNER.key)
STEPS = {
    "steps": [
        {
            "name": "drain",
            "type": "operations.roll_back",
            "state": "done",
            "effect": {"sentence": "Rolls checkout back to 2.0.9"},
            "verification": {"ok": True, "sentence": "2.0.9 answers"},
        }
    ]
}
PACK = elevated(
    steps_json=STEPS,
    dry_run_json={"effects": ["Rolls checkout back to 2.0.9"], "affected": ["operations.service:web"]},
)
EVIL = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\x1b[2J{{7*7}}"


class Reader:
    """Somebody with a file, a browser, and no network. Whatever the page asks for or complains of is kept."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder, self.faults = page, folder, list[str]()
        page.on("console", lambda message: self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self.asked(request.url))

    def asked(self, url: str) -> None:
        if not url.startswith((f"file://{self.folder}/", "blob:")):
            self.faults.append(f"asked for {url}")

    async def open(self, pack: bytes, *keys: str) -> Page:
        """Write the file as a person does, and open it."""
        file, out = self.folder / "pack.zip", self.folder / "pack.html"
        file.write_bytes(pack)
        insisted = [part for key in keys for part in ("--key", key)]
        subprocess.run((COMMAND, "evidence", "view", file, "-o", out, *insisted), check=True, timeout=60)
        await self.page.goto(out.as_uri())
        await expect(self.page.get_by_role("status")).to_contain_text("This pack")
        return self.page


@pytest_asyncio.fixture(loop_scope="session")
async def reader(chromium: Browser, tmp_path: Path) -> AsyncIterator[Reader]:
    context = await chromium.new_context(
        offline=True, color_scheme="dark", viewport={"width": 1200, "height": 900}
    )
    yield Reader(await context.new_page(), tmp_path)
    await context.close()


async def test_a_whole_pack_is_shown_to_people(reader: Reader) -> None:
    page = await reader.open(PACK, KEY)
    await expect(page.get_by_role("status")).to_contain_text("whole, and signed by a key that is trusted")
    parts = {
        "Roll back checkout to 2.0.9": (
            "person:ada",
            "operations.deployment:42",
            "2026-11-22 10:15:00 UTC",
            "prod",
        ),
        "Asked and approved": (
            "person:ada",
            "person:bo",
            "Checkout fails",
            "2026-11-22 10:35:00 UTC",
            str(ELEVATION["plan"]),
        ),
        "Decision": ("allowed", "operations.roll-back", "abc"),
        "Plan": ("checkout", "2.0.9"),
        "Dry run": ("Rolls checkout back to 2.0.9", "operations.service:web"),
        "Steps": ("drain", "Done", "2.0.9 answers"),
        "Log excerpt": ("checkout: 5xx at 3.1 %",),
        "Place in the ledger": ("record 4 of 7", f"companyos/{TENANT}", SIGNER.key.kid),
        "Files": ("elevation.json", "statement.dsse.json"),
    }
    for title, words in parts.items():
        part = page.get_by_role("region", name=title, exact=True)
        for word in words:
            await expect(part).to_contain_text(word)
    await expect(page.get_by_text("no", exact=True)).to_have_count(0)
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Save the pack").click()
    assert Path(await (await saving.value).path()).read_bytes() == PACK
    assert reader.faults == []


async def test_whose_key_it_is_stays_open_until_the_reader_gives_one(reader: Reader) -> None:
    page = await reader.open(PACK)
    verdict = page.get_by_role("status")
    await expect(verdict).to_have_text(re.compile("whole. Who signed it is not proved"))
    await expect(page.get_by_text("came with the pack: compare it")).to_be_visible()
    key = page.get_by_label("A key that you trust")
    for given, told in (
        (note.verifier_key("companyos/x", Signer().key), "does not verify: 2 faults"),
        (json.dumps(SIGNER.key.jwk()), "signed by a key that is trusted"),
        ("", "Who signed it is not proved"),
    ):
        await key.fill(given)
        await page.get_by_role("button", name="Verify with this key").click()
        await expect(verdict).to_contain_text(told)
    await key.fill("nonsense")
    await page.get_by_role("button", name="Verify with this key").click()
    await expect(page.get_by_role("alert")).to_contain_text("not an Ed25519 public key")
    assert reader.faults == []


@pytest.mark.parametrize("name", sorted(archive.read(PACK)))
async def test_a_flipped_byte_is_named_where_it_is(reader: Reader, name: str) -> None:
    files = archive.read(PACK)
    middle = len(files[name]) // 2
    changed = files[name][:middle] + bytes([files[name][middle] ^ 1]) + files[name][middle + 1 :]
    pack = archive.write({**files, name: changed})
    page = await reader.open(pack, KEY)
    await expect(page.get_by_role("status")).to_contain_text("This pack does not verify")
    faults = page.get_by_role("list", name="Faults").get_by_role("listitem")
    await expect(faults).to_have_count(len(verify(pack, [SIGNER.key]).findings))
    assert name in " ".join(await faults.all_inner_texts())
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=name, exact=True))
    await expect(row).to_contain_text("no")
    assert reader.faults == []


async def test_nothing_in_a_pack_is_ever_run_or_loaded(reader: Reader) -> None:
    hostile = {"reason": EVIL, "requester": EVIL, "approvers": [EVIL], EVIL: EVIL}
    pack = elevated(
        elevation_json=hostile,
        plan_json={EVIL: [EVIL, {EVIL: EVIL}]},
        steps_json={"steps": [{"name": EVIL, "state": EVIL, "effect": {EVIL: EVIL}}, EVIL, None, 7]},
        dry_run_json=b'"text"',
        log__txt=EVIL,
        page_html=EVIL,
    )
    page = await reader.open(pack)
    await expect(page.get_by_role("region", name="Log excerpt").first).to_contain_text("checkout")
    await expect(page.get_by_text(EVIL.split("\x1b")[0]).first).to_be_visible()
    assert await page.evaluate("window.hacked") is None
    assert await page.locator("img").count() == 0
    assert reader.faults == []
    planted = "<img src=https://evil.example/x onerror=window.hacked=1>"
    async with page.expect_event("requestfailed") as stopped:
        await page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", planted)
    assert (await stopped.value).failure == "csp", "even what were planted could load nothing"
    assert await page.evaluate("window.hacked") is None


async def test_names_beside_a_pack_are_text_and_told_apart_from_what_it_proves(reader: Reader) -> None:
    file = reader.folder / "named.html"
    file.write_bytes(view.page(PACK, EVIL, [SIGNER.key], {"person:ada": "Ada " + EVIL, "person:bo": "Bo"}))
    await reader.page.goto(file.as_uri())
    approved = reader.page.get_by_role("region", name="Asked and approved", exact=True)
    await expect(approved).to_contain_text("Bo person:bo")
    await expect(approved).to_contain_text(f"Ada {EVIL[:60]}")
    await expect(reader.page.get_by_text("the pack proves their ids")).to_be_visible()
    assert await reader.page.evaluate("window.hacked") is None and reader.faults == []


async def test_a_browser_without_ed25519_verifies_all_the_same(reader: Reader) -> None:
    await reader.page.add_init_script(
        "crypto.subtle.importKey = () => Promise.reject(new DOMException('no Ed25519', 'NotSupportedError'))"
    )
    page = await reader.open(PACK, KEY)
    await expect(page.get_by_role("status")).to_contain_text("signed by a key that is trusted")
    flipped = PACK.replace(b'"outcome":"done"', b'"outcome":"dono"')
    page = await reader.open(flipped, KEY)
    await expect(page.get_by_role("list", name="Faults")).to_contain_text("record.json has sha256")


async def test_a_file_that_is_no_pack_is_told_so(reader: Reader) -> None:
    page = await reader.open(base64.b64decode("bm90IGEgcGFjaw=="))
    await expect(page.get_by_role("list", name="Faults")).to_contain_text("not a zip archive")
    assert reader.faults == []
