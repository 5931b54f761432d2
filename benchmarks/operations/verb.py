"""What do five beats cost? One verb (a note into an incident's timeline) beside the same SQL, bare, in one transaction.

The bare peer replays, over plain psycopg, exactly the statements that the verb sent in a run that was rolled back.
Figure: the verb takes at most 3 times as long.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import event

from companyos.adapters.postgres.database import libpq
from companyos.app.compose import compose
from companyos.app.demo import seed_demo
from companyos.app.running import running
from companyos.domains.operations.service import incidents
from companyos.domains.operations.store import Incidents
from companyos.kernel.demo import HOME, PEOPLE
from companyos.kernel.house import House
from companyos.kernel.ports.database import Database
from companyos.kernel.settings import Settings
from companyos.kernel.work import Actor

ROUNDS, WARM_UP = 400, 50
ACTOR = Actor("person", str(PEOPLE[0].id), PEOPLE[0].name, frozenset({PEOPLE[0].role}))
Statement = tuple[str, Any]


class Unkept(Exception):
    """Rolls a run back after its statements were captured."""


async def verb(house: House, incident: UUID) -> None:
    async with house.begin(tenant=HOME.id, environment="prod", actor=ACTOR) as work:
        await incidents.note(work, incident, "Still looking; the error rate falls.")


async def captured(house: House, incident: UUID) -> list[Statement]:
    """The statements of one run of the verb, which is not kept."""
    seen: list[Statement] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        seen.append((statement, parameters))

    engine = house.adapter(Database).app.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        async with house.begin(tenant=HOME.id, environment="prod", actor=ACTOR) as work:
            await incidents.note(work, incident, "Still looking; the error rate falls.")
            from companyos.app.transactions import deposit

            await deposit(work)
            raise Unkept
    except Unkept:
        return seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def bare(connection: psycopg.AsyncConnection[Any], statements: list[Statement]) -> None:
    async with connection.transaction(), connection.cursor() as cursor:
        for statement, parameters in statements:
            many = isinstance(parameters, list) and parameters and isinstance(parameters[0], dict | tuple)
            for each in parameters if many else [parameters]:
                await cursor.execute(statement.encode(), _plain(each), prepare=True)
                if cursor.description:
                    await cursor.fetchall()


def _plain(parameters: Any) -> Any:
    if isinstance(parameters, dict):
        return {k: Jsonb(v) if isinstance(v, dict) else v for k, v in parameters.items()}
    return parameters


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        house = compose(Settings(data=Path(folder), demo_git=Path("/nonexistent")))
        async with running(house, background=False):
            await seed_demo(house)
            async with house.begin(tenant=HOME.id, environment="prod") as work:
                found = await Incidents(work).page(status="", service="", active=None, after=None, limit=1)
            url = house.adapter(Database).app.url
            async with await psycopg.AsyncConnection.connect(libpq(url), autocommit=True) as connection:
                return await compare(house, found[0].id, connection)


async def compare(house: House, incident: UUID, connection: psycopg.AsyncConnection[Any]) -> int:
    ours: list[float] = []
    peers: list[float] = []
    for number in range(ROUNDS + WARM_UP):
        statements = await captured(house, incident)
        began = time.perf_counter()
        await bare(connection, statements)
        middle = time.perf_counter()
        await verb(house, incident)
        ended = time.perf_counter()
        if number >= WARM_UP:
            peers.append(middle - began)
            ours.append(ended - middle)
    verb_ms, bare_ms = statistics.median(ours) * 1000, statistics.median(peers) * 1000
    ratio = verb_ms / bare_ms
    print(f"statements in the transaction   {len(statements)}")
    print(f"bare SQL, one transaction       {bare_ms:.2f} ms (median of {ROUNDS})")
    print(f"the verb: permit … emit, commit {verb_ms:.2f} ms")
    print(f"ratio {ratio:.2f} (at most 3): {'yes' if ratio <= 3 else 'NO'}")
    return int(ratio > 3)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
