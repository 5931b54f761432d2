"""Live news over PostgreSQL's LISTEN/NOTIFY: every process hears what the relay delivers."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from uuid import UUID

import psycopg
import structlog

from companyos.kernel.ports.database import Database
from companyos.kernel.ports.live import WAKE, News

log = structlog.get_logger(__name__)

CHANNEL = "companyos_news"
QUEUE = 100
RECONNECT_SECONDS = 1.0


class NotifiedLive:
    """The Live port: one listening connection per process, one bounded queue per subscriber.

    A subscriber that does not keep up loses news, never slows the others: news only says "look again".
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subscribers: defaultdict[UUID, set[asyncio.Queue[News]]] = defaultdict(set)
        self._wakers: defaultdict[str, list[asyncio.Event]] = defaultdict(list)

    def wake_on(self, work: str) -> asyncio.Event:
        waker = asyncio.Event()
        self._wakers[work].append(waker)
        return waker

    async def run(self) -> None:
        """Listen for ever; reconnect when the database was away."""
        while True:
            try:
                await self._listen()
            except psycopg.OperationalError as error:
                log.warning("live.reconnecting", error=str(error))
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        engine = self._database.app
        words, named = engine.dialect.create_connect_args(engine.url)
        async with await psycopg.AsyncConnection.connect(*words, **named, autocommit=True) as connection:
            for channel in (CHANNEL, WAKE):
                await connection.execute(f"listen {channel}".encode())
            for work in self._wakers:  # nobody heard what was called out meanwhile
                self._wake(work)
            async for notice in connection.notifies():
                if notice.channel == CHANNEL:
                    self._tell(notice.payload)
                else:
                    self._wake(notice.payload)

    def _wake(self, work: str) -> None:
        for waker in self._wakers.get(work, ()):
            waker.set()

    def _tell(self, payload: str) -> None:
        said = json.loads(payload)
        tenant, news = UUID(said.pop("tenant")), News(**said)
        for queue in self._subscribers.get(tenant, ()):
            if not queue.full():
                queue.put_nowait(news)

    async def listen(self, tenant: UUID) -> AsyncIterator[News]:
        queue: asyncio.Queue[News] = asyncio.Queue(QUEUE)
        self._subscribers[tenant].add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._subscribers[tenant].discard(queue)
            if not self._subscribers[tenant]:
                del self._subscribers[tenant]


def payload(tenant: UUID, attributes: Mapping[str, str]) -> str:
    """News as the text of a notification."""
    return json.dumps({"tenant": str(tenant), **attributes})
