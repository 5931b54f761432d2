"""`companyos policy propose`, `simulate`, `apply`, `versions`, `rollback`: a tenant's own policies."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from companyos.kernel.command import session
from companyos.kernel.problems import Problem

from .text import FILE

app = typer.Typer()

Text = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="All of the tenant's own policies, in Cedar.")
]
Proposed = Annotated[str, typer.Argument(help="Id of the proposal.")]
Why = Annotated[str, typer.Option(help="Why; kept with the evidence.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="Rows of the list.")]

PROPOSAL = ("id", "state", "after", "restores", "flipped", "why", "author", "at", "applied_as")
VERSION = ("number", "why", "restores", "author", "applied_by", "approved_by", "at", "evidence_id")


@app.command()
def propose(ctx: typer.Context, file: Text, why: Why) -> None:
    """Propose the file's policies for the tenant; what is wrong is told as FILE:LINE."""
    with _told_of(file):
        made = session(ctx).remote.post("/policies/proposals", {"text": _read(file), "why": why})
    _show_proposal(ctx, made)


@app.command()
def simulate(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(help="A file in Cedar, or the id of a proposal.")],
    last: Annotated[int | None, typer.Option(min=0, help="Recorded decisions to replay.")] = None,
    samples: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="File with a JSON list of sample requests."),
    ] = None,
) -> None:
    """Show which decisions would be another, with the reasons of both sides. Changes nothing."""
    file = Path(what)
    given = {"text": _read(file)} if file.is_file() else {"proposal": what}
    body = {**given, "last": last, "samples": json.loads(samples.read_text()) if samples else []}
    with _told_of(file):
        told = session(ctx).remote.post("/policies/simulations", body)
    if session(ctx).as_json:
        session(ctx).show(told)
    else:
        _show_simulation(told)


@app.command(name="apply")
def apply_(
    ctx: typer.Context,
    proposal: Proposed,
    reason: Annotated[str, typer.Option(help="Why now; kept with the evidence.")],
    ask: Annotated[
        int, typer.Option(min=0, help="Ask somebody to approve it, for this many minutes, instead.")
    ] = 0,
) -> None:
    """Show what applying does, and apply it: takes a fresh second factor and somebody else's approval."""
    run = session(ctx)
    act = {"action": "policy:set.apply", "type": "policy.proposal", "id": proposal}
    shown = run.remote.post("/preflights", act)["preview"]
    if not run.as_json:
        typer.echo(shown["title"])
        for effect in shown["effects"]:
            typer.echo(f"  {effect}")
    if ask:
        more = {"kind": "act", "plan_hash": shown["hash"], "minutes": ask, "reason": reason}
        asked = run.remote.post("/elevations", {**act, **more})
        run.show(asked, ("id", "state", "title"))
        return
    body = {"reason": reason, "plan_hash": shown["hash"]}
    run.show(run.remote.post(f"/policies/proposals/{proposal}/apply", body))


@app.command()
def withdraw(ctx: typer.Context, proposal: Proposed) -> None:
    """Take a proposal back."""
    _show_proposal(ctx, session(ctx).remote.post(f"/policies/proposals/{proposal}/withdraw"))


@app.command()
def proposals(
    ctx: typer.Context,
    state: Annotated[str | None, typer.Option(help="Only these: open, applied or withdrawn.")] = None,
    limit: Limit = 50,
) -> None:
    """List proposals, newest first."""
    given = {"state": state} if state else {}
    session(ctx).show(session(ctx).remote.get("/policies/proposals", limit=limit, **given), PROPOSAL)


@app.command()
def versions(
    ctx: typer.Context,
    number: Annotated[int | None, typer.Argument(help="Show this one: its text and what it changed.")] = None,
    limit: Limit = 50,
) -> None:
    """List the versions that were applied, newest first, or show one."""
    if number is None:
        session(ctx).show(session(ctx).remote.get("/policies/versions", limit=limit), VERSION)
        return
    found = session(ctx).remote.get(f"/policies/versions/{number}")
    session(ctx).show(found, VERSION)
    if not session(ctx).as_json:
        typer.echo(f"\n{found['diff']}\n{found['text']}")


@app.command()
def rollback(
    ctx: typer.Context,
    number: Annotated[
        int, typer.Argument(min=0, help="The version to bring back; 0: none of the tenant's own.")
    ],
    why: Why,
) -> None:
    """Propose an earlier version; it is applied like any other."""
    _show_proposal(ctx, session(ctx).remote.post("/policies/proposals", {"version": number, "why": why}))


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@contextmanager
def _told_of(file: Path) -> Iterator[None]:
    """Name the person's own file in what is said of the text."""
    try:
        yield
    except Problem as problem:
        mine = f"{FILE}:"
        problem.detail = problem.detail.replace(mine, f"{file}:")
        problem.reasons = tuple(
            replace(r, where=r.where.replace(mine, f"{file}:") if r.where else None) for r in problem.reasons
        )
        raise


def _show_proposal(ctx: typer.Context, made: dict[str, Any]) -> None:
    run = session(ctx)
    run.show(made, PROPOSAL)
    if run.as_json or made["state"] != "open":
        return
    typer.echo("\n" + made["diff"])
    _show_simulation(made["simulation"])
    typer.echo(f"\nTo go on: companyos policy apply {made['id']} --reason … --ask 30")


def _show_simulation(told: dict[str, Any]) -> None:
    since = f" since {told['since']}" if told["since"] else ""
    typer.echo(f"{told['flipped']} of {told['replayed']} recorded decisions{since} would be another.")
    for tally in (*told["by_action"], *told["by_role"]):
        typer.echo(f"  {tally['name']}: {tally['to_no']} to no, {tally['to_yes']} to yes")
    for one in told["samples"]:
        _show_compared(one)
    for one in told["flips"]:
        _show_compared(one)
    if (more := told["flipped"] - len(told["flips"])) > 0:
        typer.echo(f"and {more} more")


def _show_compared(one: dict[str, Any]) -> None:
    was, would = one["effective"], one["proposed"]
    flips = "flips" if was["allowed"] != would["allowed"] else "stays"
    typer.echo(
        f"{one['at'] or 'sample'}  {', '.join(one['roles'])}  {one['action']}  {one['resource']}: {flips}"
    )
    for name, side in (("now", was), ("then", would)):
        reasons = "; ".join(
            r["sentence"] + (f" [{r['where']}]" if r["where"] else "") for r in side["reasons"]
        )
        typer.echo(f"    {name + ':':<6} {'yes' if side['allowed'] else 'no'}: {reasons}")
