"""The API of identity: tenants, people, service accounts, sign-ins, each beside who may and who may not."""

from typing import Any

import httpx

from companyos.testing.world import Client, World


def ok(response: httpx.Response, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.text
    return response.json()  # type: ignore[no-any-return]


def invitation(**more: Any) -> dict[str, Any]:
    return {
        "email": "New.Person@Example.com",
        "name": "New Person",
        "roles": ["sre"],
        "environments": ["prod"],
        **more,
    }


async def test_a_tenant_is_read_by_members_and_renamed_by_administrators(world: World) -> None:
    admin, reader = await world.person("tenant_admin"), await world.person("support")
    read = await reader.get(f"/tenants/{reader.slug}")
    assert ok(read)["people"] == 2 and read.headers["etag"] == '"1"'
    refused = await reader.patch(f"/tenants/{reader.slug}", {"name": "Mine"})
    assert refused.status_code == 403 and refused.json()["reasons"][0]["sentence"]
    renamed = await admin.patch(f"/tenants/{admin.slug}", {"name": "Better"}, headers={"If-Match": '"1"'})
    assert ok(renamed)["name"] == "Better" and renamed.headers["etag"] == '"2"'
    late = await admin.patch(f"/tenants/{admin.slug}", {"name": "Late"}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert [t["name"] for t in ok(await reader.get("/tenants"))["items"]] == ["Better"]


async def test_other_tenants_cannot_be_told_from_absent_ones(world: World) -> None:
    admin, stranger = await world.person("tenant_admin"), await world.person("sre", tenant="other")
    for path in (f"/tenants/{stranger.slug}", f"/people/{stranger.id}"):
        hidden = await admin.get(path)
        absent = await admin.get(path[:-8] + "00000000")
        assert hidden.status_code == absent.status_code == 404
        assert hidden.json()["detail"] == absent.json()["detail"]
    assert (await admin.patch(f"/people/{stranger.id}", {"status": "locked"})).status_code == 404
    assert (await admin.patch(f"/tenants/{stranger.slug}", {"name": "Taken"})).status_code == 404


async def test_a_person_is_invited_once_and_listed(world: World) -> None:
    admin = await world.person("tenant_admin")
    invited = ok(await admin.post("/people", invitation(), headers={"Idempotency-Key": "one"}), 201)
    assert invited["person"]["email"] == "new.person@example.com" and len(invited["code"]) == 24
    again = await admin.post("/people", invitation(), headers={"Idempotency-Key": "one"})
    assert again.status_code == 409 and invited["code"] not in again.text
    assert "only once" in again.json()["reasons"][0]["sentence"]
    assert (await admin.post("/people", invitation())).status_code == 409
    first = ok(await admin.get("/people?limit=1"))
    second = ok(await admin.get(f"/people?limit=1&cursor={first['next']}"))
    assert {p["name"] for p in first["items"] + second["items"]} == {"New Person", "tenant admin"}
    assert (await admin.get("/people?cursor=bm90")).status_code == 400


async def test_wrong_roles_and_environments_are_named(world: World) -> None:
    admin = await world.person("tenant_admin")
    wrong = await admin.post("/people", invitation(roles=["sre", "king"]))
    assert wrong.status_code == 422 and wrong.json()["reasons"][0]["where"] == "/roles/1"
    wrong = await admin.post("/people", invitation(environments=["moon"]))
    assert wrong.status_code == 422 and "prod" in wrong.json()["reasons"][0]["remedy"]["sentence"]
    assert (await admin.post("/people", invitation(email="nobody"))).status_code == 422
    assert (await admin.post("/people", invitation(name="a\u0000b"))).status_code == 422
    assert (await admin.post("/people", invitation(roles=[]))).status_code == 422


async def test_locking_ends_the_sign_ins_of_a_member_at_once(world: World) -> None:
    admin, member = await world.person("tenant_admin"), await world.person("sre")
    assert (await member.get("/me")).status_code == 200
    assert ok(await admin.patch(f"/people/{member.id}", {"status": "locked"}))["status"] == "locked"
    assert (await member.get("/me")).status_code == 401
    ok(await admin.patch(f"/people/{member.id}", {"status": "active"}))
    assert (await member.get("/me")).status_code == 401, "a revoked sign-in stays revoked"


async def test_new_roles_count_with_the_next_request(world: World) -> None:
    admin, member = await world.person("tenant_admin"), await world.person("support")
    assert (await member.post("/people", invitation())).status_code == 403
    ok(await admin.patch(f"/people/{member.id}", {"roles": ["tenant_admin"]}))
    ok(await member.post("/people", invitation()), 201)
    ok(await admin.patch(f"/people/{member.id}", {"environments": ["stage"]}))
    assert (await member.get("/me")).status_code == 401


async def test_nobody_gives_themselves_more(world: World) -> None:
    admin = await world.person("tenant_admin")
    refused = await admin.patch(f"/people/{admin.id}", {"roles": ["platform_engineer"]})
    assert refused.status_code == 403, refused.text
    assert "another administrator" in refused.json()["detail"]


async def test_readers_change_nothing(world: World) -> None:
    for role in ("support", "finance_ops", "security_analyst", "sre"):
        reader, other = await world.person(role), await world.person("sre")
        assert (await reader.post("/people", invitation())).status_code == 403
        assert (await reader.patch(f"/people/{other.id}", {"status": "locked"})).status_code == 403
        made = await reader.post("/service-accounts", {"name": "bot", "environments": ["prod"]})
        assert made.status_code == 403


async def test_service_accounts_and_their_keys(world: World) -> None:
    admin = await world.person("tenant_admin")
    account = await _account(admin)
    assert account["client_id"].startswith("sa_") and account["keys"] == []
    key = ok(await admin.post(f"/service-accounts/{account['id']}/keys", {"environment": "prod"}), 201)
    assert key["key"].startswith(f"cosk_{admin.tenant.hex}_")
    listed = ok(await admin.get("/service-accounts"))["items"][0]
    assert [k["id"] for k in listed["keys"]] == [key["id"]] and "key" not in listed["keys"][0]
    gone = await admin.delete(f"/service-accounts/{account['id']}/keys/{key['id']}")
    assert gone.status_code == 204
    assert (await admin.delete(f"/service-accounts/{account['id']}/keys/{key['id']}")).status_code == 404
    changed = await admin.patch(f"/service-accounts/{account['id']}", {"status": "disabled"})
    assert ok(changed)["status"] == "disabled" and changed.headers["etag"] == '"2"'
    stranger = await world.person("tenant_admin", tenant="other")
    assert (await stranger.get(f"/service-accounts/{account['id']}")).status_code == 404


async def test_private_and_foreign_keys_are_refused(world: World) -> None:
    admin = await world.person("tenant_admin")
    private = {"kty": "EC", "crv": "P-256", "x": "a", "y": "b", "d": "c"}
    for jwks in (
        {"keys": [private]},
        {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": 3},
        {},
        {"keys": ["x"]},
    ):
        refused = await admin.post(
            "/service-accounts", {"name": "bot", "environments": ["prod"], "jwks": jwks}
        )
        assert refused.status_code == 422, jwks
    nul = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "\x00"}]}
    refused = await admin.post("/service-accounts", {"name": "b3", "environments": ["prod"], "jwks": nul})
    assert refused.status_code == 422
    broken = {"keys": [{"kty": "EC", "crv": "P-256", "x": "a"}]}
    refused = await admin.post("/service-accounts", {"name": "b2", "environments": ["prod"], "jwks": broken})
    assert refused.status_code == 422


async def test_people_see_and_end_their_own_sign_ins_only(world: World) -> None:
    mine, other = await world.person("sre"), await world.person("sre")
    listed = ok(await mine.get("/sessions"))["items"]
    assert [s["current"] for s in listed] == [True] and listed[0]["client"] == "CompanyOS console"
    assert (await other.delete(f"/sessions/{listed[0]['id']}")).status_code == 404
    assert (await mine.delete(f"/sessions/{listed[0]['id']}")).status_code == 204
    assert (await mine.get("/me")).status_code == 401


async def test_roles_are_those_of_policy(world: World) -> None:
    reader = await world.person("support")
    roles = {r["name"] for r in ok(await reader.get("/roles"))["items"]}
    assert roles == {
        "platform_engineer",
        "sre",
        "security_analyst",
        "tenant_admin",
        "finance_ops",
        "support",
    }


async def _account(admin: Client) -> dict[str, Any]:
    body = {"name": "telemetry", "environments": ["prod"]}
    return ok(await admin.post("/service-accounts", body), 201)
