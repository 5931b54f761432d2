"""The manifest: the one symbol that compose reads."""

from companyos.kernel.domain import Action, AuditEvent, Domain, Job
from companyos.kernel.house import House
from companyos.spines.telemetry.instruments.scrape import Scrape

from . import protocols
from .api import routes
from .seed import keep_events_going, seed
from .service.analytics import analytics_of, start, stop
from .service.metrics import State
from .settings import AnalyticsSettings

CONSOLIDATE_SECONDS = 1.0
UPKEEP_SECONDS = 600.0
DEMO_SECONDS = 300.0


async def starts(house: House) -> None:
    """Follow the stream, and tell in `/metrics` what passes."""
    await start(house)
    house.adapter(Scrape).add(State(analytics_of(house)))


async def consolidate(house: House) -> None:
    """Move what is due from the tail to the lake."""
    await analytics_of(house).consolidate()


async def maintain(house: House) -> None:
    """One round of lake maintenance."""
    await analytics_of(house).keep_up()


domain = Domain(
    name="analytics",
    title="Analytics",
    routes=(*routes, *protocols.routes),
    bulk=protocols.bulk,
    actions=(
        Action("analytics:table.list", "See what can be asked about", risk="none"),
        Action("analytics:table.read", "Read a table in a question", risk="none"),
        Action("analytics:data.read", "See a kind of data in clear", risk="none"),
        Action("analytics:question.ask", "Ask a question"),
        Action("analytics:budget.read", "See budgets and their use", risk="none"),
        Action("analytics:budget.set", "Set a budget"),
    ),
    audit=(
        AuditEvent("analytics.question.asked", "A question was asked"),
        AuditEvent("analytics.budget.set", "A budget was set"),
    ),
    jobs=(
        Job("analytics.consolidate", consolidate, every=CONSOLIDATE_SECONDS),
        Job("analytics.upkeep", maintain, every=UPKEEP_SECONDS),
        Job("analytics.demo", keep_events_going, every=DEMO_SECONDS),
    ),
    settings=AnalyticsSettings,
    starts=starts,
    stops=stop,
    seed=seed,
)
