"""Attacks on access tokens: every one has to fail, and say why."""

import base64
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from companyos.kernel.ids import new_id
from companyos.spines.identity.identity import identity_of
from companyos.spines.identity.public import turn_signing_key
from companyos.spines.identity.verification import claims_of, header_of

from .browsing import Browser
from .conftest import Place


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def forged(place: Place, **changed: Any) -> str:
    """A token signed by the real issuer with changed claims: what verification must still look at."""
    person, browser = await place.person(), Browser.at(place.url)
    claims = claims_of((await browser.sign_in(person))["access_token"])
    merged = {k: v for k, v in {**claims, **changed}.items() if v is not None}
    return await identity_of(place.house).signing.sign(merged, "at+jwt")


async def refused(place: Place, token: str) -> str:
    answer = await Browser.at(place.url).me(token)
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"].startswith("Bearer")
    return answer.json()["detail"]


async def test_no_other_algorithm_passes(place: Place) -> None:
    tokens = await Browser.at(place.url).sign_in(await place.person())
    header, payload, signature = tokens["access_token"].split(".")
    head, claims = header_of(tokens["access_token"]), claims_of(tokens["access_token"])
    for alg in ("none", "None", "NONE"):
        assert "ES256" in await refused(place, f"{b64({**head, 'alg': alg})}.{payload}.")
        assert "ES256" in await refused(place, f"{b64({**head, 'alg': alg})}.{payload}.{signature}")
    public = await identity_of(place.house).signing.key(head["kid"])
    assert public is not None
    pem = public.raw_value.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{b64({**head, 'alg': 'HS256'})}.{payload}"
    confused = f"{signed}.{b64(hmac.digest(pem, signed.encode(), 'sha256'))}"
    assert "ES256" in await refused(place, confused)
    rsa = RSAKey.generate_key(2048)
    assert "ES256" in await refused(
        place, jwt.encode({**head, "alg": "RS256"}, claims, rsa, algorithms=["RS256"])
    )
    own = jwt.encode(head, claims, ECKey.generate_key("P-256"), algorithms=["ES256"])
    assert "signature" in await refused(place, own)
    embedded = jwt.encode(
        {**head, "kid": "mine", "jwk": ECKey.generate_key("P-256").as_dict(private=False)},
        claims,
        ECKey.generate_key("P-256"),
        algorithms=["ES256"],
    )
    assert "key" in await refused(place, embedded)
    assert await refused(place, f"{header}.{b64({**claims, 'sub': str(uuid4())})}.{signature}")
    for junk in ("x", "a.b.c", "..", f"{header}.{payload}", "é.é.é", "x" * 9000, f"{b64(b'[' * 6000)}.e30."):
        assert await refused(place, junk)


async def test_claims_are_checked(place: Place) -> None:
    now = int(time.time())
    assert "expired" in await refused(place, await forged(place, exp=now - 10, iat=now - 400))
    assert "not valid yet" in await refused(place, await forged(place, iat=now + 100, exp=now + 400))
    assert "somebody else" in await refused(place, await forged(place, aud="https://elsewhere.example"))
    assert "issuer" in await refused(place, await forged(place, iss="https://elsewhere.example"))
    for name in ("exp", "tenant", "grant", "sub", "environment"):
        assert await refused(place, await forged(place, **{name: None}))
    assert await refused(place, await forged(place, exp=True))
    assert await refused(place, await forged(place, exp="9999999999"))


async def test_a_token_holds_in_its_own_tenant_only(place: Place) -> None:
    assert "ended" in await refused(place, await forged(place, tenant=str(place.other)))
    assert "ended" in await refused(place, await forged(place, sub=str(new_id())))
    assert "environment" in await refused(place, await forged(place, environment="moon"))
    tokens = await Browser.at(place.url).sign_in(await place.person())
    async with httpx.AsyncClient(base_url=place.url) as http:
        headers = {"Authorization": f"Bearer {tokens['access_token']}", "CompanyOS-Tenant": "other"}
        assert (await http.get("/api/v1/me", headers=headers)).status_code == 403


async def test_an_id_token_is_no_access_token(place: Place) -> None:
    tokens = await Browser.at(place.url).sign_in(await place.person())
    assert "type" in await refused(place, tokens["id_token"])


async def test_a_compromised_key_is_refused_at_once_and_a_turn_is_not_noticed(place: Place) -> None:
    browser = Browser.at(place.url)
    before = await browser.sign_in(await place.person())
    kid = await turn_signing_key(place.house, now=datetime.now(UTC))
    assert (await browser.me(before["access_token"])).status_code == 200
    after = (await browser.refresh(before["refresh_token"])).json()
    assert header_of(after["access_token"])["kid"] == kid
    published = [k["kid"] for k in (await browser.get("/.well-known/jwks.json")).json()["keys"]]
    assert kid in published and header_of(before["access_token"])["kid"] in published
    await turn_signing_key(place.house, now=datetime.now(UTC), compromised=True)
    assert "key" in await refused(place, after["access_token"])
    assert (await browser.refresh(after["refresh_token"])).status_code == 200
