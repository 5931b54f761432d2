"""A running house: adapters up, schemas migrated, parts started, relay and jobs at work; and all of it down again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from companyos.adapters.postgres.database import embedded_server
from companyos.adapters.postgres.live import NotifiedLive
from companyos.adapters.postgres.migrate import Line, migrate
from companyos.kernel.adapters import Adapters
from companyos.kernel.domain import Domain
from companyos.kernel.house import House
from companyos.kernel.ports.blob import Blob
from companyos.kernel.ports.chat import Chat
from companyos.kernel.ports.database import Database
from companyos.kernel.ports.engine import Engine
from companyos.kernel.ports.keys import KeyRing
from companyos.kernel.ports.lake import Lake
from companyos.kernel.ports.live import Live
from companyos.kernel.ports.mail import Mail
from companyos.kernel.ports.stream import Stream
from companyos.kernel.problems import NotFound

from .adapters import offered
from .jobs import Jobs
from .relay import Relay
from .transactions import OUTBOX

log = structlog.get_logger(__name__)

CANCEL_AGAIN_SECONDS = 1.0

Say = Callable[[str], None]


def lines(parts: tuple[Domain, ...]) -> list[Line]:
    """The migration lines of all parts that keep tables."""
    return [Line(part.schema, part.migrations) for part in parts if part.migrations.is_dir()]


@asynccontextmanager
async def running(
    house: House, *, background: bool = True, say: Say = lambda _: None
) -> AsyncIterator[House]:
    """Start a composed house, and stop it on leaving. `background=False` leaves relay and jobs to the caller.

    `say` is told each step in words. Raises whatever kept a part from starting; what had started is stopped.
    """
    async with AsyncExitStack() as stack:
        say("Starting the database")
        database = await _open_adapters(house, stack)
        say("Bringing the schemas up to date")
        await migrate(database, lines(house.parts))
        say("Starting the parts")
        for part in house.parts:
            if part.stops is not None:
                stack.push_async_callback(part.stops, house)
            if part.starts is not None:
                await part.starts(house)
        if background:
            stack.push_async_callback(_cancel, _background(house))
        yield house


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[House]:
    """A composed house with its database, key ring, lake and engine, and no part started: for commands.

    Raises NotFound when the data folder holds no database: a mistyped folder must not become an empty installation.
    """
    data = house.settings.data.resolve()
    if house.settings.database.startswith("pg+embedded") and not embedded_server(data).cluster.data.exists():
        raise NotFound(f"There is no database in {data}; name the right folder with --data.")
    adapters = offered(house.settings)
    database = adapters.resolve(Database, "COMPANYOS_DATABASE", house.settings.database)
    house.adapters[Database] = database
    house.adapters[KeyRing] = adapters.resolve(KeyRing, "COMPANYOS_KEYS", house.settings.keys)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.stop)
        await database.start()
        await _open_lake(house, adapters, database, stack)
        yield house


async def _open_adapters(house: House, stack: AsyncExitStack) -> Database:
    settings = house.settings
    adapters = offered(settings)
    database = adapters.resolve(Database, "COMPANYOS_DATABASE", settings.database)
    house.adapters[Database] = database
    stack.push_async_callback(database.stop)
    await database.start()
    house.adapters[KeyRing] = adapters.resolve(KeyRing, "COMPANYOS_KEYS", settings.keys)
    house.adapters[Blob] = adapters.resolve(Blob, "COMPANYOS_BLOB", settings.blob)
    stream = adapters.resolve(Stream, "COMPANYOS_STREAM", settings.stream)
    house.adapters[Stream] = stream
    stack.push_async_callback(stream.close)
    await _open_lake(house, adapters, database, stack)
    house.adapters[Mail] = adapters.resolve(Mail, "COMPANYOS_MAIL", settings.mail)
    house.adapters[Chat] = adapters.resolve(Chat, "COMPANYOS_CHAT", settings.chat)
    house.adapters[Live] = NotifiedLive(database)
    return database


async def _open_lake(house: House, adapters: Adapters, database: Database, stack: AsyncExitStack) -> None:
    """The lake, whose catalog is in the started database, and the engine that answers questions over it."""
    lake = adapters.resolve(Lake, "COMPANYOS_LAKE", house.settings.lake, database=database)
    house.adapters[Lake] = lake
    stack.push_async_callback(lake.close)
    engine = adapters.resolve(Engine, "COMPANYOS_ENGINE", house.settings.engine)
    house.adapters[Engine] = engine
    stack.push_async_callback(engine.close)


def _background(house: House) -> list[asyncio.Task[None]]:
    live = house.adapter(Live)
    assert isinstance(live, NotifiedLive)
    relay = Relay(house, live.wake_on(OUTBOX))
    return [
        asyncio.create_task(live.run(), name="live"),
        asyncio.create_task(relay.run(), name="relay"),
        asyncio.create_task(Jobs(house).run(), name="jobs"),
        *(asyncio.create_task(runs(house), name=part.name) for part in house.parts if (runs := part.runs)),
    ]


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    """End the tasks. One whose work turned its cancellation into another error, and went on, is told again."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        over, waiting = await asyncio.wait(waiting, timeout=CANCEL_AGAIN_SECONDS)
        for task in over:
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("background.failed", error=repr(error))
