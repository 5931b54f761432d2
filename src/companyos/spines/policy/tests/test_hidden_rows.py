"""A set that hides one thing of each kind hides it everywhere, and as if it were not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from companyos.kernel.ports.database import Database
from companyos.testing.world import Client, World

from .applying import administrators

HIDES = """@id("tenant.hide-{n}") @reason("It is kept apart.")
forbid (principal, action == CompanyOS::Action::"{reads}", resource) when {{ {when} }};
"""

PLAN = "plan: {name}\ntitle: Wait\nsteps: [{{name: wait, do: maestro.wait, with: {{for: 1h}}}}]\n"


async def made(who: Client, method: str, path: str, body: Any) -> dict[str, Any]:
    answer = await who.send(method, path, body)
    assert answer.is_success, f"{method} {path}: {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


async def things(who: Client, name: str) -> dict[str, str]:
    """One of each kind by this name; entity type to id."""
    hook = await made(who, "POST", "/hooks", {"name": name})
    channel = await made(who, "POST", "/channels", {"name": name, "mail": [f"{name}@example.com"]})
    await made(who, "PUT", f"/plans/{name}", {"source": PLAN.format(name=name)})
    hash_ = (await made(who, "POST", f"/plans/{name}/dry-run", {"parameters": {}}))["hash"]
    run = await made(who, "POST", f"/plans/{name}/runs", {"plan_hash": hash_, "reason": "To see"})
    body = {"name": name, "title": name, "tier": "t1", "owner": f"{name}-team"}
    service = await made(who, "POST", "/services", body)
    return {
        "operations.hook": hook["id"],
        "notices.channel": channel["id"],
        "maestro.plan": name,
        "maestro.run": run["id"],
        "operations.service": service["name"],
    }


NAMED = ("maestro.plan", "operations.service")
LISTS = {
    "operations.hook": "/hooks",
    "notices.channel": "/channels",
    "maestro.plan": "/plans",
    "maestro.run": "/runs",
    "operations.service": "/services",
}
ACTS = {
    "operations.hook": "operations:hook.revoke",
    "notices.channel": "notices:channel.remove",
    "maestro.plan": "maestro:plan.archive",
    "maestro.run": "maestro:run.pause",
    "operations.service": "operations:service.archive",
}


async def listed(who: Client, kind: str, **query: Any) -> list[str]:
    """The ids in a list, page after page."""
    found: list[str] = []
    while True:
        page = (await who.get(LISTS[kind], params=query)).json()
        found += [one["name" if kind in NAMED else "id"] for one in page["items"]]
        if not page.get("next"):
            return found
        query["cursor"] = page["next"]


@contextmanager
def statements(world: World, *about: str) -> Iterator[list[str]]:
    """The statements about some tables that reach the database meanwhile; others come by the clock, of jobs too."""
    said: list[str] = []
    engine = world.house.adapter(Database).app.sync_engine

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if any(table in statement for table in about):
            said.append(statement)

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


async def told(world: World, who: Client, kind: str, id_: str) -> list[Any]:
    """Everything that an answer about one thing, and the work behind it, could give away."""
    check = {"action": ACTS[kind], "type": kind, "id": id_}
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/decisions", {"checks": [check]}),
        ("POST", "/decisions/why", check),
        ("POST", "/elevations", {"kind": "act", "minutes": 5, "reason": "To see", **check}),
    ]
    if kind in ("maestro.plan", "maestro.run", "operations.service"):
        calls.append(("GET", f"{LISTS[kind]}/{id_}", None))
    answers = []
    for method, path, body in calls:
        with statements(world, kind, "INTO evidence.record") as said:
            answer = await who.send(method, path, body)
        read = {k: v for k, v in answer.json().items() if k not in ("request_id", "instance")}
        assert said, f"{path} asks the database about {kind}"
        answers.append((method, path.replace(id_, "…"), answer.status_code, read, said))
    return answers


async def test_what_a_set_hides_is_in_no_list_page_or_facet_and_told_as_absent(world: World):
    both = await administrators(world)
    who, asker = both.bob, await world.person("platform_engineer", mfa_ago=timedelta(0))
    seen, hidden = await things(who, "open-one"), await things(who, "shut-one")
    conditions = {
        "operations:hook.read": 'resource.name == "shut-one"',
        "notices:channel.read": 'resource.name == "shut-one"',
        "maestro:plan.read": 'resource == CompanyOS::Plan::"shut-one"',
        "maestro:run.read": 'resource.plan == "shut-one" && resource in CompanyOS::Plan::"shut-one"',
        "operations:service.read": 'resource == CompanyOS::Service::"shut-one"',
    }
    for kind in LISTS:
        assert {seen[kind], hidden[kind]} <= set(await listed(asker, kind)), f"before, {kind} lists both"
    text = "".join(HIDES.format(n=n, reads=r, when=w) for n, (r, w) in enumerate(conditions.items()))
    await both.put_in_force(text)
    for kind in LISTS:
        left = await listed(asker, kind)
        assert seen[kind] in left
        assert hidden[kind] not in left
        absent = "gone-one" if kind in NAMED else str(uuid4())
        await told(world, asker, kind, absent)  # so that neither is the first to be asked
        pairs = zip(
            await told(world, asker, kind, hidden[kind]), await told(world, asker, kind, absent), strict=True
        )
        for theirs, nobodys in pairs:
            assert theirs == nobodys, kind
        (decision,) = (await told(world, asker, kind, seen[kind]))[0][3]["items"]
        assert decision["allowed"], kind
    for kind in ("maestro.plan", "maestro.run", "operations.service"):
        assert hidden[kind] not in await listed(asker, kind, limit=1), "page by page"
    owners = [one["owner"] for one in (await asker.get("/services/owners")).json()["items"]]
    assert "open-one-team" in owners
    assert "shut-one-team" not in owners
