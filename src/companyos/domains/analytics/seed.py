"""The demo's share of analytics: weeks of events of both tenants, made up, and from then on what goes by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from companyos.kernel.demo import HISTORY, Demo, DemoTenant
from companyos.kernel.house import House
from companyos.spines.identity.public import seed_ingest_key

from .rules.envelope import Envelope
from .rules.generator import HIGH, LOW, Shape, events
from .rules.judging import Owner, zone_of
from .service.analytics import analytics_of

LIVES = {"operations": HIGH, "administration": LOW}
TRIES = 0.1
"""Share of people who try things out in an environment beside the first."""
FAULTY = 0.015
WEB, MOBILE = "console-web", "console-mobile"
"""The service accounts that the demo's events come from."""
EVERY = timedelta(seconds=300)


async def seed(house: House, demo: Demo) -> None:
    """Take in the history of every demo tenant; what came before is known by its ids and kept once."""
    for tenant in demo.tenants:
        for environment in tenant.environments:
            for producer in (WEB, MOBILE):
                await seed_ingest_key(house, tenant=tenant.id, name=producer, environment=environment)
            await _take_in(house, demo, tenant, environment, demo.now - HISTORY)


async def keep_events_going(house: House) -> None:
    """What went by lately, as long as the demo runs; the last round's half of it is there already."""
    if not house.settings.demo:
        return
    demo = Demo(house.settings.demo_seed, datetime.now(UTC))
    for tenant in demo.tenants:
        for environment in tenant.environments:
            await _take_in(house, demo, tenant, environment, demo.now - 2 * EVERY)


async def _take_in(house: House, demo: Demo, tenant: DemoTenant, environment: str, since: datetime) -> None:
    intake = analytics_of(house).intake
    most = intake.settings.max_batch_events
    made = list(made_up(demo, tenant, environment, since))
    made.sort(key=_producer)
    for producer, of_producer in groupby(made, key=_producer):
        owner = Owner(tenant.id, environment, producer, zone_of(tenant.region))
        theirs = list(of_producer)
        for start in range(0, len(theirs), most):
            await intake.accept(owner, theirs[start : start + most])


def made_up(demo: Demo, tenant: DemoTenant, environment: str, since: datetime) -> Iterator[Envelope]:
    """The events of an environment from `since` until the demo's now."""
    shape = _life(tenant, environment)
    days = (demo.now.date() - since.date()).days + 1
    for one in events(shape, demo.seed, since.date(), days, faulty=FAULTY):
        if one.at and since <= one.at < demo.now:
            yield one


def _life(tenant: DemoTenant, environment: str) -> Shape:
    shape = LIVES[tenant.shape]
    if environment == tenant.environments[0]:
        return shape
    return replace(shape, name=f"{shape.name}-{environment}", joiners=shape.joiners * TRIES)


def _producer(event: Envelope) -> str:
    return WEB if event.device == "desktop" else MOBILE
