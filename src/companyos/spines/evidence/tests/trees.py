"""Ledgers in the test's database: filled through the spine, tampered with as a superuser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg

from companyos.adapters.postgres.cluster import SUPERUSER
from companyos.kernel.entities import EntityRef
from companyos.kernel.house import House
from companyos.kernel.ports.database import Database
from companyos.spines.evidence import sequencer
from companyos.spines.evidence.findings import Audit
from companyos.spines.evidence.verification import verify_house

SUBJECT = EntityRef("operations.service", "checkout")


async def fill(house: House, tenant: UUID, count: int, batch: int = 5) -> list[UUID]:
    """Append `count` records in transactions of `batch`, each with a checkpoint of its own; their ids by place."""
    ids: list[UUID] = []
    for begin in range(0, count, batch):
        async with house.begin(tenant=tenant, environment="prod") as work:
            for number in range(begin, min(begin + batch, count)):
                ids.append(await work.record("operations.service.changed", SUBJECT, number=number))
        await sequencer.sequence(house, tenant)
    return await in_order(house, tenant)


async def in_order(house: House, tenant: UUID) -> list[UUID]:
    """The records of a ledger by place."""
    async with superuser(house) as db:
        rows = await db.execute(
            'select record_id from evidence.leaf where tenant_id = %s order by "index"', (tenant,)
        )
        return [row[0] for row in await rows.fetchall()]


@asynccontextmanager
async def superuser(house: House) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """Somebody with every right over the database, as an attacker on the machine has."""
    url = house.adapter(Database).app.url
    admin = url.set(drivername="postgresql", username=SUPERUSER).difference_update_query(["options"])
    text = admin.render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(text) as db:
        yield db


async def tamper(house: House, statement: str, *values: Any) -> None:
    """Change the database behind the ledger's back."""
    async with superuser(house) as db:
        changed = await db.execute(statement, values)
        assert changed.rowcount > 0


async def audit(house: House, tenant: UUID, **given: Any) -> Audit:
    return await verify_house(house, tenant, **given)


def named(found: Audit) -> set[tuple[str, str | None]]:
    """What was found, as (code, where)."""
    return {(reason.code, reason.where) for reason in found.findings}
