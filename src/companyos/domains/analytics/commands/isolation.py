"""`companyos analytics prove-isolation`."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from companyos.kernel.command import session
from companyos.kernel.problems import Invalid, NotFound

if TYPE_CHECKING:
    from companyos.kernel.house import House

    from ..service.isolation import Proof


def prove_isolation(
    ctx: typer.Context,
    tenant: Annotated[str, typer.Argument(help="Short name or id of the tenant whose answers are watched.")],
    questions: Annotated[int, typer.Option(min=1, max=100_000, help="Questions of each table to try.")] = 50,
    seed: Annotated[int, typer.Option(help="The same seed asks the same questions.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days of the tenant's rows to look back.")] = 30,
    most: Annotated[int, typer.Option(min=1, max=100_000, help="Rows of each table to work with.")] = 1000,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder for all data of the installation.")
    ] = None,
) -> None:
    """Ask at random over a tenant's own rows mixed with others', change the others', ask again, compare.

    Reads this computer's installation and needs no server. Rows of other tenants are made up from the tenant's own;
    nobody's rows are changed. Exits with 1 when an answer depended on another tenant's rows.
    """

    async def run() -> "list[tuple[str, Proof]]":
        async with session(ctx).installation(data) as house:
            return [found async for found in _proofs(house, tenant, questions, seed, days, most)]

    proofs = asyncio.run(run())
    if not proofs:
        raise Invalid(
            f"{tenant} has no rows of the last {days} days to work with; write --days with a larger number."
        )
    lines = [
        {
            "table": name,
            "answered": proof.answered,
            "failed": proof.failed,
            "refused": proof.refused,
            "changed": len(proof.differences),
        }
        for name, proof in proofs
    ]
    session(ctx).show(lines, ("table", "answered", "failed", "refused", "changed"))
    changed = [difference for _, proof in proofs for difference in proof.differences]
    for difference in changed:
        typer.echo(f"changed: {difference.question}", err=True)
    if changed:
        raise typer.Exit(1)


async def _proofs(
    house: "House", slug: str, questions: int, seed: int, days: int, most: int
) -> AsyncIterator[tuple[str, "Proof"]]:
    from companyos.kernel.ports.engine import Engine
    from companyos.kernel.ports.lake import Lake, Scan

    from ..rules.sql import Reader
    from ..service.isolation import prove_isolation as prove
    from ..service.questions import bounds_of
    from ..service.readable import READABLE
    from ..settings import AnalyticsSettings

    tenant = await _tenant(house, slug)
    now = datetime.now(UTC)
    for table, kept in READABLE:
        try:
            rows = await house.adapter(Lake).scan(Scan(kept, tenant, now - timedelta(days=days), now))
        except LookupError:
            continue  # this installation has not made the table yet
        if not rows.num_rows:
            continue
        reader = Reader(tenant, table.purposes[0], pseudonym_key="of this proof only")
        bounds = bounds_of(house.settings_of(AnalyticsSettings))
        proof = await prove(
            house.adapter(Engine),
            [(table, rows.slice(0, most))],
            reader,
            questions=questions,
            seed=seed,
            bounds=bounds,
        )
        yield table.name, proof


async def _tenant(house: "House", slug: str) -> UUID:
    from companyos.kernel.ports.database import Database
    from companyos.spines.identity.store.tenants import by_slug

    async with house.adapter(Database).app.connect() as db:
        found = await by_slug(db, slug)
    if found is None:
        raise NotFound(f"This installation has no tenant {slug}.")
    return found.id
