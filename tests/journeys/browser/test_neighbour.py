"""The other tenant's administrator: nothing of the first tenant exists, whatever way one tries."""

from playwright.async_api import expect

from .conftest import Arrive
from .visitor import Visitor

UNKNOWN = "Not found, or not yours"
NOWHERE = "01900000-0000-7000-8000-000000000000"
PAGES = ("/", "/services", "/deployments", "/incidents", "/tenants", "/policies", "/audit", "/admin")


async def test_nothing_of_the_first_tenant_can_be_seen(arrive: Arrive) -> None:
    petra = await arrive("petra")
    await petra.sign_in()
    secrets, addresses = await belongings(petra)
    await petra.context.close()

    alice = await arrive("alice")
    await alice.sign_in()
    for path in PAGES:
        await alice.go(path, **{"from": "now-30d"})
        seen = await alice.page.locator("body").inner_text()
        assert not [secret for secret in secrets if secret in seen], path
    for foreign, absent in addresses:
        assert await refusal(alice, foreign) == await refusal(alice, absent), foreign
    alice.expect_faults("404")
    for secret in ("companyos-api", "payments", "petra@companyos.example"):
        await alice.go("/search", q=secret)
        await expect(alice.page.get_by_role("main").get_by_role("link", name=secret)).to_have_count(0)
        await alice.page.keyboard.press("Control+k")
        await alice.page.get_by_label("Search or run").last.fill(f":svc {secret}")
        await expect(alice.page.get_by_text("Nothing in this tenant and environment.")).to_be_visible()
        await alice.page.keyboard.press("Escape")
    await alice.page.goto(f"{alice.url}/services?tenant=companyos&env=prod")
    await expect(alice.page.get_by_text(UNKNOWN)).to_be_visible()
    seen = await alice.page.locator("body").inner_text()
    assert not [secret for secret in secrets if secret in seen]
    alice.expect_faults("400", "403", "404")


async def test_evidence_of_the_first_tenant_does_not_exist(arrive: Arrive) -> None:
    petra, alice = await arrive("petra"), await arrive("alice")
    await petra.sign_in()
    await alice.sign_in()
    _, records = await petra.ask("/audit?limit=1")
    for path in (f"/audit/{records['items'][0]['id']}", f"/audit/{records['items'][0]['id']}/proof"):
        status, foreign = await alice.ask(path)
        _, absent = await alice.ask(path.replace(records["items"][0]["id"], NOWHERE))
        assert status == 404
        assert (foreign["title"], foreign["reasons"]) == (absent["title"], absent["reasons"])
    _, packs = await petra.ask("/evidence?limit=5")
    for pack in packs["items"]:
        assert (await alice.ask(f"/evidence/{pack['id']}"))[0] == 404


async def belongings(visitor: Visitor) -> tuple[list[str], list[tuple[str, str]]]:
    """Words that only the visitor's tenant knows; addresses of its things, each with one that leads nowhere."""
    _, services = await visitor.ask("/services?limit=200")
    _, deployments = await visitor.ask("/deployments?limit=50")
    _, incidents = await visitor.ask("/incidents?limit=50")
    name = services["items"][0]["name"]
    deployment, incident = deployments["items"][0]["id"], incidents["items"][0]["id"]
    words = [
        *(service["name"] for service in services["items"] if "-" in service["name"]),
        *(deployment["version"] for deployment in deployments["items"] if deployment["commit"]),
        *(incident["id"] for incident in incidents["items"]),
        "CompanyOS Cloud",
        "petra@companyos.example",
    ]
    return words, [
        (f"/services/{name}", "/services/no-such-service"),
        (f"/deployments/{deployment}", f"/deployments/{NOWHERE}"),
        (f"/incidents/{incident}", f"/incidents/{NOWHERE}"),
        ("/tenants/companyos", "/tenants/no-such-tenant"),
    ]


async def refusal(visitor: Visitor, path: str) -> str:
    """What the page at this address says; it must be the one page for what is absent or another's."""
    await visitor.go(path)
    await expect(visitor.page.get_by_role("heading", name=UNKNOWN)).to_be_visible()
    return await visitor.page.get_by_role("main").inner_text()
