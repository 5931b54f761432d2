"""Programs: assertions of service accounts, and ingest keys."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from companyos.kernel.ids import new_id
from companyos.kernel.problems import Unauthenticated
from companyos.spines.identity import authenticator
from companyos.spines.identity.clients import service_client_id
from companyos.spines.identity.public import authenticate_ingest_key, seed_ingest_key
from companyos.spines.identity.store import accounts

from .conftest import Place

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def account(place: Place) -> tuple[str, ECKey]:
    key = ECKey.generate_key("P-256", {"kid": "k"})
    async with place.house.begin(tenant=place.home) as work:
        new = accounts.Account(
            place.home,
            new_id(),
            f"bot-{new_id().hex[-8:]}",
            ("support",),
            ("prod",),
            {"keys": [{**key.as_dict(private=False), "kid": "k"}]},
            "active",
            1,
            work.now,
        )
        await accounts.add(work.db, new)
    return service_client_id(place.home, new.id), key


def assertion(place: Place, client: str, key: ECKey, alg: str = "ES256", **changed: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": client,
        "sub": client,
        "aud": place.url,
        "exp": now + 60,
        "iat": now,
        "jti": new_id().hex,
        **changed,
    }
    claims = {k: v for k, v in claims.items() if v is not None}
    return jwt.encode({"alg": alg, "kid": "k"}, claims, key, algorithms=[alg])


async def ask(place: Place, signed: str, **more: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=place.url) as http:
        return await http.post(
            "/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": BEARER,
                "client_assertion": signed,
                **more,
            },
        )


async def test_a_service_account_signs_for_itself_and_once(place: Place) -> None:
    client, key = await account(place)
    signed = assertion(place, client, key)
    good = await ask(place, signed)
    assert good.status_code == 200 and "refresh_token" not in good.json()
    replayed = await ask(place, signed)
    assert replayed.status_code == 401 and "used before" in replayed.json()["error_description"]
    assert (await ask(place, assertion(place, client, key), environment="stage")).json()[
        "error"
    ] == "invalid_target"


async def test_wrong_assertions_are_refused(place: Place) -> None:
    client, key = await account(place)
    other, _ = await account(place)
    now = int(time.time())
    for wrong in (
        assertion(place, client, ECKey.generate_key("P-256", {"kid": "k"})),
        assertion(place, other, key),
        assertion(place, client, key, sub=other),
        assertion(place, client, key, aud="https://elsewhere.example"),
        assertion(place, client, key, exp=now - 60),
        assertion(place, client, key, exp=now + 86_400),
        assertion(place, client, key, exp=None),
        assertion(place, client, key, jti=None),
        assertion(place, client, key).rsplit(".", 1)[0] + ".",
        "junk",
        assertion(place, service_client_id(place.other, new_id()), key),
    ):
        answer = await ask(place, wrong)
        assert answer.status_code == 401 and answer.json()["error"] == "invalid_client"


async def test_an_ingest_key_says_who_sends_and_ends_within_five_seconds(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await seed_ingest_key(place.house, tenant=place.home, name="sender", environment="prod")
    claims = await authenticate_ingest_key(place.house, key)
    assert (claims.tenant, claims.environment) == (place.home, "prod")
    assert claims.scopes == {"telemetry:write"}
    foreign = key.replace(place.home.hex, place.other.hex)
    for wrong in (foreign, key[:-1], f"cosk_{place.home.hex}_", "cosk_", "x", key + "\x00"):
        with pytest.raises(Unauthenticated):
            await authenticate_ingest_key(place.house, wrong)
    assert authenticator.INGEST_HOT_SECONDS < 5
    monkeypatch.setattr(authenticator, "INGEST_HOT_SECONDS", 0.2)
    newer = await seed_ingest_key(place.house, tenant=place.home, name="sender", environment="prod")
    await asyncio.sleep(0.25)
    with pytest.raises(Unauthenticated):
        await authenticate_ingest_key(place.house, key)
    assert (await authenticate_ingest_key(place.house, newer)).tenant == place.home


async def test_an_ingest_key_opens_no_other_door(place: Place) -> None:
    key = await seed_ingest_key(place.house, tenant=place.home, name="narrow", environment="prod")
    async with httpx.AsyncClient(base_url=place.url) as http:
        answer = await http.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
