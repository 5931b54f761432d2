"""Where one is stands in the address; what one types outlives the session; what is old says so."""

from urllib.parse import parse_qs, urlsplit

from playwright.async_api import expect

from .cable import Cable
from .conftest import Arrive
from .visitor import Visitor

FORGET = """async () => {
  const open = indexedDB.open("companyos");
  await new Promise((done) => (open.onsuccess = done));
  const change = open.result.transaction("kept", "readwrite");
  change.objectStore("kept").delete("tokens");
  await new Promise((done) => (change.oncomplete = done));
  open.result.close();
}"""


async def test_the_address_says_where_one_is(arrive: Arrive) -> None:
    sami = await arrive("sami")
    await sami.sign_in("/services/payments?from=now-24h")
    words = parse_qs(urlsplit(sami.page.url).query)
    assert (words["tenant"], words["env"], words["from"]) == (["companyos"], ["prod"], ["now-24h"])
    await sami.page.reload()
    await sami.settled()
    assert parse_qs(urlsplit(sami.page.url).query) == words
    await expect(sami.page.get_by_role("radio", name="24h")).to_be_checked()
    await sami.page.get_by_role("link", name="Incidents").first.click()
    await expect(sami.page.get_by_role("heading", name="Incidents", level=1)).to_be_visible()
    carried = parse_qs(urlsplit(sami.page.url).query)
    assert {word: carried[word] for word in ("tenant", "env", "from")} == words
    sami.expect_faults()

    for wrong in ("tenant=acme&env=prod", "tenant=nobody&env=prod", "tenant=companyos&env=moon"):
        await sami.page.goto(f"{sami.url}/services?{wrong}")
        await expect(sami.page.get_by_text("Not found, or not yours")).to_be_visible()
        await expect(sami.page.get_by_text("payments")).to_have_count(0)
    for nothing in ("/no/such/page", "/deployments/no-id", "/services/no-such"):
        await sami.go(nothing)
        missing = sami.page.get_by_role("heading", name="Not found, or not yours", level=1)
        await expect(missing).to_be_visible()
        assert urlsplit(sami.page.url).path == nothing
    sami.expect_faults("400", "404", "403", "422")


async def test_what_was_typed_outlives_the_session(arrive: Arrive) -> None:
    sami = await arrive("sami")
    page = sami.page
    await sami.sign_in("/incidents?new=yes")
    title = page.get_by_label("What is wrong?")
    await title.fill("Checkout answers slowly")
    await page.evaluate(FORGET)
    await sami.context.clear_cookies()
    await page.get_by_role("dialog").get_by_role("button", name="Open the incident").click()
    await sami.give_password()
    await expect(title).to_have_value("Checkout answers slowly")
    await page.get_by_role("dialog").get_by_role("button", name="Open the incident").click()
    await expect(page.get_by_role("heading", name="Checkout answers slowly", level=1)).to_be_visible()
    sami.expect_faults("401")


async def test_a_lost_connection_is_told_and_caught_up(arrive: Arrive) -> None:
    petra = await arrive("petra")
    await petra.sign_in("/incidents")
    async with Cable(petra.url) as cable:
        sami = await arrive("sami", proxy=cable.proxy)
        await sami.sign_in("/incidents")
        await lose_and_find(sami, petra, cable)
    petra.expect_faults()


async def lose_and_find(sami: Visitor, petra: Visitor, cable: Cable) -> None:
    """Sami is cut off, Petra acts meanwhile; Sami's console says that it is old, and later shows what it missed."""
    banner = sami.page.get_by_text("No live connection")
    await expect(banner).to_have_count(0)
    cable.pull()
    await expect(banner).to_be_visible()
    title = "Opened while one was away"
    status, _ = await petra.ask("/incidents", "POST", {"title": title, "severity": "sev4"})
    assert status == 201
    await expect(petra.page.get_by_role("link", name=title)).to_be_visible()
    await expect(sami.page.get_by_role("link", name=title)).to_have_count(0)
    cable.plug_in()
    await expect(banner).to_be_hidden()
    await expect(sami.page.get_by_role("link", name=title)).to_be_visible()


async def test_a_browser_that_is_offline_says_so_and_catches_up(arrive: Arrive) -> None:
    petra, sami = await arrive("petra"), await arrive("sami")
    await petra.sign_in("/incidents")
    await sami.sign_in("/incidents")
    banner, badge = sami.page.get_by_text("No live connection"), sami.page.get_by_text("Stale since")
    await sami.context.set_offline(True)
    await expect(banner).to_be_visible()
    await expect(badge).to_be_visible()
    title = "Opened while one was offline"
    status, _ = await petra.ask("/incidents", "POST", {"title": title, "severity": "sev4"})
    assert status == 201
    await expect(petra.page.get_by_role("link", name=title)).to_be_visible()
    await expect(sami.page.get_by_role("link", name=title)).to_have_count(0)
    await sami.context.set_offline(False)
    await expect(banner).to_be_hidden()
    await expect(badge).to_be_hidden()
    await expect(sami.page.get_by_role("link", name=title)).to_be_visible()
    petra.expect_faults()


async def test_a_note_is_seen_in_another_browser(arrive: Arrive) -> None:
    sami, petra = await arrive("sami"), await arrive("petra")
    await sami.sign_in("/incidents")
    _, incident = await sami.ask("/incidents", "POST", {"title": "War room", "severity": "sev3"})
    for visitor in (sami, petra):
        await (visitor.go if visitor is sami else visitor.sign_in)(f"/incidents/{incident['id']}")
    note = "It is the cache"
    await sami.page.get_by_label("Note").fill(note)
    await sami.page.get_by_role("button", name="Add the note").click()
    await expect(petra.page.get_by_text(note)).to_be_visible()  # nobody reloaded the page
    sami.expect_faults()
    petra.expect_faults()
