"""The public JavaScript client openid-client, unmodified, drives every flow of the issuer."""

import asyncio
import json
import os
import shutil
from pathlib import Path

from joserfc.jwk import ECKey

from companyos.kernel.ids import new_id
from companyos.kernel.work import MFA
from companyos.kernel.work import PASSWORD as BY_PASSWORD
from companyos.spines.identity.clients import service_client_id
from companyos.spines.identity.store import accounts

from .browsing import PASSWORD, SEED, Browser
from .conftest import Place

CLIENT = Path(__file__).parents[5] / "tests" / "clients" / "openid.mjs"


async def test_openid_client_drives_every_flow(place: Place) -> None:
    person = await place.person("sre", also=True)
    key = ECKey.generate_key("P-256", {"kid": "k1"})
    service = await _service(place, key)
    node = shutil.which("node", path=f"{CLIENT.parents[2]}/.venv/bin:{os.environ['PATH']}")
    assert node, "Node is missing: run `make test` once"
    process = await asyncio.create_subprocess_exec(
        node,
        str(CLIENT),
        env={
            "PATH": os.environ["PATH"],
            "ISSUER": place.url,
            "EMAIL": person.email,
            "PASSWORD": PASSWORD,
            "SEED": SEED,
            "SERVICE": service,
            "SERVICE_KEY": json.dumps({**key.as_dict(private=True), "kid": "k1"}),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complaints = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, complaints.decode()
    out = json.loads(printed)

    me = str(person.id)
    assert out["issuer"] == place.url
    assert out["code"] == {"sub": me, "acr": BY_PASSWORD}
    assert out["userinfo"] == {
        "sub": me,
        "name": "Robin Vega",
        "email": person.email,
        "email_verified": True,
    }
    assert out["introspected"]["active"] and out["introspected"]["tenant_slug"] == "home"
    assert out["stepUp"]["acr"] == MFA
    assert out["rotated"] and out["switched"] == "other"
    assert out["reuse"] == out["afterReuse"] == "invalid_grant"
    assert out["afterRevocation"] is False
    assert out["device"] == {"sub": me, "refreshed": True}
    assert out["deviceDenied"] == "access_denied"
    assert out["service"] == {"active": True, "environment": "stage", "client": service}
    assert out["serviceSeesPerson"] is True
    assert out["signedOutTo"] == f"{place.url}/"
    told = await Browser.at(place.url).me(out["serviceToken"])
    assert told.status_code == 200 and told.json()["kind"] == "service"


async def _service(place: Place, key: ECKey) -> str:
    """A service account of the home tenant with this key; returns its client id."""
    async with place.house.begin(tenant=place.home) as work:
        account = accounts.Account(
            place.home,
            new_id(),
            f"bot-{new_id().hex[-8:]}",
            ("support",),
            ("prod", "stage"),
            {"keys": [{**key.as_dict(private=False), "kid": "k1"}]},
            "active",
            1,
            work.now,
        )
        await accounts.add(work.db, account)
    return service_client_id(place.home, account.id)
