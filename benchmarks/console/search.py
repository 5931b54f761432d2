"""How long does a search take in a tenant of 100,000 entities, with exact totals and policy inside?

5,000 services, 15,000 incidents and 80,000 deployments with names as people give them; a second tenant with a fifth of
them lies in the same tables. Asked are fragments of two letters and more, several words, and intents, as somebody types
them. The peer of the same run is what one writes first: `ilike '%…%' limit 20` and `count(*)` on a bare table of the
titles, without tenants, order, policy or environments. Figure: p95 ≤ 50 ms.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from companyos.app.compose import compose
from companyos.app.running import running
from companyos.domains.console.service.search import search
from companyos.kernel.house import House
from companyos.kernel.http import Slice
from companyos.kernel.ids import new_id
from companyos.kernel.ports.database import Database
from companyos.kernel.settings import Settings
from companyos.kernel.work import Actor
from companyos.spines.graph.rules import suffixes

SERVICES, INCIDENTS, DEPLOYMENTS, ASKED, FIGURE_MS = 5_000, 15_000, 80_000, 300, 50
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
NOUNS = [
    *("payments", "checkout", "ledger", "gateway", "catalog", "search", "identity"),
    *("billing", "invoice", "shipping", "cart", "pricing", "fraud"),
]
MORE = ["api", "worker", "web", "batch", "cache", "queue", "proxy", "sync", "index", "reports", "eu", "us"]
WRONG = [
    "is slow",
    "fails",
    "is down",
    "drops requests",
    "times out",
    "returns 500",
    "lags behind",
    "leaks memory",
]

ENTITY = text(
    """
    insert into graph.entity (tenant_id, row, type, id, title, attrs, valid_from, recorded_from)
    select :tenant, gen_random_uuid(), type, id, title, '{"status": "open"}', :since, :since
    from unnest(cast(:types as text[]), cast(:ids as text[]), cast(:titles as text[])) as e (type, id, title)
    """
)
WORD = text(
    """
    insert into graph.word (tenant_id, type, id, suffix, place)
    select :tenant, * from unnest(cast(:types as text[]), cast(:ids as text[]), cast(:suffixes as text[]),
                                  cast(:places as smallint[]))
    """
)
BARE = text("select title from bench.title where title ilike :like limit 20")
COUNT = text("select count(*) from bench.title where title ilike :like")

Thing = tuple[str, str, str]


def things(chance: random.Random) -> list[Thing]:
    """Type, id and title of every entity."""
    names = [f"{chance.choice(NOUNS)}-{chance.choice(MORE)}-{n}" for n in range(SERVICES)]
    found = [("operations.service", name, name.replace("-", " ").title()) for name in names]
    for _ in range(INCIDENTS):
        title = f"{chance.choice(names)} {chance.choice(WRONG)}"
        found.append(("operations.incident", str(new_id()), title))
    for _ in range(DEPLOYMENTS):
        version = f"{chance.randint(0, 9)}.{chance.randint(0, 40)}.{chance.randint(0, 20)}"
        found.append(("operations.deployment", str(new_id()), f"{chance.choice(names)} {version}"))
    return found


async def fill(house: House, tenant: UUID, found: list[Thing]) -> None:
    database = house.adapter(Database)
    async with database.owner.begin() as owner:
        await owner.execute(text("create schema bench"))
        await owner.execute(text("create table bench.title (title text not null)"))
        await owner.execute(text("grant usage on schema bench to companyos_app"))
        await owner.execute(text("grant select on bench.title to companyos_app"))
        titles = {"titles": [title for _, _, title in found]}
        await owner.execute(text("insert into bench.title select unnest(cast(:titles as text[]))"), titles)
    for one, many in ((tenant, len(found)), (new_id(), len(found) // 5)):
        for at in range(0, many, 5_000):
            await insert(house, one, found[at : at + 5_000])
    async with database.owner.connect() as owner:
        clean = await owner.execution_options(isolation_level="AUTOCOMMIT")
        await clean.execute(text("vacuum analyze"))


async def insert(house: House, tenant: UUID, batch: list[Thing]) -> None:
    words = [
        (type, id, suffix, place)
        for type, id, title in batch
        for suffix, place in suffixes((title, id) if type == "operations.service" else (title,)).items()
    ]
    async with house.begin(tenant=tenant) as work:
        types, ids, titles = zip(*batch, strict=True)
        given = {"tenant": tenant, "types": list(types), "ids": list(ids), "titles": list(titles)}
        await work.db.execute(ENTITY, given | {"since": SINCE})
        types, ids, found, places = zip(*words, strict=True)
        given = {"tenant": tenant, "types": list(types), "ids": list(ids), "suffixes": list(found)}
        await work.db.execute(WORD, given | {"places": list(places)})


def questions(found: list[Thing], chance: random.Random) -> list[str]:
    """What somebody types: the beginnings of words of titles, growing letter by letter."""
    asked = []
    for _ in range(ASKED):
        words = chance.choice(found)[2].lower().replace("-", " ").split()
        word = chance.choice([w for w in words if len(w) > 1] or words)
        typed = word[: chance.randint(2, max(2, len(word)))]
        kind = chance.random()
        asked.append(
            f":svc {typed}" if kind < 0.3 else f"{chance.choice(words)} {typed}" if kind < 0.6 else typed
        )
    return asked


async def times(ask: Callable[[str], Awaitable[int]], asked: list[str]) -> tuple[list[float], float]:
    """Milliseconds of each question, sorted, and the mean number of entities found."""
    taken, found = [], 0
    for q in asked:
        began = time.perf_counter()
        found += await ask(q)
        taken.append((time.perf_counter() - began) * 1e3)
    return sorted(taken), found / len(asked)


def told(name: str, measured: tuple[list[float], float]) -> str:
    taken, found = measured
    p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    return f"  {name:<44} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   {found:9.1f} found"


async def measure(house: House) -> int:
    chance, tenant = random.Random(20), new_id()
    found = things(chance)
    began = time.monotonic()
    await fill(house, tenant, found)
    print(f"  {len(found):,} entities, filled in {time.monotonic() - began:.0f} s")
    sre = Actor("person", str(new_id()), "bench", roles=frozenset({"sre"}))

    async def ours(q: str) -> int:
        async with house.begin(tenant=tenant, environment="prod", actor=sre) as work:
            return (await search(work, q, Slice(limit=20, cursor=None))).total

    async def bare(q: str) -> int:
        like = "%" + "%".join(q.removeprefix(":svc ").split()) + "%"
        async with house.begin(tenant=tenant) as work:
            (await work.db.execute(BARE, {"like": like})).all()
            return int(await work.db.scalar(COUNT, {"like": like}) or 0)

    asked = questions(found, chance)
    await times(ours, asked[:30])
    measured = await times(ours, asked)
    print(told("search, page and exact total", measured))
    print(told("peer: ilike and count on bare titles", await times(bare, asked)))
    print(told("one letter, the broadest there is", await times(ours, ["a", "e", "p", "1", "s"] * 4)))
    return int(measured[0][int(len(asked) * 0.95)] > FIGURE_MS)


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        house = compose(Settings(data=Path(folder), demo=False))
        async with running(house, background=False):
            return await measure(house)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
