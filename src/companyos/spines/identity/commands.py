"""Commands: `companyos tenants`, `companyos people`, `companyos service-accounts`, `companyos issuer`.

Those of `companyos elevation` are beside what they are about, in `elevations/commands.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from companyos.kernel.command import session

from .elevations.commands import elevation

if TYPE_CHECKING:
    from companyos.kernel.house import House

tenants = typer.Typer(no_args_is_help=True, help="Tenants, and the first administrator of a new one.")
people = typer.Typer(no_args_is_help=True, help="Who is a member, and as what.")
accounts = typer.Typer(no_args_is_help=True, help="Programs that act in the tenant, and their ingest keys.")
issuer = typer.Typer(no_args_is_help=True, help="The built-in issuer's signing keys.")

groups = {
    "tenants": tenants,
    "people": people,
    "service-accounts": accounts,
    "issuer": issuer,
    "elevation": elevation,
}

Data = Annotated[Path | None, typer.Option("--data", help="Folder for all data of the installation.")]
Id = Annotated[str, typer.Argument(help="Its id, as lists show it.")]
Roles = Annotated[list[str], typer.Option("--role", help="A role; give it again for more.")]
Environments = Annotated[list[str], typer.Option("--environment", help="An environment; again for more.")]
MaybeRoles = Annotated[list[str] | None, typer.Option("--role", help="A role; give it again for more.")]
MaybeEnvironments = Annotated[
    list[str] | None, typer.Option("--environment", help="An environment; again for more.")
]
Limit = Annotated[int, typer.Option(min=1, max=200, help="Rows of the list.")]
PERSON = ("name", "email", "roles", "environments", "status", "second_factor", "id")


@tenants.command("list")
def list_tenants(ctx: typer.Context) -> None:
    """List the tenants that you are a member of."""
    columns = ("slug", "name", "region", "environments", "people")
    session(ctx).show(session(ctx).remote.get("/tenants"), columns)


@tenants.command("create")
def create_tenant(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(help="Its name in addresses: lower case, digits, dashes.")],
    admin_email: Annotated[str, typer.Option(help="Email of the first administrator.")],
    admin_name: Annotated[str, typer.Option(help="Name of the first administrator.")],
    name: Annotated[str, typer.Option(help="What people call the tenant. Default: the slug.")] = "",
    region: Annotated[str, typer.Option(help="Where its data lives.")] = "",
    environment: MaybeEnvironments = None,
    data: Data = None,
) -> None:
    """Make a tenant in this computer's installation and invite its first administrator. Needs no server."""

    async def run() -> dict[str, Any]:
        async with _woken(ctx, data) as house:
            from .public import found_tenant

            invited = await found_tenant(
                house,
                slug=slug,
                name=name or slug,
                region=region,
                environments=environment or ["prod"],
                admin_email=admin_email,
                admin_name=admin_name,
            )
            return {"url": invited.url, "code": invited.code, "expires_at": invited.expires_at.isoformat()}

    session(ctx).show(asyncio.run(run()))


@people.command("list")
def list_people(ctx: typer.Context, limit: Limit = 50) -> None:
    """List the members of the tenant."""
    session(ctx).show(session(ctx).remote.get("/people", limit=limit), PERSON[:-1])


@people.command("show")
def show_person(ctx: typer.Context, id: Id) -> None:
    """Show one member."""
    session(ctx).show(session(ctx).remote.get(f"/people/{id}"), PERSON)


@people.command("invite")
def invite_person(
    ctx: typer.Context,
    email: Annotated[str, typer.Argument(help="Email of the person.")],
    name: Annotated[str, typer.Option(help="Name of the person.")],
    role: Roles,
    environment: Environments,
) -> None:
    """Make somebody a member; prints the address and the one-time code to give them."""
    body = {"email": email, "name": name, "roles": role, "environments": environment}
    invited = session(ctx).remote.post("/people", body)
    session(ctx).show(invited, ("url", "code", "expires_at"))


@people.command("change")
def change_person(
    ctx: typer.Context, id: Id, role: MaybeRoles = None, environment: MaybeEnvironments = None
) -> None:
    """Give a member other roles or environments."""
    body = {"roles": role or None, "environments": environment or None}
    given = {key: value for key, value in body.items() if value}
    session(ctx).show(session(ctx).remote.patch(f"/people/{id}", given), PERSON)


@people.command("lock")
def lock_person(ctx: typer.Context, id: Id) -> None:
    """Lock a member out of the tenant and end their sign-ins here."""
    session(ctx).show(session(ctx).remote.patch(f"/people/{id}", {"status": "locked"}), PERSON)


@people.command("unlock")
def unlock_person(ctx: typer.Context, id: Id) -> None:
    """Let a locked member in again."""
    session(ctx).show(session(ctx).remote.patch(f"/people/{id}", {"status": "active"}), PERSON)


@people.command("roles")
def list_roles(ctx: typer.Context) -> None:
    """List the roles that members can have."""
    session(ctx).show(session(ctx).remote.get("/roles"), ("name", "title"))


@accounts.command("list")
def list_accounts(ctx: typer.Context, limit: Limit = 50) -> None:
    """List the service accounts of the tenant."""
    columns = ("name", "roles", "environments", "status", "last_used_at", "id")
    session(ctx).show(session(ctx).remote.get("/service-accounts", limit=limit), columns)


@accounts.command("create")
def create_account(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name: lower case, digits, dashes.")],
    environment: Environments,
    role: MaybeRoles = None,
    jwks: Annotated[
        Path | None, typer.Option(exists=True, help="File with its public keys (RFC 7517 JWK Set).")
    ] = None,
) -> None:
    """Make a service account."""
    import json

    body: dict[str, Any] = {"name": name, "roles": role or [], "environments": environment}
    if jwks is not None:
        body["jwks"] = json.loads(jwks.read_text())
    session(ctx).show(session(ctx).remote.post("/service-accounts", body), ("id", "name", "client_id"))


@accounts.command("create-key")
def create_key(
    ctx: typer.Context, id: Id, environment: Annotated[str, typer.Option(help="Where telemetry belongs.")]
) -> None:
    """Make an ingest key for telemetry; it is printed this once."""
    made = session(ctx).remote.post(f"/service-accounts/{id}/keys", {"environment": environment})
    session(ctx).show(made, ("id", "key"))


@accounts.command("delete-key")
def delete_key(
    ctx: typer.Context, id: Id, key: Annotated[str, typer.Argument(help="Id of the key.")]
) -> None:
    """End an ingest key."""
    session(ctx).remote.delete(f"/service-accounts/{id}/keys/{key}")
    session(ctx).show({"revoked": key})


@issuer.command("rotate-key")
def rotate_key(
    ctx: typer.Context,
    data: Data = None,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="Refuse every token of the last key at once.")
    ] = False,
) -> None:
    """Turn this computer's installation to its next signing key now. CompanyOS may run. Needs no server."""

    async def run() -> str:
        async with _woken(ctx, data) as house:
            from .public import turn_signing_key

            return await turn_signing_key(house, now=datetime.now(UTC), compromised=compromised)

    session(ctx).show({"signs_with": asyncio.run(run())})


@asynccontextmanager
async def _woken(ctx: typer.Context, data: Path | None) -> "AsyncIterator[House]":
    """This computer's installation with identity at work and the ledger open for what it records."""
    async with session(ctx).installation(data) as house:
        for part in house.parts:
            if part.name in ("identity", "evidence") and part.starts:
                await part.starts(house)
        yield house
