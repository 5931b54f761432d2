"""Commands: `companyos elevation`."""

from typing import Annotated, Any

import typer

from companyos.kernel.command import session
from companyos.kernel.entities import EntityRef
from companyos.kernel.problems import Invalid

elevation = typer.Typer(no_args_is_help=True, help="Ask to do more for a time; decide what others ask.")

Id = Annotated[str, typer.Argument(help="Its id, as lists show it.")]
Why = Annotated[str, typer.Option("--reason", help="Why. It is asked for when it is left out.")]
Yes = Annotated[bool, typer.Option("--yes", help="Go ahead unasked.")]
COLUMNS = ("state", "title", "person", "decided_by", "ends_at", "reason", "id")


@elevation.command("request")
def request(
    ctx: typer.Context,
    role: Annotated[str, typer.Option(help="A role to have for a time.")] = "",
    action: Annotated[str, typer.Option(help="Or one act, as operations:deployment.roll_back.")] = "",
    on: Annotated[str, typer.Option(help="What the act is done to, as operations.deployment:<id>.")] = "",
    minutes: Annotated[int, typer.Option(min=1, help="How long, from the yes on.")] = 30,
    reason: Why = "",
) -> None:
    """Ask for a role, or for exactly one act as it is planned now."""
    if bool(role) == bool(action):
        raise Invalid("Ask for either a role (--role) or one act (--action, --on).")
    body: dict[str, Any] = {"minutes": minutes, "reason": _why(reason)}
    body |= {"kind": "role", "role": role} if role else {"kind": "act", "action": action, **_named(on)}
    session(ctx).show(session(ctx).remote.post("/elevations", body), COLUMNS)


@elevation.command("list")
def list_elevations(
    ctx: typer.Context,
    mine: Annotated[bool, typer.Option("--mine", help="Only what you asked for.")] = False,
    state: Annotated[list[str] | None, typer.Option(help="Only in this state; again for more.")] = None,
    unreviewed: Annotated[
        bool, typer.Option("--unreviewed", help="Only broken glass that waits for its review.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Rows of the list.")] = 50,
) -> None:
    """List what was asked for, newest first."""
    query: dict[str, Any] = {"limit": limit, **({"state": state} if state else {})}
    query |= {name: "true" for name, on in (("mine", mine), ("unreviewed", unreviewed)) if on}
    session(ctx).show(session(ctx).remote.get("/elevations", **query), COLUMNS)


@elevation.command("approve")
def approve(
    ctx: typer.Context,
    id: Id,
    note: Annotated[str, typer.Option(help="A word to it.")] = "",
    yes: Yes = False,
) -> None:
    """Say yes to what somebody else asked, after seeing what it would do."""
    plan_hash = _shown(ctx, "identity:elevation.approve", EntityRef("identity.elevation", id), {}, yes)
    made = session(ctx).remote.post(f"/elevations/{id}/approve", {"plan_hash": plan_hash, "note": note})
    session(ctx).show(made, COLUMNS)


@elevation.command("deny")
def deny(ctx: typer.Context, id: Id, reason: Why = "") -> None:
    """Say no, and why."""
    session(ctx).show(session(ctx).remote.post(f"/elevations/{id}/deny", {"note": _why(reason)}), COLUMNS)


@elevation.command("revoke")
def revoke(ctx: typer.Context, id: Id, reason: Why = "") -> None:
    """End one before its time."""
    session(ctx).show(session(ctx).remote.post(f"/elevations/{id}/revoke", {"note": _why(reason)}), COLUMNS)


@elevation.command("withdraw")
def withdraw(ctx: typer.Context, id: Id) -> None:
    """Take your own request back."""
    session(ctx).show(session(ctx).remote.post(f"/elevations/{id}/withdraw"), COLUMNS)


@elevation.command("extend")
def extend(ctx: typer.Context, id: Id) -> None:
    """Let your own one hold as long again from now; takes a fresh second factor."""
    session(ctx).show(session(ctx).remote.post(f"/elevations/{id}/extend"), COLUMNS)


@elevation.command("break-glass")
def break_glass(
    ctx: typer.Context,
    role: Annotated[str, typer.Argument(help="The role to take.")],
    minutes: Annotated[int, typer.Option(min=1, help="How long.")] = 15,
    reason: Why = "",
    yes: Yes = False,
) -> None:
    """Take a role at once. Everybody who should know is told, and somebody else has to review it."""
    asked = {"role": role, "minutes": minutes}
    body = {**asked, "reason": _why(reason)}
    plan_hash = _shown(ctx, "identity:elevation.break_glass", None, asked, yes)
    made = session(ctx).remote.post("/elevations/break-glass", {**body, "plan_hash": plan_hash})
    session(ctx).show(made, COLUMNS)


@elevation.command("review")
def review(
    ctx: typer.Context,
    id: Id,
    verdict: Annotated[str, typer.Argument(help="justified or unjustified.")],
    reason: Why = "",
) -> None:
    """Say whether somebody else rightly broke the glass."""
    body = {"verdict": verdict, "note": _why(reason)}
    session(ctx).show(session(ctx).remote.post(f"/elevations/{id}/review", body), COLUMNS)


@elevation.command("grant-span")
def grant_span(
    ctx: typer.Context,
    email: Annotated[str, typer.Argument(help="Who outside may see this tenant's totals.")],
    minutes: Annotated[int, typer.Option(min=1, help="How long.")] = 60,
    reason: Why = "",
    yes: Yes = False,
) -> None:
    """Let somebody outside the tenant see its totals for a time."""
    asked = {"email": email, "minutes": minutes}
    body = {**asked, "reason": _why(reason)}
    plan_hash = _shown(ctx, "identity:elevation.grant", None, asked, yes)
    made = session(ctx).remote.post("/elevations/spans", {**body, "plan_hash": plan_hash})
    session(ctx).show(made, COLUMNS)


def _shown(ctx: typer.Context, action: str, on: EntityRef | None, input: dict[str, Any], yes: bool) -> str:
    """Tell what an act would do, ask whether to go ahead, and return the hash of what was shown."""
    named = {"type": on.type, "id": on.id} if on else {}
    shown = session(ctx).remote.post("/preflights", {"action": action, "input": input, **named})["preview"]
    for line in (shown["title"], *shown["effects"]):
        typer.echo(line, err=True)
    if not yes:
        typer.confirm("Go ahead?", abort=True, err=True)
    return str(shown["hash"])


def _named(on: str) -> dict[str, str]:
    if not on:
        return {}
    try:
        ref = EntityRef.parse(on)
    except ValueError as error:
        raise Invalid(str(error)) from None
    return {"type": ref.type, "id": ref.id}


def _why(reason: str) -> str:
    try:
        return reason or str(typer.prompt("Why", err=True))
    except typer.Abort:
        typer.echo(err=True)
        raise Invalid("Nobody said why; write --reason TEXT.") from None
