"""What a frozen view promises: it shows what was seen to whoever may see it now, and tells only what may be told."""

from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa

from companyos.domains.console.service.frozen.sealing import PART
from companyos.domains.console.service.frozen.verbs import forget_old
from companyos.domains.console.settings import ConsoleSettings
from companyos.domains.console.tables import frozen_view
from companyos.spines.evidence import canonical
from companyos.spines.evidence.attesting import attested
from companyos.spines.policy.tests.applying import administrators
from companyos.testing.world import Client, World

SERVICES, AUDIT = "/api/v1/services", "/api/v1/audit?limit=20"


async def freeze(person: Client, *reads: str, title: str = "Services") -> dict[str, Any]:
    answer = await person.post("/console/frozen-views", {"path": "/services", "title": title, "reads": reads})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def replay(person: Client, made: dict[str, Any]) -> dict[str, Any]:
    answer = await person.get(f"/console/frozen-views/{made['view']['id']}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def a_service(person: Client, name: str = "checkout") -> None:
    made = await person.post("/services", {"name": name, "title": name.title()})
    assert made.status_code == 201, made.text


async def test_what_was_frozen_is_shown_as_it_was_then(world: World) -> None:
    sre = await world.person("sre", "platform_engineer", name="Ana")
    await a_service(sre)
    made = await freeze(sre, SERVICES, SERVICES)
    assert (made["kept"], made["left_out"]) == (1, [])
    await a_service(sre, "later")
    shown = await replay(sre, made)
    assert [item["name"] for item in shown["parts"][0]["body"]["items"]] == ["checkout"]
    assert (shown["name"], shown["title"], shown["path"]) == ("Ana", "Services", "/services")
    assert shown["kid"] and shown["fault"] is None and shown["policy_then"] == shown["policy_now"]
    assert await replay(await world.person("support"), made) == shown | {"title": None, "path": None}


async def test_a_part_is_proved_by_its_envelope_and_tells_nothing_of_its_ground(world: World) -> None:
    sre = await world.person("sre", "platform_engineer")
    await a_service(sre)
    part = (await replay(sre, await freeze(sre, SERVICES)))["parts"][0]
    said = await attested(world.house, PART, part["envelope"].encode())
    assert said.digests["body"] == sha256(canonical.encode(part["body"])).hexdigest()
    assert (said.predicate["read"], set(said.digests)) == (SERVICES, {"body", "ground"})
    assert set(said.predicate) == {"view", "tenant", "environment", "by", "at", "name", "policy", "read"}


async def test_another_role_sees_less_and_is_told_why(world: World) -> None:
    analyst = await world.person("security_analyst", "platform_engineer")
    await a_service(analyst)
    made = await freeze(analyst, SERVICES, AUDIT)
    assert made["kept"] == 2
    shown = await replay(await world.person("finance_ops"), made)
    services, audit = shown["parts"]
    assert services["body"]["items"] and services["reasons"] == []
    assert audit["body"] is None and audit["reasons"][0]["sentence"]
    assert (shown["title"], shown["path"]) == (None, None)


async def test_what_is_hidden_leaves_no_trace(world: World) -> None:
    who = await world.person("platform_engineer", "security_analyst")
    await a_service(who, "checkout")
    before = await freeze(who, SERVICES, AUDIT, title="Before there was a vault")
    await a_service(who, "vault")
    both = await freeze(who, SERVICES, AUDIT, title="Vault and the rest")
    alone = await freeze(who, "/api/v1/services/vault", title="Vault")
    counted = await freeze(who, SERVICES, "/api/v1/console/overview")
    sre = await world.person("sre", "tenant_admin", "security_analyst")
    assert len((await replay(sre, counted))["parts"]) == 2
    lesser = await world.person("sre", "security_analyst")
    assert len((await replay(lesser, counted))["parts"]) == 1, "who sees no hooks sees no totals with hooks"
    await (await administrators(world)).put_in_force(
        '@id("tenant.vault")\n@reason("Only those who build it.")\nforbid (principal, '
        'action == CompanyOS::Action::"operations:service.read", resource == CompanyOS::Service::"vault") '
        'unless { principal in CompanyOS::Role::"platform_engineer" };\n',
    )
    shown = await replay(sre, both)
    assert [item["name"] for item in shown["parts"][0]["body"]["items"]] == ["checkout"]
    assert (shown["parts"][0]["cut"], shown["parts"][0]["reasons"], shown["title"]) == (0, [], None)
    never = await replay(sre, before)
    assert shown["parts"][0] == never["parts"][0], "as if there had been no vault, down to the proof"
    assert (await replay(who, both))["parts"][0]["envelope"], "who sees all of it can prove it"
    assert shown["policy_then"] != shown["policy_now"]
    assert (await sre.get(f"/console/frozen-views/{alone['view']['id']}")).status_code == 404
    fewer = await replay(sre, counted)
    assert [part["read"] for part in fewer["parts"]] == [SERVICES], "totals over hidden rows are not shown"
    assert "vault" not in str(fewer)


async def test_another_tenant_and_another_environment_find_nothing(world: World) -> None:
    sre = await world.person("sre", "platform_engineer")
    await a_service(sre)
    at = f"/console/frozen-views/{(await freeze(sre, SERVICES))['view']['id']}"
    for other in (
        await world.person("sre", "tenant_admin", tenant="other"),
        await world.person("sre", "tenant_admin", environment="stage"),
    ):
        nothing = await other.get("/console/frozen-views/019ac0de-0000-7000-8000-000000000003")
        for answer in (await other.get(at), await other.delete(at)):
            assert answer.status_code == 404
            assert answer.json()["detail"] == nothing.json()["detail"]
        assert (await other.get("/console/frozen-views")).json()["items"] == []


@pytest.mark.parametrize("column", ["content", "envelope", "title", "by"])
async def test_what_was_changed_in_the_database_is_told_and_not_shown(world: World, column: str) -> None:
    sre = await world.person("sre", "platform_engineer")
    await a_service(sre)
    made = await freeze(sre, SERVICES)
    async with world.house.begin(tenant=sre.tenant) as work:
        mine = frozen_view.c.id == made["view"]["id"]
        row = dict((await work.db.execute(sa.select(frozen_view).where(mine))).mappings().one())
        await work.db.execute(sa.delete(frozen_view).where(mine))
        was = row[column]
        row[column] = bytes(was).replace(b"c", b"k", 1) if isinstance(was, bytes) else f"{was}x"
        await work.db.execute(sa.insert(frozen_view).values(**row))
    shown = await replay(sre, made)
    assert shown["fault"].startswith("It was changed") and shown["parts"] == [] and shown["kid"] is None


async def test_the_application_cannot_change_what_was_frozen(world: World) -> None:
    tenant = await world.tenant()
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        async with world.house.begin(tenant=tenant) as work:
            await work.db.execute(sa.update(frozen_view).values(title="Other"))


@pytest.mark.parametrize(
    "read",
    [
        "/api/v1/preflights",
        "/api/v1/services/../me",
        "/api/v1/nothing/here",
        "https://bank.example/api/v1/services",
        "//bank.example/api/v1/services",
        "/assets/index.js",
        "/api/v1/openapi.json",
        "services",
        "",
    ],
)
async def test_what_is_no_read_is_refused(world: World, read: str) -> None:
    sre = await world.person("sre")
    body = {"path": "/", "title": "Overview", "reads": [SERVICES, read]}
    answer = await sre.post("/console/frozen-views", body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["reasons"][0]["where"] == "/reads/1"


@pytest.mark.parametrize(
    "read", ["/me", "/sessions", "/console/frozen-views", "/events", "/services/nowhere"]
)
async def test_what_is_somebodys_own_is_left_out(world: World, read: str) -> None:
    sre = await world.person("sre", "platform_engineer")
    await a_service(sre)
    made = await freeze(sre, SERVICES, f"/api/v1{read}")
    assert made["kept"] == 1
    assert [one["read"] for one in made["left_out"]] == [f"/api/v1{read}"]
    body = {"path": "/", "title": "Mine", "reads": [f"/api/v1{read}"]}
    refused = await sre.post("/console/frozen-views", body)
    assert refused.status_code == 422 and refused.json()["reasons"][0]["code"] == "not_kept"


async def test_too_much_is_refused_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sre = await world.person("sre", "platform_engineer")
    await a_service(sre)
    for limits, words in (
        (ConsoleSettings(frozen_bytes=1000), "1,000 bytes"),
        (ConsoleSettings(frozen_reads=1), "at most 1"),
    ):
        monkeypatch.setitem(world.house.part_settings, ConsoleSettings, limits)
        reads = [SERVICES, "/api/v1/console/overview"]
        answer = await sre.post("/console/frozen-views", {"path": "/", "title": "All", "reads": reads})
        assert answer.status_code == 422 and words in answer.json()["detail"], answer.text
    monkeypatch.setitem(world.house.part_settings, ConsoleSettings, ConsoleSettings(frozen_per_person=1))
    await freeze(sre, SERVICES)
    again = await sre.post("/console/frozen-views", {"path": "/", "title": "All", "reads": [SERVICES]})
    assert again.status_code == 409, again.text


async def test_views_are_listed_and_deleted_by_their_owner_and_by_administrators(world: World) -> None:
    sre, support = await world.person("sre", "platform_engineer"), await world.person("support")
    admin = await world.person("tenant_admin")
    await a_service(sre)
    made, second = await freeze(sre, SERVICES, title="Mine"), await freeze(sre, SERVICES, title="Second")
    listed = (await sre.get("/console/frozen-views")).json()["items"]
    assert [one["title"] for one in listed] == ["Second", "Mine"]
    assert (await support.get("/console/frozen-views")).json()["items"] == []
    assert (await support.delete(f"/console/frozen-views/{made['view']['id']}")).status_code == 404
    every = (await admin.get("/console/frozen-views")).json()["items"]
    assert [one["title"] for one in every] == [None, None]
    assert (await admin.delete(f"/console/frozen-views/{made['view']['id']}")).status_code == 204
    assert (await sre.delete(f"/console/frozen-views/{second['view']['id']}")).status_code == 204
    assert (await sre.get("/console/frozen-views")).json()["items"] == []
    auditor = await world.person("security_analyst")
    await world.deliver()
    acts = {one["action"] for one in (await auditor.get("/audit?limit=50")).json()["items"]}
    assert {"console.frozen_view.created", "console.frozen_view.deleted"} <= acts


async def test_what_has_run_out_is_gone_and_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sre = await world.person("sre", "platform_engineer")
    await a_service(sre)
    kept, old = await freeze(sre, SERVICES), await freeze(sre, SERVICES)
    async with world.house.begin(tenant=sre.tenant) as work:
        mine = frozen_view.c.id == old["view"]["id"]
        row = dict((await work.db.execute(sa.select(frozen_view).where(mine))).mappings().one())
        await work.db.execute(sa.delete(frozen_view).where(mine))
        await work.db.execute(sa.insert(frozen_view).values(**row | {"until": row["at"]}))
    assert (await sre.get(f"/console/frozen-views/{old['view']['id']}")).status_code == 404
    await forget_old(world.house)
    async with world.house.begin(tenant=sre.tenant) as work:
        left = list(await work.db.scalars(sa.select(frozen_view.c.id)))
    assert [str(one) for one in left] == [kept["view"]["id"]]
