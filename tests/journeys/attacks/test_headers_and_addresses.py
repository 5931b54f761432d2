"""What a browser is told and where it is sent: nothing that a request says can bend either."""

import re

import httpx
import pytest

from companyos.kernel.house import House
from companyos.testing.world import Client

PAGES = ("/", "/services/x", "/sign-in", "/device")
EVIL = "evil.example"


@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL"]
)
async def test_no_link_follows_the_host_that_a_request_names(
    browser: httpx.AsyncClient, house: House, header: str
) -> None:
    lie = {header: f"host={EVIL}" if header == "Forwarded" else EVIL}
    found = (await browser.get("/.well-known/openid-configuration", headers=lie)).json()
    assert found["issuer"] == house.public_url
    for path in (
        *PAGES,
        "/account",
        "/oauth/authorize?client_id=companyos-console",
        "/.well-known/jwks.json",
    ):
        answer = await browser.get(path, headers=lie)
        assert EVIL not in answer.text + str(answer.headers), path
    begun = await browser.post("/oauth/device", data={"client_id": "companyos-cli"}, headers=lie)
    assert begun.status_code == 200, begun.text
    assert begun.json()["verification_uri"].startswith(house.public_url)


@pytest.mark.parametrize(
    "put", ["{}", "x%0d%0aSet-Cookie:%20evil=1", "%0aLocation:%20//evil.example", "%00", "%e5%98%8a"]
)
async def test_nothing_can_be_written_into_a_header(
    browser: httpx.AsyncClient, engineer: Client, put: str
) -> None:
    addresses = [f"/{put}", f"//evil.example/{put}", f"/sign-in?ticket={put}", f"/device?user_code={put}"]
    addresses += [f"/oauth/sign-out?post_logout_redirect_uri={put}&state={put}", f"/api/v1/services/{put}"]
    addresses += [f"/oauth/authorize?client_id={put}&redirect_uri={put}&state={put}", f"/assets/{put}"]
    for address in addresses:
        answer = await browser.get(address.replace("{}", "x\\\\evil.example"), headers=engineer.headers)
        assert answer.status_code < 500, address
        assert "evil" not in answer.headers.get("set-cookie", ""), address
        assert not answer.headers.get("location", "/").startswith(("//", "http://evil", "\\")), address


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_signing_out_leads_nowhere_else(browser: httpx.AsyncClient, target: str) -> None:
    for name in ("post_logout_redirect_uri", "next", "return_to", "redirect_uri"):
        answer = await browser.get("/oauth/sign-out", params={name: target, "client_id": "companyos-console"})
        assert EVIL not in answer.headers.get("location", ""), name
        assert "javascript:" not in answer.headers.get("location", ""), name


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fapp%2fconsole.py",
        "/assets/%2fetc%2fpasswd",
        "/assets/....//....//etc/passwd",
        "/assets/x%00.js",
        "/assets/..\\..\\app\\console.py",
        "/sign-in/assets/..%2f..%2fsigning.py",
        "/sign-in/assets/%2e%2e",
        "/sign-in/assets/x%00",
    ],
)
async def test_no_path_leads_out_of_the_assets(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.send(
        httpx.Request("GET", f"{browser.base_url}{path}".replace("//assets", "/assets"))
    )
    assert answer.status_code in (200, 400, 404, 503), answer.text
    assert "root:" not in answer.text and "import " not in answer.text


async def test_other_origins_are_not_let_in(browser: httpx.AsyncClient, engineer: Client) -> None:
    for origin in (f"https://{EVIL}", "null", "http://127.0.0.1"):
        asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for path in ("/api/v1/me", "/oauth/token", "/v1/traces", "/sign-in", "/account"):
            before = await browser.options(path, headers=asks)
            answer = await browser.get(path, headers=engineer.headers | asks)
            for told in (before, answer):
                assert not [name for name in told.headers if name.startswith("access-control-")], path


async def test_methods_are_what_they_are(browser: httpx.AsyncClient, engineer: Client) -> None:
    for path in ("/api/v1/me", "/", "/oauth/token", "/healthz"):
        answer = await browser.request("TRACE", path, headers=engineer.headers | {"X-Secret": "echo"})
        assert answer.status_code in (400, 404, 405, 501), path
        assert "echo" not in answer.text and engineer.token not in answer.text
        assert (await browser.request("CONNECT", path)).status_code >= 400
    made = await engineer.post("/services", {"name": "overridden"})
    assert made.status_code == 201
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        await engineer.get("/services/overridden", headers={name: "DELETE"})
        await engineer.get("/services/overridden?_method=DELETE", headers={name: "DELETE"})
    assert (await engineer.get("/services/overridden")).status_code == 200


async def test_a_method_that_is_not_there_is_told_which_are(browser: httpx.AsyncClient) -> None:
    for path, methods in (
        ("/api/v1/services", "GET, POST"),
        ("/api/v1/services/x", "DELETE, GET, PATCH, PUT"),
        ("/api/v1/decisions", "POST"),
        ("/api/v1/hooks/deployments", "POST"),
        ("/oauth/revoke", "POST"),
    ):
        answer = await browser.request("GET" if methods == "POST" else "OPTIONS", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, methods), path
        assert answer.json()["code"] == "method_not_allowed"


async def test_answers_are_not_kept_and_pages_are_walled_in(
    browser: httpx.AsyncClient, engineer: Client
) -> None:
    for path in (
        "/api/v1/me",
        "/api/v1/services",
        "/api/v1/nothing",
        "/oauth/userinfo",
        "/sign-in",
        "/account",
    ):
        answer = await browser.get(path, headers=engineer.headers)
        assert "no-store" in answer.headers["cache-control"], path
    for path in (*PAGES, "/api/v1/me", "/healthz", "/assets/none.js"):
        answer = await browser.get(path)
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy, path
        assert not re.search(r"script-src[^;]*('unsafe-inline'|'unsafe-eval'|\*)", policy), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin")
        assert "server" not in answer.headers or not re.search(r"\d", answer.headers["server"]), path


async def test_cookies_stay_with_the_issuer(browser: httpx.AsyncClient, house: House) -> None:
    page = await browser.get("/sign-in")
    [cookie] = page.headers.get_list("set-cookie")
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "path=/"} <= flags and flags & {"samesite=lax", "samesite=strict"}
    assert ("secure" in flags) == house.public_url.startswith("https://")
    assert not [flag for flag in flags if flag.startswith("domain=")]
    for path in ("/api/v1/me", "/", "/api/v1/services", "/.well-known/openid-configuration"):
        assert "set-cookie" not in (await browser.get(path)).headers, path


async def test_a_cookie_opens_no_door_of_the_api(browser: httpx.AsyncClient, engineer: Client) -> None:
    for name in ("session", "access_token", "token", "__Host-session"):
        answer = await browser.get("/api/v1/me", headers={"Cookie": f"{name}={engineer.token}"})
        assert answer.status_code == 401
    for query in ("access_token", "token", "authorization"):
        assert (await browser.get("/api/v1/me", params={query: engineer.token})).status_code == 401
