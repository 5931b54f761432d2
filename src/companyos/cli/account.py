"""Commands about who you are here: sign in and out, and which tenant and environment you look at."""

import sys
from typing import Annotated, Any

import typer

from companyos.kernel.command import Remote, session
from companyos.kernel.problems import Invalid, Problem

MFA = "urn:companyos:mfa"


def login(
    ctx: typer.Context,
    mfa: Annotated[bool, typer.Option("--mfa", help="Confirm with a fresh second factor.")] = False,
    tenant: Annotated[str | None, typer.Option(help="Tenant to look at; else the last one.")] = None,
    environment: Annotated[
        str | None, typer.Option(help="Environment to look at; else the last one.")
    ] = None,
    issuer: Annotated[
        str | None, typer.Option(help="OpenID Connect issuer, when it is not CompanyOS itself.")
    ] = None,
) -> None:
    """Sign in: shows an address and a code, and waits until you confirm it in a browser."""
    from .connection import connection

    asked = {"tenant": tenant, "environment": environment}
    if mfa:
        asked |= {"acr_values": MFA, "max_age": "0"}
    connected = connection(ctx)
    connected.sign_in(issuer, asked)
    _show(ctx, connected.remote)


def logout(ctx: typer.Context) -> None:
    """Sign out: ends the sign-in at the server and forgets it here."""
    from .connection import connection

    connected = connection(ctx)
    with connected.store.locked():
        kept = connected.store.read()
        if kept is None:
            session(ctx).show({"signed_out": True})
            return
        connected.store.forget()
        try:
            if kept.refresh_token:
                connected.issuer(kept.issuer).revoke(kept.refresh_token)
        except Problem as problem:
            print(f"It is forgotten here, but the server was not told: {problem.detail}", file=sys.stderr)
    session(ctx).show({"signed_out": True})


def whoami(ctx: typer.Context) -> None:
    """Show who you are here, in which tenant and environment, and how strongly signed in."""
    _show(ctx, session(ctx).remote)


context = typer.Typer(help="Which tenant and environment you look at.", no_args_is_help=True)


@context.command("show")
def context_show(ctx: typer.Context) -> None:
    """Show the tenant and environment you look at, and the address."""
    from .connection import connection

    kept = connection(ctx).credentials()
    session(ctx).show({"url": kept.url, "tenant": kept.tenant, "environment": kept.environment})


@context.command("use")
def context_use(
    ctx: typer.Context, place: Annotated[str, typer.Argument(metavar="TENANT/ENVIRONMENT")]
) -> None:
    """Look at another tenant and environment that you are a member of."""
    from .connection import connection

    tenant, _, environment = place.partition("/")
    if not (tenant and environment):
        raise Invalid.at("TENANT/ENVIRONMENT", f"{place!r} names no environment.", "Write it as acme/prod.")
    connected = connection(ctx)
    fresh = connected.refresh(connected.credentials(), tenant, environment)
    session(ctx).show({"url": fresh.url, "tenant": fresh.tenant, "environment": fresh.environment})


def _show(ctx: typer.Context, remote: Remote) -> None:
    """Show who the remote's sign-in is; to people, memberships as `context use` takes them."""
    me: dict[str, Any] = remote.get("/me")
    if not session(ctx).as_json:
        me["memberships"] = [
            f"{m['tenant']['slug']}/{e}" for m in me["memberships"] for e in m["environments"]
        ]
    session(ctx).show(me)


commands = {"login": login, "logout": logout, "whoami": whoami, "context": context}
