"""`companyos plan`: write plans, look what they would do, run them, follow them, take them back."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from companyos.kernel.command import session
from companyos.kernel.problems import Invalid

from .rules.document import read_plan
from .service.kinds import StepTypes

LOOK_SECONDS = 0.5
OVER = ("succeeded", "failed", "cancelled", "undone")

app = typer.Typer(no_args_is_help=True, help="Plans: look what they would do, run them, take them back.")
groups: dict[str, typer.Typer] = {"plan": app}

File = Annotated[Path, typer.Argument(help="A plan in YAML.")]
Name = Annotated[str, typer.Argument(help="Name of a plan.")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, as lists show it.")]
Given = Annotated[
    list[str] | None,
    typer.Option("--parameter", "-p", help="A parameter, as `service=checkout`; may be repeated."),
]
Reason = Annotated[str, typer.Option(help="Why, for the record.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]
Follow = Annotated[bool, typer.Option("--follow/--no-follow", help="Stay and tell how it goes on.")]


@app.command()
def check(ctx: typer.Context, file: File) -> None:
    """Read a plan as the server would: each fault with its line and a suggestion. Needs no server."""
    found = read_plan(_text(file), StepTypes(session(ctx).parts()).types, file=str(file))
    steps = [step.name for step in found.steps]
    session(ctx).show({"plan": found.name, "title": found.title, "steps": steps})


@app.command()
def put(ctx: typer.Context, file: File) -> None:
    """Keep a plan as its next version."""
    source = _text(file)
    name = session(ctx).remote.post("/plans/check", {"source": source, "file": file.name})["name"]
    session(ctx).show(session(ctx).remote.put(f"/plans/{name}", {"source": source, "file": file.name}))


@app.command("list")
def list_plans(ctx: typer.Context) -> None:
    """List the plans."""
    session(ctx).show(
        session(ctx).remote.get("/plans"), ("name", "title", "version", "approval", "changed_at")
    )


@app.command("dry-run")
def dry_run(ctx: typer.Context, name: Name, parameter: Given = None) -> None:
    """Show what a plan would do now; nothing is changed."""
    shown = _look(ctx, name, _parameters(ctx, name, parameter))
    if session(ctx).as_json:
        session(ctx).show(shown)
    else:
        _tell(shown)


@app.command()
def run(
    ctx: typer.Context,
    name: Name,
    parameter: Given = None,
    reason: Reason = "",
    yes: Yes = False,
    follow: Follow = True,
) -> None:
    """Run a plan: shows what it would do, asks, and tells how it goes on. Exits with 1 when it does not succeed."""
    values = _parameters(ctx, name, parameter)
    shown = _look(ctx, name, values)
    if not session(ctx).as_json:
        _tell(shown, err=True)
    if not yes:
        typer.confirm("Go ahead?", abort=True, err=True)
    body = {"parameters": values, "plan_hash": shown["hash"], "reason": reason}
    begun = session(ctx).remote.post(f"/plans/{name}/runs", body)
    _follow(ctx, begun["id"], "succeeded") if follow else session(ctx).show(begun)


@app.command()
def runs(ctx: typer.Context, plan: str = "", live: bool = False) -> None:
    """List runs, newest first; --live those that have not ended."""
    query = {"plan": plan or None, "live": "true" if live else None}
    columns = ("queued_at", "plan", "state", "asked_name", "sentence", "id")
    session(ctx).show(session(ctx).remote.get("/runs", **query), columns)


@app.command()
def status(ctx: typer.Context, run: RunId, follow: Follow = False) -> None:
    """Show how a run stands, step by step; --follow stays until it has ended."""
    if follow:
        _follow(ctx, run, "")
        return
    found = session(ctx).remote.get(f"/runs/{run}")
    if session(ctx).as_json:
        session(ctx).show(found)
        return
    steps = found.pop("steps")
    found.pop("log")
    session(ctx).show(
        found, ("plan", "state", "sentence", "asked_name", "reason", "started_at", "finished_at", "evidence")
    )
    session(ctx).show(steps, ("name", "state", "sentence", "attempts"))


@app.command()
def pause(ctx: typer.Context, run: RunId) -> None:
    """Hold a run between two steps."""
    session(ctx).show(session(ctx).remote.post(f"/runs/{run}/pause"), ("state", "sentence"))


@app.command()
def resume(ctx: typer.Context, run: RunId) -> None:
    """Let a paused run go on."""
    session(ctx).show(session(ctx).remote.post(f"/runs/{run}/resume"), ("state", "sentence"))


@app.command()
def cancel(ctx: typer.Context, run: RunId) -> None:
    """Stop a run; what was done stays."""
    session(ctx).show(session(ctx).remote.post(f"/runs/{run}/cancel"), ("state", "sentence"))


@app.command()
def undo(
    ctx: typer.Context, run: RunId, reason: Reason = "", yes: Yes = False, follow: Follow = True
) -> None:
    """Take back what a run did, the last step first. Shows what that is, and asks."""
    asked = {"action": "maestro:run.undo", "type": "maestro.run", "id": run}
    shown = session(ctx).remote.post("/preflights", asked)["preview"]
    for line in [shown["title"], *(f"  {effect}" for effect in shown["effects"])]:
        typer.echo(line, err=True)
    if not yes:
        typer.confirm("Go ahead?", abort=True, err=True)
    begun = session(ctx).remote.post(f"/runs/{run}/undo", {"plan_hash": shown["hash"], "reason": reason})
    _follow(ctx, run, "undone") if follow else session(ctx).show(begun, ("state", "sentence"))


def _follow(ctx: typer.Context, run: str, good: str) -> None:
    """Tell what is written into a run's log until it has ended. Exits with 1 when it ends otherwise than `good`."""
    told = 0
    while True:
        found = session(ctx).remote.get(f"/runs/{run}")
        if not session(ctx).as_json:
            for entry in found["log"][told:]:
                step = f"{entry['step']}: " if entry["step"] else ""
                typer.echo(f"{entry['at'][11:19]}  {step}{entry['text']}")
        told = len(found["log"])
        if found["state"] in (*OVER, "paused", "stuck"):
            break
        time.sleep(LOOK_SECONDS)
    if session(ctx).as_json:
        session(ctx).show(found)
    else:
        typer.echo(
            f"It {found['state']}."
            if found["state"] in ("succeeded", "failed")
            else f"It is {found['state']}."
        )
    if good and found["state"] != good:
        raise typer.Exit(1)


