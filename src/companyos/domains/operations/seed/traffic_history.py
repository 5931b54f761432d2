"""Loads the demo's traffic: weeks of it once, then every five minutes what went by."""

from datetime import UTC, datetime, timedelta

from companyos.kernel.demo import ACME, HISTORY, HOME, Demo, DemoTenant
from companyos.kernel.house import House
from companyos.spines.telemetry.red import load_red
from companyos.spines.telemetry.telemetry import Telemetry

from .product import PRODUCTS, DemoService
from .traffic import traffic

TENANTS = (HOME, ACME)
FINE = timedelta(minutes=5)
COARSE = timedelta(minutes=20)
FINE_FOR = timedelta(hours=36)


async def seed_traffic(
    house: House, demo: Demo, tenant: DemoTenant, product: tuple[DemoService, ...]
) -> None:
    """The history up to the hour of the last step, coarse at first and fine at the end; loaded once.

    That hour belongs to `keep_traffic_going` alone, which may run before this: no step is loaded twice.
    """
    telemetry = house.adapter(Telemetry)
    now = last_hour(demo.now)
    bend = now - FINE_FOR
    await load_red(telemetry, list(traffic(demo.seed, tenant, product, bend - HISTORY, bend, COARSE)))
    await load_red(telemetry, list(traffic(demo.seed, tenant, product, bend, now, FINE)))


async def keep_traffic_going(house: House) -> None:
    """What went by in the hour of the last step, as long as the demo runs; what is there already is not added."""
    if not house.settings.demo:
        return
    now = datetime.now(UTC)
    at, end = last_hour(now), whole(now)
    while at < end:
        for tenant in TENANTS:
            rows = list(
                traffic(house.settings.demo_seed, tenant, PRODUCTS[tenant.shape], at, at + FINE, FINE)
            )
            await load_red(house.adapter(Telemetry), rows)
        at += FINE


def last_hour(moment: datetime) -> datetime:
    """Where the hour begins that the last whole step lies in: at 14:02 that is 13:00, for the step from 13:55."""
    return hour_of(whole(moment) - FINE)


def hour_of(moment: datetime) -> datetime:
    """The whole hour before."""
    return moment.replace(minute=0, second=0, microsecond=0)


def whole(moment: datetime) -> datetime:
    """The end of the last whole step before."""
    return moment - (moment - hour_of(moment)) % FINE
