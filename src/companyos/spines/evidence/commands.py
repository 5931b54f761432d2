"""`companyos audit` and `companyos evidence`: read the trail, verify the ledger, fetch and verify packs."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from companyos.kernel.command import session
from companyos.kernel.problems import Invalid

if TYPE_CHECKING:
    from .keys import VerifyKey
    from .note import Checkpoint
    from .verify import Report

audit = typer.Typer(no_args_is_help=True, help="What happened, and the proof that nothing of it was changed.")
evidence = typer.Typer(no_args_is_help=True, help="Signed packs that prove a risky act to anyone.")

groups = {"audit": audit, "evidence": evidence}

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder for all data, with --here.")]
PackFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A pack, as it was downloaded.")]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", help="Public key that must have signed: a file, or PEM, JWK, note key or base64."),
]


@audit.command("list")
def list_records(
    ctx: typer.Context,
    subject: str = "",
    actor: str = "",
    action: str = "",
    outcome: str = "",
    limit: Annotated[int, typer.Option(min=1, max=200, help="Rows of the list.")] = 50,
) -> None:
    """List what happened, newest first."""
    given = {"subject": subject, "actor": actor, "action": action, "outcome": outcome}
    query = {name: value for name, value in given.items() if value}
    columns = ("at", "actor", "action", "subject", "outcome", "index")
    session(ctx).show(session(ctx).remote.get("/audit", limit=limit, **query), columns)


@audit.command("show")
def show_record(ctx: typer.Context, id: Annotated[str, typer.Argument(help="Id of a record.")]) -> None:
    """Show one record with the decision it was made under."""
    session(ctx).show(session(ctx).remote.get(f"/audit/{id}"))


@audit.command("checkpoint")
def show_checkpoint(ctx: typer.Context) -> None:
    """Print the newest signed checkpoint; keep it elsewhere and give it to `audit verify --checkpoint` later."""
    found = session(ctx).remote.get("/audit/checkpoint")
    if session(ctx).as_json:
        session(ctx).show(found)
    else:
        typer.echo(found["checkpoint"], nl=False)


@audit.command("verify")
def verify_audit(
    ctx: typer.Context,
    here: Annotated[
        bool, typer.Option("--here", help="Every tenant of this computer's installation, no server needed.")
    ] = False,
    data: DataOption = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, help="With --here: a checkpoint kept elsewhere that must be part of history."
        ),
    ] = None,
) -> None:
    """Recompute the ledger from its records; name whatever was changed, removed, moved or inserted.

    Exits with 1 when anything was. Without --here the server does it, for the tenant you are signed in to.
    """
    if here or data or checkpoint:
        results = asyncio.run(_verify_here(ctx, data, checkpoint or []))
    else:
        results = [session(ctx).remote.get("/audit/verification")]
    if session(ctx).as_json:
        session(ctx).show(results if here or data or checkpoint else results[0])
    else:
        for result in results:
            _tell(result)
    if not all(result["ok"] for result in results):
        raise typer.Exit(1)


@evidence.command("list")
def list_packs(
    ctx: typer.Context,
    subject: str = "",
    limit: Annotated[int, typer.Option(min=1, max=200, help="Rows of the list.")] = 50,
) -> None:
    """List evidence packs, newest first."""
    query = {"subject": subject} if subject else {}
    columns = ("id", "at", "title", "actor", "subject", "sealed_at")
    session(ctx).show(session(ctx).remote.get("/evidence", limit=limit, **query), columns)


@evidence.command("download")
def download_pack(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(help="Id of a pack.")],
    to: Annotated[Path | None, typer.Option(help="File to write. Default: evidence-ID.zip here.")] = None,
) -> None:
    """Download a sealed pack."""
    file = to or Path(f"evidence-{id}.zip")
    file.write_bytes(session(ctx).remote.download(f"/evidence/{id}"))
    typer.echo(str(file))


@evidence.command("verify")
def verify_pack(ctx: typer.Context, file: PackFile, key: Keys = None) -> None:
    """Verify a pack with nothing but the file: no server, no database, no settings.

    Exits with 1 and names exactly what is wrong when the pack is not whole. Give --key to insist on who signed it.
    """
    from .verify import verify

    report = verify(_read(file), _pinned(key))
    if session(ctx).as_json:
        session(ctx).show(_as_json(report))
    else:
        _tell_pack(file, report)
    if not report.ok:
        raise typer.Exit(1)


@evidence.command("view")
def view_pack(
    file: PackFile,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write. Default: FILE.html.")
    ] = None,
    key: Keys = None,
) -> None:
    """Write one HTML file that verifies and shows a pack in any browser: no server, no network.

    It holds the pack, whole or not; give --key to let it insist on who signed it.
    """
    from .view import page

    written = to or file.with_suffix(".html")
    written.write_bytes(page(_read(file), file.name, _pinned(key)))
    typer.echo(str(written))


@evidence.command("keys")
def list_keys(ctx: typer.Context, data: DataOption = None) -> None:
    """List the ledger's public keys of this computer's installation. Needs no server."""

    async def run() -> list[dict[str, Any]]:
        async with session(ctx).installation(data) as house:
            from companyos.kernel.ports.keys import KeyRing

            from .service import public_keys

            keys = await public_keys(house.adapter(KeyRing))
            return [key.jwk() for key in keys]

    session(ctx).show(asyncio.run(run()), ("kid", "valid_from", "valid_until", "x"))


@evidence.command("rotate-key")
def rotate_key(ctx: typer.Context, data: DataOption = None) -> None:
    """Make a new key sign the ledger of this computer's installation; the old private key is destroyed."""

    async def run() -> str:
        async with session(ctx).installation(data) as house:
            from companyos.kernel.ports.keys import KeyRing

            from .keys import USE

            return (await house.adapter(KeyRing).rotate(USE, "EdDSA")).kid

    typer.echo(f"From now on key {asyncio.run(run())} signs. Publish it; what older keys signed stays valid.")


