"""`companyos policy`: check the policies, show who may do what, ask what I may do."""

from typing import Annotated, Any

import typer

from companyos.kernel.command import session

from .loading import load
from .matrix import matrix
from .policy_set import PolicySet
from .sets import commands as sets
from .source import PolicyRefused

app = typer.Typer(
    no_args_is_help=True,
    help="Check policies, show who may do what, ask what you may do; keep the tenant's own.",
)
app.add_typer(sets.app)


@app.command()
def check(ctx: typer.Context) -> None:
    """Check every policy and schema of this installation, as the start does. Needs no server."""
    found = _load(ctx)
    session(ctx).show(
        {"version": found.version, "policies": len(found.policies), "actions": len(found.actions)}
    )


@app.command(name="matrix")
def show_matrix(ctx: typer.Context) -> None:
    """Print the permission matrix, role by role, in Markdown. Needs no server."""
    typer.echo(matrix(_load(ctx)), nl=False)


@app.command()
def decide(
    ctx: typer.Context,
    action: Annotated[str, typer.Argument(help="Action, as `operations:service.read`.")],
    on: Annotated[str, typer.Argument(help="Entity, as `operations.service:ID`. Empty: the tenant.")] = "",
) -> None:
    """Ask the server whether you may do something, and why. Exits with 1 when you may not."""
    run = session(ctx)
    answer = run.remote.post("/decisions", {"checks": [_question(action, on)]})["items"][0]
    if run.as_json:
        run.show(answer)
    else:
        typer.echo("Yes." if answer["allowed"] else "No.")
        for reason in answer["reasons"]:
            fix = f" {reason['remedy']['sentence']}" if reason["remedy"] else ""
            typer.echo(f"  {reason['sentence']}{fix}" + (f" [{reason['where']}]" if reason["where"] else ""))
        for change in answer["changes"]:
            by = f" from {change['granted_by']}" if change["granted_by"] else ""
            typer.echo(f"  would help: {change['sentence']}{by}")
    if not answer["allowed"]:
        raise typer.Exit(1)


@app.command()
def why(
    ctx: typer.Context,
    action: Annotated[str, typer.Argument(help="Action, as `operations:service.read`.")],
    on: Annotated[str, typer.Argument(help="Entity, as `operations.service:ID`. Empty: the tenant.")] = "",
) -> None:
    """Ask the server why you may not do something, and every smallest way to be allowed. Exits with 1 for a no."""
    run = session(ctx)
    answer = run.remote.post("/decisions/why", _question(action, on))
    decision = answer["decision"]
    if run.as_json:
        run.show(answer)
    else:
        typer.echo("Yes." if decision["allowed"] else "No.")
        for reason in decision["reasons"]:
            typer.echo(f"  {reason['sentence']}" + (f" [{reason['where']}]" if reason["where"] else ""))
        for n, way in enumerate(answer["ways"]):
            typer.echo("  It would take:" if n == 0 else "  or:")
            for change in way["changes"]:
                typer.echo(f"    {change['sentence']} {change['remedy']['sentence']}")
        if not answer["ways"] and not decision["allowed"]:
            typer.echo("  No change that was tried would help.")
        if not answer["complete"]:
            typer.echo("  There is more that could be tried.")
    if not decision["allowed"]:
        raise typer.Exit(1)


def _question(action: str, on: str) -> dict[str, Any]:
    type_, _, id_ = on.partition(":")
    return {"action": action, "type": type_, "id": id_} if on else {"action": action}


def _load(ctx: typer.Context) -> PolicySet:
    try:
        return load(session(ctx).parts())
    except PolicyRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from None


groups = {"policy": app}
