"""The demo's plans, and one run of one of them, asked for as a person would ask."""

from pathlib import Path

from companyos.kernel.demo import Demo, DemoTenant
from companyos.kernel.house import House
from companyos.kernel.work import Work
from companyos.spines.maestro.service import plans, runs

from .acting import acting

FOLDER = Path(__file__).parent / "plans_of_the_demo"
RUN = "look-closer"
TOLD = {"service": "companyos-relay", "level": "info", "wait": "5s"}
REASON = "To see what the relay does while nobody watches"


async def seed_plans(house: House, demo: Demo, tenant: DemoTenant) -> None:
    """Keep each plan of the folder; run one, unless it was run."""
    async with acting(house, demo, tenant, demo.now) as work:
        for file in sorted(FOLDER.glob("*.yaml")):
            await plans.put_plan(work, file.stem, file.read_text(), if_match=None, file=file.name)
    async with acting(house, demo, tenant, demo.now) as work:
        await _run(work)


async def _run(work: Work) -> None:
    if await runs.list_runs(work, plan=RUN, state="", after=None, limit=1):
        return
    shown = await plans.look(work, RUN, TOLD)
    await runs.start_run(work, RUN, TOLD, plan_hash=shown.hash, reason=REASON)
