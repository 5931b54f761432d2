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
    question: dict[str, Any] = {"action": action}
    if on:
        question["type"], _, question["id"] = on.partition(":")
    answer = run.remote.post("/decisions", {"checks": [question]})["items"][0]
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


def _load(ctx: typer.Context) -> PolicySet:
    try:
        return load(session(ctx).parts())
    except PolicyRefused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from None


groups = {"policy": app}
