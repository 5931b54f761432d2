"""The manifest: the one symbol that compose reads."""

from companyos.kernel.domain import Action, AuditEvent, Domain, Job
from companyos.kernel.house import House
from companyos.spines.telemetry.instruments.scrape import Scrape

from . import entities, protocols, reactions
from .api import router, routes
from .api.calls import Counting
from .seed import keep_events_going, seed
from .service import feedback, repairs, rollups, subjects
from .service.analytics import analytics_of, start, stop
from .service.calls import Calls
from .service.metrics import State
from .service.withdrawn import hide_withdrawn
from .settings import AnalyticsSettings
from .tables.repairs import feedback_rows, repair_rows

CONSOLIDATE_SECONDS = 1.0
UPKEEP_SECONDS = 600.0
COUNT_SECONDS = 3.0
DEMO_SECONDS = 300.0


async def starts(house: House) -> None:
    """Follow the stream, and tell in `/metrics` what passes."""
    await start(house)
    subjects.open_places(house)
    house.adapter(Scrape).add(State(analytics_of(house)))
    hide_withdrawn(house)
    house.adapters[Calls] = Calls(house)
    house.adapter(Calls).start()


async def stops(house: House) -> None:
    """Tell of what was asked last, and stop following."""
    if Calls in house.adapters:
        await house.adapters.pop(Calls).stop()
    await stop(house)


async def consolidate(house: House) -> None:
    """Move what is due from the tail to the lake."""
    await analytics_of(house).consolidate()


async def count(house: House) -> None:
    """Count into the roll-up what has come."""
    await rollups.count(house)


async def maintain(house: House) -> None:
    """One round of maintenance: of the lake, then of the roll-up."""
    await analytics_of(house).keep_up()
    await rollups.trim(house)


domain = Domain(
    name="analytics",
    title="Analytics",
    router=router,
    routes=(*routes, *protocols.routes),
    bulk=protocols.bulk,
    actions=(
        Action("analytics:event.send", "Send events of yours"),
        Action("analytics:table.list", "See what can be asked about", risk="none"),
        Action("analytics:table.read", "Read a table in a question", risk="none"),
        Action("analytics:data.read", "See a kind of data in clear", risk="none"),
        Action("analytics:question.ask", "Ask a question"),
        Action("analytics:budget.read", "See budgets and their use", risk="none"),
        Action("analytics:budget.set", "Set a budget"),
        Action("analytics:report.read", "See how the product is used", risk="none"),
        Action("analytics:visit.read", "Look into single visits", risk="none"),
        Action("analytics:conformance.read", "See how well producers keep to their schemas", risk="none"),
        Action("analytics:arrival.list", "See what has just come in", risk="none"),
        Action("analytics:dead_letter.read", "See refused events", risk="none"),
        Action("analytics:repair.list", "List repairs", risk="none"),
        Action("analytics:repair.read", "See a repair", risk="none", deny="hide"),
        Action("analytics:repair.propose", "Propose a repair of refused events"),
        Action("analytics:repair.discard", "Discard a repair"),
        Action("analytics:repair.replay", "Replay repaired events", risk="high"),
        Action("analytics:feedback.list", "See which producers are told of refused events", risk="none"),
        Action("analytics:feedback.read", "See where a producer is told", risk="none", deny="hide"),
        Action("analytics:feedback.set", "Tell a producer of its refused events"),
        Action("analytics:feedback.remove", "Stop telling a producer"),
    ),
    audit=(
        AuditEvent("analytics.question.asked", "A question was asked"),
        AuditEvent("analytics.budget.set", "A budget was set"),
        AuditEvent("analytics.repair.proposed", "A repair of refused events was proposed"),
        AuditEvent("analytics.repair.discarded", "A repair was discarded"),
        AuditEvent("analytics.repair.ordered", "Repaired events are to be replayed", risk="high"),
        AuditEvent("analytics.repair.replayed", "Repaired events were replayed"),
        AuditEvent("analytics.feedback.set", "A producer is told of its refused events"),
        AuditEvent("analytics.feedback.removed", "A producer is told nothing more"),
    ),
    reactions=(reactions.replay, reactions.tell_producer),
    entities={
        "analytics.purpose": entities.load_purpose,
        "analytics.table": entities.load_table,
        "analytics.repair": entities.load_repair,
        "analytics.feedback": entities.load_feedback,
    },
    previews={"analytics:repair.replay": repairs.preview},
    rows=(repair_rows, feedback_rows),
    jobs=(
        Job("analytics.consolidate", consolidate, every=CONSOLIDATE_SECONDS),
        Job("analytics.rollup", count, every=COUNT_SECONDS),
        Job("analytics.upkeep", maintain, every=UPKEEP_SECONDS),
        Job("analytics.demo", keep_events_going, every=DEMO_SECONDS),
    ),
    settings=AnalyticsSettings,
    starts=starts,
    middleware=Counting,
    stops=stops,
    runs=feedback.watch,
    seed=seed,
)
