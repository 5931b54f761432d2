"""Commands: `companyos services`, `companyos deployments`, `companyos incidents`."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from companyos.kernel.command import session
from companyos.kernel.problems import Invalid

BATCH = 200

services = typer.Typer(help="The services that run, and how they do.", no_args_is_help=True)
deployments = typer.Typer(help="What went out where; roll back, pause, redeploy.", no_args_is_help=True)
incidents = typer.Typer(help="What is wrong, and who looks after it.", no_args_is_help=True)

groups: dict[str, typer.Typer] = {
    "services": services,
    "deployments": deployments,
    "incidents": incidents,
}

Service = Annotated[str, typer.Argument(help="Name of a service.")]
Id = Annotated[str, typer.Argument(help="Its id, as lists show it.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="Rows of the list.")]
Text = Annotated[str, typer.Option(help="A word on it, for the timeline.")]
Reason = Annotated[str, typer.Option(help="Why, for the record; asked for when it is missing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]


@services.command("list")
def list_services(
    ctx: typer.Context, q: str = "", owner: str = "", health: str = "", limit: Limit = 50
) -> None:
    """List services, worst first."""
    query = _given(q=q, owner=owner, health=health, limit=limit)
    columns = (
        "name",
        "health",
        "tier",
        "owner",
        "availability",
        "budget_left",
        "rps",
        "error_rate",
        "p95_ms",
    )
    session(ctx).show(session(ctx).remote.get("/services", **query), columns)


@services.command("show")
def show_service(ctx: typer.Context, name: Service) -> None:
    """Show one service."""
    session(ctx).show(session(ctx).remote.get(f"/services/{name}"))


@services.command("import")
def import_services(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(help="A catalog-info.yaml.")]
) -> None:
    """Register and change services from a Backstage catalogue file."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} cannot be read: {error}") from None
    session(ctx).show(session(ctx).remote.post("/services/import", {"text": text, "file": file.name}))


@services.command("archive")
def archive_service(ctx: typer.Context, name: Service, yes: Yes = False) -> None:
    """Take a service out of the catalogue."""
    if not yes:
        typer.confirm(f"Archive {name}?", abort=True)
    session(ctx).remote.delete(f"/services/{name}")
    session(ctx).show({"archived": name})


@deployments.command("list")
def list_deployments(ctx: typer.Context, service: str = "", status: str = "", limit: Limit = 20) -> None:
    """List deployments, newest first."""
    query = _given(service=service, status=status, limit=limit)
    columns = ("queued_at", "service", "version", "status", "author", "id")
    session(ctx).show(session(ctx).remote.get("/deployments", **query), columns)


@deployments.command("show")
def show_deployment(ctx: typer.Context, id: Id) -> None:
    """Show one deployment."""
    session(ctx).show(session(ctx).remote.get(f"/deployments/{id}"))


@deployments.command("import")
def import_deployments(
    ctx: typer.Context,
    git: Annotated[Path, typer.Option(help="Folder of a git repository.")],
    since: Annotated[str, typer.Option(help="Only commits after this date, as git reads it.")] = "",
    service: Annotated[
        str, typer.Option(help="Count every change to this service; else by the services' path annotations.")
    ] = "",
    by: Annotated[str, typer.Option(help="commit or tag: what stands for a deployment.")] = "commit",
    most: Annotated[int, typer.Option(min=1, max=100_000, help="Newest commits or tags to read.")] = 1000,
) -> None:
    """Turn a git history into deployments. Importing again adds only what is new."""
    from .outside.git import deployments_of, read_history
    from .rules.paths import PATHS, prefixes

    if by not in ("commit", "tag"):
        raise Invalid(f"--by {by} is unknown; write commit or tag.")
    read = read_history(git, by=by, since=since, most=most)
    if read.remark:
        typer.echo(read.remark, err=True)
    remote = session(ctx).remote
    if service:
        everything = {f.path for r in read.releases for f in r.files}
        found = {service: tuple(sorted({p.split("/", 1)[0] for p in everything}))}
    else:
        known = _everything(ctx, "/services")
        found = {s["name"]: prefixes(s["annotations"]) for s in known}
        if not any(found.values()):
            raise Invalid(f"No service has the annotation {PATHS}; add it, or name one with --service.")
    total = {"read": len(read.releases), "recorded": 0, "known": 0}
    for batch in _batches(list(deployments_of(read.releases, found))):
        done = remote.post("/deployments/import", {"items": batch})
        total["recorded"] += done["recorded"]
        total["known"] += done["known"]
        if done["unknown_services"]:
            raise Invalid(f"Not a service here: {', '.join(done['unknown_services'])}.")
    session(ctx).show(total)


