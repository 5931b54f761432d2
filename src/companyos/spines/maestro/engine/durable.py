"""The durable engine: DBOS keeps the thread of each run, and brings it back in another process when one dies.

A workflow is one round of one run: beats until there is nothing to do at once. Each beat is a step of the workflow; its
effects and its outcome are rows of ours in one transaction, so a beat that is run again finds what it did.
DBOS loads when the first run is due, not when the house starts; it serves one house in a process.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from companyos.kernel.house import House
from companyos.kernel.ports.database import Database

from ..store.queue import Held

SCHEMA = "maestro_engine"
VERSION = "1"
"""Version of the workflow below, not of CompanyOS: a newer CompanyOS carries on what an older one began."""
CONNECTIONS = 3
LET_FINISH_SECONDS = 2

log = structlog.get_logger(__name__)
_carry: Callable[[Held], Coroutine[Any, Any, None]] | None = None


class Durable:
    """DBOS for one executor. `beat` brings a round on and says whether there is more; `ended` hears of its end.

    DBOS lives in threads and a loop of its own, because it takes the default thread pool of every loop that it is
    called in and shuts it down when it goes. Beats are carried out in the house's loop.
    """

    def __init__(
        self,
        house: House,
        me: UUID,
        beat: Callable[[Held], Coroutine[Any, Any, bool]],
        ended: Callable[[Held], None],
    ):
        self.house = house
        self.me = me
        self.beat = beat
        self.ended = ended
        self.dbos: Any = None
        self._workflow: Any = None
        self._starting = asyncio.Lock()
        self._home: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Bring DBOS up, once. Raises RuntimeError when another house of this process has it."""
        async with self._starting:
            if self.dbos is None:
                self._home = asyncio.get_running_loop()
                self.dbos = await asyncio.to_thread(self._launch)
                log.info("maestro.engine_started", executor=str(self.me))

    def _launch(self) -> Any:
        global _carry
        import dbos  # here, because it takes most of a second, and only a house that runs plans needs it

        if _carry is not None:
            raise RuntimeError("DBOS serves one house in a process, and another one has it")
        url = self.house.adapter(Database).app.url
        dbos.DBOS(
            config={
                "name": "companyos",
                "system_database_url": url.render_as_string(hide_password=False),
                "dbos_system_schema": SCHEMA,
                "run_migrations": False,
                "application_version": VERSION,
                "executor_id": str(self.me),
                "sys_db_pool_size": CONNECTIONS,
                "enable_otlp": False,
                "log_level": "ERROR",
            }
        )
        self._workflow = _register(dbos.DBOS)
        _carry = self._beat_on
        dbos.DBOS.launch()
        return dbos

    async def _beat_on(self, held: Held) -> None:
        """One round, in DBOS's loop."""
        home = self._home
        assert home is not None

        async def one() -> bool:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self.beat(held), home))

        try:
            while await self.dbos.DBOS.run_step_async({"name": "beat"}, one):
                pass
        finally:
            home.call_soon_threadsafe(self.ended, held)

    async def begin(self, held: Held) -> None:
        """Begin a round, or bring one back that another process had begun."""
        await self.start()
        await asyncio.to_thread(self._begin, held)

    def _begin(self, held: Held) -> None:
        engine = self.dbos.DBOS
        if engine.list_workflows(workflow_ids=[held.workflow], load_input=False, load_output=False):
            engine.resume_workflow(held.workflow)
            return
        with self.dbos.SetWorkflowID(held.workflow):
            engine.start_workflow(
                self._workflow, str(held.tenant), held.environment, str(held.run), held.round
            )

    async def forget(self, before: datetime) -> int:
        """Delete the workflows that ended before that time; how many there were."""
        return 0 if self.dbos is None else await asyncio.to_thread(self._forget, before)

    def _forget(self, before: datetime) -> int:
        old = self.dbos.DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before.isoformat(),
            limit=1000,
            load_input=False,
            load_output=False,
        )
        if old:
            self.dbos.DBOS.delete_workflows([one.workflow_id for one in old])
        return len(old)

    async def stop(self) -> None:
        """Let what is under way come to the end of its beat, and take DBOS down."""
        global _carry
        if self.dbos is not None:
            gone, self.dbos = self.dbos, None
            await asyncio.to_thread(
                gone.DBOS.destroy,
                destroy_registry=True,
                workflow_completion_timeout_sec=LET_FINISH_SECONDS,
            )
            _carry = None


def _register(dbos: Any) -> Any:
    """The one workflow. Its arguments are all that DBOS keeps of a run: ids, the environment's name, the round."""

    async def carry(tenant: str, environment: str, run: str, round: int) -> None:
        if _carry is not None:
            await _carry(Held(UUID(tenant), environment, UUID(run), round))

    return dbos.workflow(name="companyos.maestro.round")(carry)
