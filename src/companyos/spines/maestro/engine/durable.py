"""The durable engine: DBOS keeps the thread of each run, and brings it back in another process when one dies.

A workflow is one round of one run: beats until there is nothing to do at once. Each beat is a step of the workflow; its
effects and its outcome are rows of ours in one transaction, so a beat that is run again finds what it did.
DBOS loads when the first run is due, not when the house starts; it serves one house in a process.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
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
_carry: Callable[[Held], Awaitable[None]] | None = None


class Durable:
    """DBOS for one executor. `beat` brings a round on and says whether there is more; `ended` hears of its end."""

    def __init__(
        self,
        house: House,
        me: UUID,
        beat: Callable[[Held], Awaitable[bool]],
        ended: Callable[[Held], None],
    ):
        self.house = house
        self.me = me
        self.beat = beat
        self.ended = ended
        self.dbos: Any = None
        self._workflow: Any = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Bring DBOS up, once. Raises RuntimeError when another house of this process has it."""
        async with self._starting:
            if self.dbos is not None:
                return
            dbos = await asyncio.to_thread(_load)
            self._launch(dbos)

    def _launch(self, dbos: Any) -> None:
        global _carry
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
        dbos.DBOS.launch()  # in this thread: it takes the running loop for its workflows
        self.dbos = dbos
        log.info("maestro.engine_started", executor=str(self.me))

    async def _beat_on(self, held: Held) -> None:
        async def one() -> bool:
            return await self.beat(held)

        try:
            while await self.dbos.DBOS.run_step_async({"name": "beat"}, one):
                pass
        finally:
            self.ended(held)

    async def begin(self, held: Held) -> None:
        """Begin a round, or bring one back that another process had begun."""
        await self.start()
        known = await self.dbos.DBOS.list_workflows_async(workflow_ids=[held.workflow], load_input=False)
        if known:
            await self.dbos.DBOS.resume_workflow_async(held.workflow)
            return
        with self.dbos.SetWorkflowID(held.workflow):
            said = (str(held.tenant), held.environment, str(held.run), held.round)
            await self.dbos.DBOS.start_workflow_async(self._workflow, *said)

    async def forget(self, before: float) -> int:
        """Delete the workflows that ended before that time (Unix seconds); how many there were."""
        if self.dbos is None:
            return 0
        old = await self.dbos.DBOS.list_workflows_async(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=_iso(before),
            limit=1000,
            load_input=False,
            load_output=False,
        )
        if old:
            await self.dbos.DBOS.delete_workflows_async([one.workflow_id for one in old])
        return len(old)

    async def stop(self) -> None:
        """Let what is under way come to the end of its beat, and take DBOS down."""
        global _carry
        if self.dbos is None:
            return
        _carry = None
        await asyncio.to_thread(
            self.dbos.DBOS.destroy,
            destroy_registry=True,
            workflow_completion_timeout_sec=LET_FINISH_SECONDS,
        )
        self.dbos = None


def _load() -> Any:
    import dbos

    return dbos


def _register(dbos: Any) -> Any:
    """The one workflow. Its arguments are all that DBOS keeps of a run: ids, the environment's name, the round."""

    async def carry(tenant: str, environment: str, run: str, round: int) -> None:
        if _carry is not None:
            await _carry(Held(UUID(tenant), environment, UUID(run), round))

    return dbos.workflow(name="companyos.maestro.round")(carry)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
