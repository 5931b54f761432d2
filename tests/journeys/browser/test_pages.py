"""Every page: it stands, nothing goes wrong behind it, and it is accessible, dark and light."""

from typing import Literal

import pytest
from playwright.async_api import Page

from .conftest import Arrive
from .pictures import picture
from .site import ROOT
from .visitor import Visitor

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text
SEEN = ("petra", "fay", "alice")
"""Who may everything, who may little, and the other tenant; the crawler holds their controls to the server."""
OWN = "/services/companyos-api?from=now-1h"
PICTURES = {"/": "overview", "/services": "services", OWN: "service", "/policies": "policies"}
FIND = """async (only) => {
  const rules = only ? { runOnly: only } : {};
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...rules });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\\n${node.failureSummary}`));
}"""
DRESS = """async (scheme) => {
  const { dataset } = document.documentElement;
  const frame = () => new Promise(requestAnimationFrame);
  while (dataset.mantineColorScheme && dataset.mantineColorScheme !== scheme) await frame();
  await frame();
  await frame();
  const ends = (one) => one.effect.getComputedTiming().endTime < Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
}"""


@pytest.mark.parametrize("name", SEEN)
async def test_every_page_stands(arrive: Arrive, name: str) -> None:
    visitor = await arrive(name, bypass_csp=True)  # axe is injected; the other journeys run under the policy
    await visitor.page.goto(visitor.url)
    await visitor.page.get_by_label("Email").wait_for()
    wrong = []
    if name == "petra":
        wrong += await violations(visitor.page)
        await both(visitor.page, "sign-in")
    await visitor.sign_in()
    for path in await pages_of(visitor):
        await visitor.walk(path)
        wrong += [f"{path}: {one}" for one in await violations(visitor.page)]
        if name == "petra" and (
            shown := "incident" if path.startswith("/incidents/") else PICTURES.get(path)
        ):
            await both(visitor.page, shown)
        wrong += [f"{path}: {fault}" for fault in await unexplained(visitor)]
    assert not wrong, "\n".join(wrong)


async def pages_of(visitor: Visitor) -> list[str]:
    """The address of every page of the console, with things that this person may see."""
    paths = ["/", "/services", "/deployments", "/incidents", "/tenants", "/policies", "/audit", "/admin"]
    for kind, key in (("services", "name"), ("deployments", "id"), ("incidents", "id"), ("tenants", "slug")):
        status, found = await visitor.ask(f"/{kind}?limit=1")
        if status == 200 and found["items"]:
            paths.append(f"/{kind}/{found['items'][0][key]}")
    if visitor.who.tenant.slug == "companyos":
        paths.append(OWN)
    return [*paths, "/search?q=api", "/admin?tab=machines", "/admin?tab=roles", "/no/such/page"]


async def unexplained(visitor: Visitor) -> list[str]:
    """What went wrong on this page. A refusal is no fault where the page says why."""
    faults, visitor.faults = visitor.faults, []
    explained = await visitor.page.locator(".reasons").count() > 0
    return [fault for fault in faults if not (explained and "403" in fault)]


async def violations(page: Page) -> list[str]:
    """What axe finds: every rule in the dark; by light, contrast, which is all that a scheme changes."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE())
    await dress(page, "dark")
    found = await page.evaluate(FIND, None)
    await dress(page, "light")
    found += [f"light, {one}" for one in await page.evaluate(FIND, ["color-contrast"])]
    await dress(page, "dark")
    return found


async def dress(page: Page, scheme: Literal["dark", "light"]) -> None:
    """Show the page in this colour scheme, and wait until nothing fades any more."""
    await page.emulate_media(color_scheme=scheme)
    await page.evaluate(DRESS, scheme)


async def both(page: Page, name: str) -> None:
    """A picture of the page in the dark and by light."""
    await picture(page, name)
    await dress(page, "light")
    await picture(page, f"{name}-light")
    await dress(page, "dark")