@deployments.command("roll-back")
def roll_back(ctx: typer.Context, id: Id, reason: Reason = "", yes: Yes = False) -> None:
    """Bring the version before this deployment back. Shows what will happen first."""
    _order(ctx, id, "roll_back", reason, yes)


@deployments.command("pause")
def pause(ctx: typer.Context, id: Id, reason: Reason = "", yes: Yes = False) -> None:
    """Hold a deployment that is under way. Shows what will happen first."""
    _order(ctx, id, "pause", reason, yes)


@deployments.command("redeploy")
def redeploy(ctx: typer.Context, id: Id, reason: Reason = "", yes: Yes = False) -> None:
    """Force the same version out again. Shows what will happen first."""
    _order(ctx, id, "redeploy", reason, yes)


@incidents.command("list")
def list_incidents(
    ctx: typer.Context, status: str = "", service: str = "", resolved: bool = False, limit: Limit = 50
) -> None:
    """List the incidents that are not resolved, newest first; --resolved lists every one."""
    active = {} if resolved or status else {"active": "true"}
    query = _given(status=status, service=service, limit=limit)
    columns = ("opened_at", "severity", "status", "title", "owner", "services", "id")
    session(ctx).show(session(ctx).remote.get("/incidents", **query, **active), columns)


@incidents.command("show")
def show_incident(ctx: typer.Context, id: Id) -> None:
    """Show one incident with its timeline."""
    found = session(ctx).remote.get(f"/incidents/{id}")
    if session(ctx).as_json:
        session(ctx).show(found)
        return
    timeline = found.pop("timeline")
    session(ctx).show(found)
    session(ctx).show(timeline, ("at", "actor", "kind", "text"))


@incidents.command("open")
def open_incident(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What is wrong, in a few words.")],
    severity: Annotated[str, typer.Option(help="sev1 (worst) to sev4.")] = "sev3",
    service: Annotated[list[str] | None, typer.Option(help="A service that is hit; may be repeated.")] = None,
    owner: str = "",
    text: Text = "",
) -> None:
    """Say that something is wrong."""
    said = {"title": title, "severity": severity, "services": service or [], "owner": owner, "text": text}
    session(ctx).show(session(ctx).remote.post("/incidents", said))


@incidents.command("ack")
def acknowledge_incident(ctx: typer.Context, id: Id, text: Text = "") -> None:
    """Take an incident on."""
    session(ctx).show(session(ctx).remote.post(f"/incidents/{id}/acknowledge", {"text": text}))


@incidents.command("mitigate")
def mitigate_incident(ctx: typer.Context, id: Id, text: Text = "") -> None:
    """Say that the harm has stopped."""
    session(ctx).show(session(ctx).remote.post(f"/incidents/{id}/mitigate", {"text": text}))


@incidents.command("resolve")
def resolve_incident(ctx: typer.Context, id: Id, text: Text = "") -> None:
    """Say that it is over."""
    session(ctx).show(session(ctx).remote.post(f"/incidents/{id}/resolve", {"text": text}))


@incidents.command("note")
def note_incident(ctx: typer.Context, id: Id, text: Annotated[str, typer.Argument(help="The note.")]) -> None:
    """Write into the timeline."""
    session(ctx).show(session(ctx).remote.post(f"/incidents/{id}/notes", {"text": text}))


def _order(ctx: typer.Context, id: str, verb: str, reason: str, yes: bool) -> None:
    try:
        reason = reason or typer.prompt("Why", err=True)
    except typer.Abort:
        typer.echo(err=True)
        raise Invalid("Nobody said why; write --reason TEXT, and --yes to go ahead unasked.") from None
    remote = session(ctx).remote
    plan = remote.get(f"/deployments/{id}/preflight", verb=verb)
    for line in plan["effects"]:
        typer.echo(line, err=True)
    reach = [f"{a['title'] or a['id']} ({a['distance']} away)" for a in plan["blast_radius"]]
    more = " and more" if plan["blast_radius_more"] else ""
    typer.echo(f"Could be felt by: {', '.join(reach) or 'nobody else'}{more}", err=True)
    typer.echo(f"Leaves evidence: {', '.join(plan['evidence'])}", err=True)
    if not yes:
        typer.confirm("Go ahead?", abort=True, err=True)
    done = remote.post(f"/deployments/{id}/{verb}", {"reason": reason, "plan_hash": plan["plan_hash"]})
    session(ctx).show(done if session(ctx).as_json else {**done, "deployment": done["deployment"]["id"]})


def _given(**query: Any) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value != ""}


def _everything(ctx: typer.Context, path: str) -> list[dict[str, Any]]:
    page = session(ctx).remote.get(path, limit=200)
    found = list(page["items"])
    while page.get("next"):
        page = session(ctx).remote.get(path, limit=200, cursor=page["next"])
        found += page["items"]
    return found


def _batches(items: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
