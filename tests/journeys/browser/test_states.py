"""Empty, loading, broken and forbidden: every list has all four states, each telling what to do."""

import asyncio
import json

import pytest
from playwright.async_api import Route, expect

from .conftest import Arrive

LISTS = {
    "services": "No service is known here yet.",
    "deployments": "Nothing has been deployed yet.",
    "incidents": "No incident",
    "audit": "Nothing was recorded",
}
PROBLEM = {
    "type": "about:blank",
    "title": "Something broke here",
    "status": 500,
    "code": "internal",
    "request_id": "01900000-0000-7000-8000-00000000cafe",
    "reasons": [{"code": "internal", "sentence": "The server failed; it is not your fault."}],
}
REFUSAL = PROBLEM | {
    "title": "Not permitted",
    "status": 403,
    "code": "policy.no_permit",
    "reasons": [
        {
            "code": "policy.no_permit",
            "sentence": "Nothing permits this for your roles.",
            "remedy": {
                "kind": "request_access",
                "sentence": "Ask an administrator for a role that reads this.",
            },
        }
    ],
}


@pytest.mark.parametrize("kind", LISTS)
async def test_a_list_has_all_its_states(arrive: Arrive, kind: str) -> None:
    petra = await arrive("petra")
    page, address = petra.page, f"**/api/v1/{kind}?*"
    await petra.sign_in("/tenants")
    await page.route("**/api/v1/events", silence)  # else news may mend the page before a state was seen

    async def answered(status: int, body: object) -> None:
        await page.unroute(address)
        await page.route(address, lambda route: reply(route, status, body))
        await petra.go(f"/{kind}")

    await answered(200, {"items": [], "next": None})
    await expect(page.get_by_text(LISTS[kind])).to_be_visible()

    await answered(500, PROBLEM)
    broken = page.get_by_role("alert", name="Something broke here")
    await expect(broken).to_contain_text("it is not your fault")
    await expect(broken).to_contain_text("01900000-0000-7000-8000-00000000cafe")
    await page.unroute(address)
    await broken.get_by_role("button", name="Try again").click()
    await expect(page.locator("tbody tr").first).to_be_visible()

    await answered(403, REFUSAL)
    refused = page.get_by_role("note", name="Not permitted")
    await expect(refused).to_contain_text("Nothing permits this for your roles.")
    await expect(refused).to_contain_text("Ask an administrator")
    await expect(refused.get_by_role("button", name="Try again")).to_have_count(0)

    await page.unroute(address)
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route(address, hold)
    await page.goto(f"{petra.url}/{kind}")
    await expect(page.get_by_role("main").locator("[aria-busy=true]").first).to_be_visible()
    let_go.set()
    await expect(page.locator("tbody tr").first).to_be_visible()
    petra.expect_faults("500", "403")


async def silence(route: Route) -> None:
    """An event stream that never says anything."""
    await asyncio.Event().wait()


async def reply(route: Route, status: int, body: object) -> None:
    """Answer in the server's place."""
    kind = "application/json" if status < 400 else "application/problem+json"
    await route.fulfill(status=status, body=json.dumps(body), content_type=kind)
