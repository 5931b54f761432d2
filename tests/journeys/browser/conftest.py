"""One installation and one system Chromium for all browser journeys; every visitor has a context of their own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from companyos.testing.chromium import program

from ..conftest import CopyDemo
from .site import Site
from .visitor import Visitor, person

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000
"""Milliseconds: what a screen may take on a busy machine before a test gives up; nothing is measured by it."""
expect.set_options(timeout=PATIENCE)
SIZE = {"width": 1440, "height": 900}

Arrive = Callable[..., Awaitable[Visitor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def site(copy_demo: CopyDemo, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """The installation, on a copy of the demo; it must come up, and go down without a trace."""
    folder = tmp_path_factory.mktemp("site")
    copy_demo(folder)
    started = await Site.start(folder)
    yield started
    await started.stop()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, headless."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(site: Site, chromium: Browser) -> AsyncIterator[Arrive]:
    """Let a person of the demo come to a fresh browser: `await arrive("petra")`. Options go to the context."""
    async with AsyncExitStack() as leaving:

        async def come(name: str, **options: object) -> Visitor:
            context = await chromium.new_context(
                viewport=SIZE, color_scheme="dark", reduced_motion="reduce", **options
            )
            leaving.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE)
            return await Visitor.arrive(person(name), context, site.url)

        yield come
