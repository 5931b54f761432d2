"""Keeping an installation: migrate, back up, restore, and the reference pages."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from companyos.kernel.logs import configure_logs
from companyos.kernel.settings import Settings, read_settings

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder for all data.")]


def _settings(data: Path | None) -> Settings:
    settings = read_settings(Settings) if data is None else read_settings(Settings, data=data)
    configure_logs(settings.log_level)
    return settings


def migrate(data: DataOption = None) -> None:
    """Bring the database's schemas up to date."""
    from companyos.adapters.postgres.migrate import migrate as bring_up
    from companyos.app.adapters import offered
    from companyos.app.compose import parts
    from companyos.app.running import lines
    from companyos.kernel.ports.database import Database

    async def run() -> None:
        settings = _settings(data)
        database = offered(settings).resolve(Database, "COMPANYOS_DATABASE", settings.database)
        await database.start()
        try:
            done = await bring_up(database, lines(parts()))
        finally:
            await database.stop()
        for step in done:
            typer.echo(f"{step.schema}: {step.before or 'nothing'} → {step.after}")
        if not done:
            typer.echo("Every schema is up to date.")

    asyncio.run(run())


def backup(
    file: Annotated[Path, typer.Argument(help="File to write; it must not exist.")], data: DataOption = None
) -> None:
    """Write a consistent backup of the embedded database."""
    from companyos.adapters.postgres.backup import backup as write
    from companyos.adapters.postgres.backup import server_of

    settings = _settings(data)
    with server_of(settings.database, settings.data.resolve()) as server:
        done = write(server, file)
    typer.echo(f"{done.file}: {done.size:,} bytes, {done.tables} tables, {done.seconds:.1f} s.")


def restore(
    file: Annotated[Path, typer.Argument(exists=True, help="A file of `companyos backup`.")],
    data: DataOption = None,
    replace: Annotated[bool, typer.Option(help="Give up what the database holds now.")] = False,
) -> None:
    """Put the embedded database back to a backup."""
    from companyos.adapters.postgres.backup import restore as read
    from companyos.adapters.postgres.backup import server_of

    settings = _settings(data)
    with server_of(settings.database, settings.data.resolve(), new=True) as server:
        done = read(server, file, replace=replace)
    typer.echo(f"{done.tables} tables restored in {done.seconds:.1f} s. Now check: companyos audit verify")


docs = typer.Typer(no_args_is_help=True, help="Reference pages written from the code.")


@docs.command()
def write(
    checkout: Annotated[Path, typer.Argument(help="The checkout to write into.")] = Path(),
) -> None:
    """Write the reference pages that changed, and the contracts of new events."""
    from companyos.app import contracts
    from companyos.app.reference import write as write_pages

    changed = write_pages(checkout / "docs/reference")
    if contracts.write(checkout / contracts.FILE):
        changed.append(contracts.FILE)
    for path in changed:
        typer.echo(str(path))
    if not changed:
        typer.echo("Every reference page is up to date.")


demo = typer.Typer(no_args_is_help=True, help="The demo's people.")


@demo.command()
def code(email: Annotated[str, typer.Argument(help="E-mail of a demo person.")]) -> None:
    """Print a demo person's one-time code of this moment."""
    import pyotp

    from companyos.kernel.demo import PEOPLE

    person = next((p for p in PEOPLE if p.email == email), None)
    if person is None:
        typer.echo(
            f"{email} is nobody of the demo; try one of: {', '.join(p.email for p in PEOPLE)}", err=True
        )
        raise typer.Exit(2)
    typer.echo(pyotp.TOTP(person.totp_secret).now())


@demo.command()
def people() -> None:
    """List the people that the demo can be seen as."""
    from companyos.kernel.demo import PASSWORD, PEOPLE

    for person in PEOPLE:
        typer.echo(f"{person.email:<24} {person.role:<18} {person.tenant.slug}")
    typer.echo(f"Everybody's password is {PASSWORD}.")


commands = {
    "migrate": migrate,
    "backup": backup,
    "restore": restore,
    "docs": docs,
    "demo": demo,
}
