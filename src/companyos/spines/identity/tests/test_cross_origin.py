"""A browser client elsewhere can finish its sign-in, and nothing more: only registered origins, only the issuer."""

import httpx
import pytest

from companyos.spines.identity.issuer.cross_origin import origin_of

from .browsing import OTHER_CLIENT, OTHER_REDIRECT
from .conftest import Place

ORIGIN = origin_of(OTHER_REDIRECT) or ""
ALLOWED = "access-control-allow-origin"


@pytest.mark.parametrize(
    ("uri", "origin"),
    [
        ("https://app.example/done?x=1", "https://app.example"),
        ("https://App.Example:443/done", "https://app.example"),
        ("http://localhost:8080/done", "http://localhost:8080"),
        ("http://[::1]:80/done", "http://[::1]"),
        ("com.example.app:/done", None),
    ],
)
def test_origins_are_written_as_browsers_do(uri: str, origin: str | None) -> None:
    assert origin_of(uri) == origin


async def test_a_registered_origin_may_ask_for_tokens(place: Place) -> None:
    async with httpx.AsyncClient(base_url=place.url, headers={"Origin": ORIGIN}) as browser:
        asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        preflight = await browser.options("/oauth/token", headers=asks)
        assert preflight.status_code == 204 and preflight.headers[ALLOWED] == ORIGIN
        assert preflight.headers["access-control-allow-methods"] == "POST"
        assert "access-control-allow-credentials" not in preflight.headers
        asked = {"grant_type": "authorization_code", "client_id": OTHER_CLIENT, "code": "wrong"}
        refused = await browser.post("/oauth/token", data=asked)
        assert refused.status_code == 400 and refused.headers[ALLOWED] == ORIGIN
        assert refused.headers["vary"] == "Origin"
        for path in ("openid-configuration", "jwks.json"):
            assert (await browser.get(f"/.well-known/{path}")).headers[ALLOWED] in ("*", ORIGIN)


@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "null", "", ORIGIN.upper(), f"{ORIGIN}.evil.example", f"{ORIGIN}/"],
)
async def test_other_origins_may_not(place: Place, origin: str) -> None:
    async with httpx.AsyncClient(base_url=place.url, headers={"Origin": origin}) as browser:
        preflight = await browser.options("/oauth/token", headers={"Access-Control-Request-Method": "POST"})
        answer = await browser.post("/oauth/token", data={"grant_type": "refresh_token"})
    assert ALLOWED not in preflight.headers and ALLOWED not in answer.headers
    assert preflight.headers["vary"] == answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("path", ["/api/v1/me", "/oauth/userinfo", "/oauth/revoke", "/oauth/authorize"])
async def test_even_a_registered_origin_reads_nothing_else(place: Place, path: str) -> None:
    async with httpx.AsyncClient(base_url=place.url, headers={"Origin": ORIGIN}) as browser:
        preflight = await browser.options(path, headers={"Access-Control-Request-Method": "GET"})
        answer = await browser.get(path)
    assert ALLOWED not in preflight.headers and ALLOWED not in answer.headers