async def _verify_here(ctx: typer.Context, data: Path | None, pinned: Sequence[Path]) -> list[dict[str, Any]]:
    from companyos.kernel.ports.database import Database
    from companyos.spines.identity.store.tenants import all_ids

    from .note import origin
    from .verification import verify_house

    kept = [_checkpoint(path) for path in pinned]
    results = []
    async with session(ctx).installation(data) as house:
        async with house.adapter(Database).app.connect() as db:
            tenants = await all_ids(db)
        strangers = {state.origin for state in kept} - {origin(tenant) for tenant in tenants}
        if strangers:
            raise Invalid(f"No tenant of this installation has the ledger {', '.join(sorted(strangers))}.")
        for tenant in tenants:
            mine = [state for state in kept if state.origin == origin(tenant)]
            found = await verify_house(house, tenant, mine)
            findings = [{"code": f.code, "where": f.where, "sentence": f.sentence} for f in found.findings]
            results.append(
                {
                    "tenant": str(tenant),
                    "ok": found.ok,
                    "records": found.records,
                    "waiting": found.waiting,
                    "checkpoints": found.checkpoints,
                    "findings": findings,
                    "counts": dict(found.counts),
                }
            )
    return results


def _checkpoint(path: Path) -> "Checkpoint":
    from .note import read

    try:
        return read(path.read_bytes())[0]
    except ValueError as error:
        raise Invalid(f"{path} is not a checkpoint: {error}.") from error


def _read(file: Path) -> bytes:
    """The file, or as much of it as shows that it is too large."""
    from .archive import MAX_BYTES

    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def _pinned(texts: list[str] | None) -> "list[VerifyKey] | None":
    from .keys import read_pinned

    if not texts:
        return None
    try:
        return [key for text in texts for key in read_pinned(text)]
    except (ValueError, OSError) as error:
        raise Invalid(f"--key: {error}") from error


def _tell(result: dict[str, Any]) -> None:
    name = f"Ledger {result['tenant']}: " if "tenant" in result else ""
    size = f"{result['records']:,} records, {result['checkpoints']:,} checkpoints"
    waiting = f", {result['waiting']:,} waiting for a checkpoint" if result["waiting"] else ""
    if result["ok"]:
        typer.echo(f"{name}{size}{waiting}: everything is as it was signed.")
        return
    count = sum(result["counts"].values())
    typer.echo(f"{name}{size}{waiting}: {count:,} {'fault' if count == 1 else 'faults'}.")
    for finding in result["findings"]:
        typer.echo(f"  - {finding['code']}: {finding['sentence']}")


def _tell_pack(file: Path, report: "Report") -> None:
    if report.ok and report.statement and report.record and report.proof and report.signer:
        about, record, proof = report.statement.predicate, report.record, report.proof
        _say(f"{file.name} is whole: {about.title}")
        _say(f"  {record.at}  {record.actor}  {record.action}  {record.subject}")
        _say(f"  record {record.id}, place {proof.leaf_index} of {proof.tree_size} in {about.place.origin}")
        _say(f"  signed by {report.signer.kid}")
        if not report.pinned:
            _say("  This key came with the pack: compare it with the published one, or insist with --key.")
        return
    count = len(report.findings)
    _say(f"{file.name} does not verify: {count} {'fault' if count == 1 else 'faults'}.")
    for finding in report.findings:
        place = "" if str(finding.where) in finding.sentence else f"{finding.where}: "
        _say(f"  - {place}{finding.sentence}")


def _say(text: str) -> None:
    """Print what a file says of itself; it may be hostile, and must not steer the terminal."""
    typer.echo("".join(letter if letter.isprintable() else "\ufffd" for letter in text))


def _as_json(report: "Report") -> dict[str, Any]:
    findings = [{"code": f.code, "where": f.where, "sentence": f.sentence} for f in report.findings]
    return {
        "ok": report.ok,
        "pinned": report.pinned,
        "signed_by": report.signer and report.signer.kid,
        "pack": report.statement and report.statement.predicate.pack,
        "record": report.record and report.record.id,
        "findings": findings,
    }
