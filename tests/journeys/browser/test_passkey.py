"""A passkey (WebAuthn) from a virtual authenticator: set up on the account page, then used to step up."""

from playwright.async_api import Request, expect

from .conftest import Arrive

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def test_a_passkey_steps_up(arrive: Arrive) -> None:
    sami = await arrive("sami")
    page = sami.page
    devices = await sami.context.new_cdp_session(page)
    await devices.send("WebAuthn.enable")
    await devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    await sami.sign_in()
    _, deployments = await sami.ask("/deployments?service=catalogue&limit=1")

    await page.goto(f"{sami.url}/account")
    await page.get_by_role("button", name="Add a passkey").click()
    await sami.step_up()  # what protects the account changes only after a fresh second factor
    await page.get_by_role("button", name="Add a passkey").click()
    await page.get_by_label("Name").fill("Laptop")
    await page.get_by_role("button", name="Add the passkey").click()
    await page.get_by_role("link", name="I have kept them").click()  # the recovery codes
    await expect(page.get_by_text("Laptop")).to_be_visible()

    await page.goto(f"{sami.url}/oauth/sign-out")
    await page.get_by_role("button", name="Sign out").click()
    await sami.sign_in(f"/deployments/{deployments['items'][0]['id']}")
    keys: list[str] = []

    def asked(request: Request) -> None:
        if request.url.endswith("/redeploy"):
            keys.append(request.headers["idempotency-key"])

    page.on("request", asked)
    await page.get_by_role("button", name="Redeploy").click()
    await page.get_by_label("Why are you doing this?").fill("To try the passkey")
    await page.get_by_role("dialog").get_by_role("button", name="Redeploy").click()
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_text("It is done, recorded and signed.")).to_be_visible()
    assert len(keys) == 2 and keys[0] == keys[1], "after the passkey the very same request went on"
    # 401: the step-up's challenge. 400: having signed out at the issuer, the console's refresh token is void.
    sami.expect_faults("401", "400")
