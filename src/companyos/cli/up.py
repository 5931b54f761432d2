"""`companyos up`: everything in this process, on embedded engines unless settings name others."""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from companyos.kernel.demo import PASSWORD, DemoPerson
from companyos.kernel.loopback import LOOPBACK

if TYPE_CHECKING:
    from companyos.app.occupancy import Occupancy
    from companyos.kernel.settings import Settings


DOOR_SECONDS = 30.0


def up(
    data: Annotated[Path | None, typer.Option(help="Folder for all data.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    demo: Annotated[bool | None, typer.Option("--demo/--no-demo", help="Seed the demo tenants.")] = None,
) -> None:
    """Start CompanyOS and serve until Ctrl-C."""
    from companyos.kernel.settings import Settings, read_settings

    given: dict[str, Any] = {"data": data, "port": port, "host": host, "demo": demo}
    settings = read_settings(Settings, **{n: value for n, value in given.items() if value is not None})
    raise typer.Exit(asyncio.run(_up(settings)))


def serve(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
) -> None:
    """Serve on the engines that the settings name, without demo data: one of many processes."""
    from companyos.kernel.settings import Settings, read_settings

    given: dict[str, Any] = {"port": port, "host": host, "demo": False}
    settings = read_settings(Settings, **{n: value for n, value in given.items() if value is not None})
    raise typer.Exit(asyncio.run(_serve_shared(settings)))


async def _serve_shared(settings: "Settings") -> int:
    if settings.database.startswith("pg+embedded"):
        typer.echo(
            "`serve` shares a database cluster: set COMPANYOS_DATABASE, or use `companyos up`.", err=True
        )
        return 2
    return await _serve(settings, None)


async def _up(settings: "Settings") -> int:
    from companyos.app.occupancy import Occupancy, Occupied

    try:
        with Occupancy(settings.data.resolve()) as occupancy:
            return await _serve(settings, occupancy)
    except Occupied as occupied:
        typer.echo(str(occupied))
        return 0


async def _serve(settings: "Settings", occupancy: "Occupancy | None") -> int:
    from companyos.app.compose import asgi, compose
    from companyos.app.demo import seed_demo
    from companyos.app.running import running
    from companyos.app.server import free_port, server

    steps = Steps()
    port = free_port(settings.host, settings.port)
    steps.say("Putting the house together")
    # Passkeys belong to a name, never to an address (WebAuthn Level 3 §5.1.2): on loopback the name is localhost.
    address = settings.public_url or (f"http://localhost:{port}" if settings.host in LOOPBACK else "")
    house = compose(settings, port=port, public_url=address)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with steps.told(), running(house, say=steps.say):
        people = await seed_demo(house, say=steps.say) if settings.demo else ()
        steps.say("Opening the door")
        http = server(asgi(house), settings.host, port)
        serving = asyncio.create_task(http.serve())
        await answering(settings.host, port)
        steps.done()
        if occupancy is not None:
            occupancy.serve_at(house.public_url)
        welcome(house.public_url, people)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        typer.echo("\nStopping …")
        stopping.cancel()
        house.closing.set()
        http.stop()  # type: ignore[no-untyped-call]
        if not (await asyncio.wait({serving}, timeout=settings.stop_seconds))[0]:
            typer.echo(f"Requests that did not end within {settings.stop_seconds:g} s are cut off.")
            serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    typer.echo("CompanyOS is down; the data is kept.")
    return 0


async def answering(host: str, port: int) -> None:
    """Wait until the server takes connections: an address that is printed must answer."""
    async with asyncio.timeout(DOOR_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection(host, port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return


class Steps:
    """Tells each step of the start, and how long it took."""

    def __init__(self) -> None:
        self._began = self._step = time.monotonic()
        self._open = False

    def say(self, step: str) -> None:
        self._close()
        typer.echo(f"  {step} …", nl=False)
        self._step, self._open = time.monotonic(), True

    def done(self) -> None:
        self._close()
        typer.echo(f"  Ready after {time.monotonic() - self._began:.1f} s.")

    @contextlib.asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """End the line of a step that failed, before the failure is told."""
        try:
            yield
        except BaseException:
            if self._open:
                typer.echo(" failed")
            raise

    def _close(self) -> None:
        if self._open:
            typer.echo(f" {time.monotonic() - self._step:.1f} s")
            self._open = False


def welcome(url: str, people: Sequence[DemoPerson]) -> None:
    """Print the one address, and who can sign in to a demo."""
    typer.echo(f"\nCompanyOS is up: {url}\n")
    if people:
        typer.echo(f"Demo people, all with the password {PASSWORD}:")
        width = max(len(person.email) for person in people)
        for person in people:
            typer.echo(f"  {person.email:<{width}}  {person.role.replace('_', ' ')} of {person.tenant.name}")
        typer.echo(f"Risky acts ask for a one-time code: `{command()} demo code EMAIL` prints it.")
    else:
        typer.echo(f"A new tenant: `{command()} tenants create SLUG --admin-email … --admin-name …`")
    typer.echo(f"From another terminal: `{command()} --url {url} login`\n")
    typer.echo("Ctrl-C stops everything.")


def command() -> str:
    """How another terminal in this folder calls CompanyOS, whether or not its environment is active there."""
    program = Path(sys.executable).with_name("companyos")
    return str(program.relative_to(Path.cwd())) if program.is_relative_to(Path.cwd()) else str(program)


commands = {"up": up, "serve": serve}
