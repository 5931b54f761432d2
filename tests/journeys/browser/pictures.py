"""Pictures for the documentation: taken only when asked for, so that a run of the tests changes nothing."""

import os
from pathlib import Path

from playwright.async_api import Page

from .site import ROOT

FOLDER = ROOT / "docs" / "images"
WANTED = os.environ.get("COMPANYOS_SCREENSHOTS") == "1"


async def picture(page: Page, name: str) -> Path | None:
    """Take what the window shows to `docs/images/<name>.png`, if COMPANYOS_SCREENSHOTS=1."""
    if not WANTED:
        return None
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.png"
    await page.screenshot(path=file, animations="disabled", caret="hide")
    return file
