"""What is secret stays out of the logs, whatever happens to the request that carries it."""

import io
from collections.abc import Iterator

import httpx
import pytest
import structlog

from companyos.kernel.house import House
from companyos.kernel.logs import configure_logs
from companyos.testing.world import Client

PASSWORD = "tr0ub4dor-and-3-secrets"


@pytest.fixture
def written(house: House) -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, down to the least severe."""
    kept = structlog.get_config()
    logs = io.StringIO()
    configure_logs("debug", to=logs)
    yield logs
    structlog.configure(**kept)


async def test_secrets_do_not_reach_the_logs(
    browser: httpx.AsyncClient, engineer: Client, ingest_key: str, house: House, written: io.StringIO
) -> None:
    page = await browser.get("/sign-in")
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    form = {"email": "nobody@example.com", "password": PASSWORD, "form_token": token}
    secrets = [
        PASSWORD,
        engineer.token,
        ingest_key,
        token,
        "se3ret-refresh",
        "se3ret-code",
        "se3ret-verifier",
    ]

    assert (await browser.post("/sign-in", data=form)).status_code == 401
    await browser.post(
        "/oauth/token", data={"grant_type": "refresh_token", "refresh_token": "se3ret-refresh"}
    )
    code = {"grant_type": "authorization_code", "code": "se3ret-code", "code_verifier": "se3ret-verifier"}
    await browser.post("/oauth/token", data={**code, "client_id": "companyos-console"})
    await browser.post("/oauth/introspect", data={"token": engineer.token})
    await browser.post("/oauth/revoke", data={"token": engineer.token + "x"})
    for header in (engineer.headers, {"Authorization": f"Basic {engineer.token}"}):
        for path in ("/api/v1/me", "/api/v1/nothing", f"/api/v1/services/{'x' * 90}"):
            await browser.get(path, headers=header)
    await browser.post("/v1/traces", content=b"{", headers={"Authorization": f"Bearer {ingest_key}"})
    account = await engineer.post("/service-accounts", {"name": "x", "environments": ["prod"]})
    assert account.status_code in (201, 403)
    await _break(house, browser, engineer)

    logs = written.getvalue()
    assert "request.failed" in logs, "the fault that was provoked is in the log"
    assert [secret for secret in secrets if secret in logs] == []


async def _break(house: House, browser: httpx.AsyncClient, engineer: Client) -> None:
    """Provoke a fault while a token and a body are at hand: its traceback must not hold them."""
    gate, house.gate = house.gate, None  # type: ignore[assignment]
    try:
        body = {"name": "broken", "description": PASSWORD}
        assert (await engineer.post("/services", body)).status_code == 500
    finally:
        house.gate = gate
