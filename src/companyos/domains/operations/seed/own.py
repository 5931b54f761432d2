"""What is real in the demo: CompanyOS's own components, and the history of the repository that it runs from."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

import companyos
from companyos.kernel.demo import HISTORY, HOME, Demo, DemoTenant, repository
from companyos.kernel.house import House
from companyos.kernel.problems import Invalid

from ..outside.git import deployments_of, read_history
from ..public.types import Diff
from ..rules.paths import prefixes
from ..service import catalog, deployments
from ..service.deployments import Report
from ..store import Services
from .acting import acting

log = structlog.get_logger(__name__)

PACKAGED = Path(companyos.__file__).parent / "catalog-info.yaml"
BATCH = 200
CHECKOUT = Path(companyos.__file__).parents[2] / "catalog-info.yaml"


async def seed_own(house: House, demo: Demo, tenant: DemoTenant) -> None:
    """Register the components that CompanyOS is made of, and the deployments that its commits were."""
    file = CHECKOUT if CHECKOUT.exists() else PACKAGED
    async with acting(house, demo, tenant, demo.now - HISTORY) as work:
        await catalog.import_catalog(work, file.read_text(), file=file.name)
    await import_own_history(house, demo, tenant)


async def keep_own_history(house: House) -> None:
    """Commits since then become deployments, too, for as long as the demo runs."""
    if house.settings.demo:
        now = datetime.now(UTC)
        await import_own_history(house, Demo(house.settings.demo_seed, now, repository(house.settings)), HOME)


async def import_own_history(house: House, demo: Demo, tenant: DemoTenant) -> None:
    """Import what git knows; a commit is imported once. A history that cannot be read is said, not fatal."""
    if demo.git is None:
        return
    try:
        history = await asyncio.to_thread(read_history, demo.git)
    except Invalid as why:
        log.warning("demo.history_unreadable", repository=str(demo.git), why=why.detail)
        return
    async with acting(house, demo, tenant, demo.now) as work:
        paths = {service.name: prefixes(service.annotations) for service in await Services(work).all()}
    past = [_report(one) for one in deployments_of(history.releases, paths)]
    for start in range(0, len(past), BATCH):
        async with acting(house, demo, tenant, demo.now) as work:
            await deployments.import_history(work, past[start : start + BATCH])


def _report(one: dict[str, Any]) -> Report:
    at = datetime.fromisoformat(one["at"])
    told = {name: one[name] for name in ("service", "version", "commit", "author", "log_excerpt")}
    return Report(**told, started_at=at, finished_at=at, diff=Diff(**one["diff"]))