def _look(ctx: typer.Context, name: str, values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = session(ctx).remote.post(f"/plans/{name}/dry-run", {"parameters": values})
    return found


def _tell(shown: dict[str, Any], *, err: bool = False) -> None:
    typer.echo(f"{shown['title']}, version {shown['version']}", err=err)
    for step in shown["steps"]:
        typer.echo(f"  {step['name']}: {step['when']}{step['sentence']}", err=err)
        for decision in step["decisions"]:
            if not decision["allowed"]:
                typer.echo(f"    you may not: {decision['reasons'][0]['sentence']}", err=err)
    more = " and more" if shown["more_affected"] else ""
    typer.echo(f"Could be felt by: {', '.join(shown['affected']) or 'nobody'}{more}", err=err)
    typer.echo(f"Hash: {shown['hash']}", err=err)


def _parameters(ctx: typer.Context, name: str, given: list[str] | None) -> dict[str, Any]:
    """`name=value` pairs, each read as the type that the plan declares."""
    declared = session(ctx).remote.get(f"/plans/{name}")["parameters"] if given else []
    types = {one["name"]: one["type"] for one in declared}
    found: dict[str, Any] = {}
    for one in given or []:
        key, separator, value = one.partition("=")
        if not separator:
            raise Invalid(f"{one!r} is no parameter; write --parameter name=value.")
        found[key] = _value(value, types.get(key, "string"))
    return found


def _value(text: str, kind: str) -> Any:
    """The text as that type; as it is when it is none, so that the server says what is wrong with it."""
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    try:
        return {"integer": int, "number": float}[kind](text)
    except (KeyError, ValueError):
        return text


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} cannot be read: {error}") from None
