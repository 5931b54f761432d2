"""Tokens with keys of the attacker's choice, and claims that lead elsewhere; identity tests forged signatures."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from companyos.spines.identity.identity import identity_of
from companyos.spines.identity.verification import claims_of, header_of
from companyos.testing.world import Client, World

MINE = ECKey.generate_key("P-256")
ANY_HEADER = JWSRegistry(algorithms=["ES256"], strict_check_header=False)


async def refused(browser: httpx.AsyncClient, token: str) -> str:
    answer = await browser.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401, answer.text
    told = answer.json()
    assert told["reasons"][0]["remedy"]["kind"] == "sign_in"
    return str(told["detail"])


@pytest.mark.parametrize(
    "kid",
    [
        "../../../../etc/passwd",
        "/dev/null",
        "..%2f..%2fkeys",
        "' or 1=1 --",
        "\0",
        "",
        "x" * 4000,
        "https://evil.example/jwks.json",
        None,
        7,
        ["a"],
        {"a": "b"},
        True,
    ],
    ids=str,
)
async def test_a_key_id_is_only_ever_looked_up(
    browser: httpx.AsyncClient, engineer: Client, kid: Any
) -> None:
    head, payload, _ = engineer.token.split(".")
    odd = {**header_of(engineer.token), "kid": kid}
    signed = f"{_b64(odd)}.{payload}.{_b64(b'x' * 64)}"
    assert await refused(browser, signed)
    assert await refused(browser, f"{head}.{payload}.{_b64(bytes(64))}")  # CVE-2022-21449: r = s = 0


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c", "x5t", "crit"])
async def test_a_token_brings_no_key_of_its_own(
    browser: httpx.AsyncClient, engineer: Client, name: str
) -> None:
    said: dict[str, Any] = {
        "jwk": MINE.as_dict(private=False),
        "jku": "https://evil.example/jwks.json",
        "x5u": "https://evil.example/chain.pem",
        "x5c": ["MIIB"],
        "x5t": "AAAA",
        "crit": ["kid"],
    }
    for kid in (header_of(engineer.token)["kid"], MINE.thumbprint()):
        head = {**header_of(engineer.token), "kid": kid, name: said[name]}
        signed = jwt.encode(head, claims_of(engineer.token), MINE, algorithms=["ES256"], registry=ANY_HEADER)
        assert await refused(browser, signed)


@pytest.mark.parametrize("typ", ["JWT", "dpop+jwt", "logout+jwt", "", None, "AT+JWTX"])
async def test_only_an_access_token_is_one(
    world: World, browser: httpx.AsyncClient, engineer: Client, typ: str | None
) -> None:
    signed = await identity_of(world.house).signing.sign(claims_of(engineer.token), typ)  # type: ignore[arg-type]
    assert await refused(browser, signed)


async def test_times_and_audience_are_the_apis_own(
    world: World, browser: httpx.AsyncClient, engineer: Client
) -> None:
    claims, now = claims_of(engineer.token), int(datetime.now(UTC).timestamp())
    for changed in (
        {"exp": now - 60, "iat": now - 360},
        {"nbf": now + 3600},
        {"iat": now + 3600, "exp": now + 7200},
        {"exp": 10**30},
        {"exp": -1},
        {"exp": float(now + 300) * 1e10},
        {"aud": "companyos-console"},
        {"aud": []},
        {"iss": claims["iss"] + "/"},
    ):
        signed = await identity_of(world.house).signing.sign({**claims, **changed}, "at+jwt")
        assert await refused(browser, signed), changed


async def test_claims_of_another_tenant_open_nothing(
    world: World, browser: httpx.AsyncClient, engineer: Client
) -> None:
    stranger = await world.person("platform_engineer", tenant="other", mfa_ago=timedelta(seconds=1))
    mine, theirs = claims_of(engineer.token), claims_of(stranger.token)
    for names in (
        ("tenant",),
        ("tenant", "tenant_slug"),
        ("grant",),
        ("sub",),
        ("tenant", "tenant_slug", "grant"),
    ):
        signed = await identity_of(world.house).signing.sign(mine | {n: theirs[n] for n in names}, "at+jwt")
        assert await refused(browser, signed), names
    odd = {"tenant": str(uuid4())}
    assert await refused(browser, await identity_of(world.house).signing.sign(mine | odd, "at+jwt"))
    for tenant in (stranger.slug, str(stranger.tenant), "", "*", f"{engineer.slug},{stranger.slug}"):
        told = await engineer.get("/me", headers={"CompanyOS-Tenant": tenant})
        assert told.status_code == 403, tenant
        assert told.json()["reasons"][0]["code"] == "context_mismatch"
    renamed = await identity_of(world.house).signing.sign(mine | {"tenant_slug": stranger.slug}, "at+jwt")
    answer = await browser.get("/api/v1/me", headers={"Authorization": f"Bearer {renamed}"})
    assert answer.status_code == 401 or stranger.slug not in answer.text


async def test_two_tokens_are_none(browser: httpx.AsyncClient, engineer: Client) -> None:
    twice = [("Authorization", f"Bearer {engineer.token}"), ("Authorization", "Bearer x")]
    for headers in (twice, twice[::-1]):
        assert (await browser.get("/api/v1/me", headers=headers)).status_code in (400, 401)
    for odd in (
        f"bearer  {engineer.token} x",
        f"Basic {engineer.token}",
        f"Bearer {engineer.token},x",
        "Bearer",
    ):
        assert (await browser.get("/api/v1/me", headers={"Authorization": odd})).status_code == 401


def _b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
