"""The manifest of the telemetry spine."""

from typing import cast

from starlette.requests import Request

from companyos.kernel.domain import Action, Domain, Job
from companyos.kernel.house import House
from companyos.kernel.logs import configure_logs
from companyos.kernel.ports.authenticator import Authenticator
from companyos.kernel.ports.database import Database
from companyos.kernel.ports.lake import Lake
from companyos.kernel.ports.stream import Stream
from companyos.spines.identity.authenticator import TokenAuthenticator

from . import api
from .instruments.handover import Handover
from .instruments.instruments import DATABASE, Instruments
from .instruments.levels import Levels
from .instruments.own_tenant import OwnTenant
from .instruments.probes import ROUTES
from .instruments.requests import Requests
from .instruments.scrape import Scrape
from .instruments.transactions import Transactions
from .intake import Intake, Owner
from .otlp import http
from .otlp.http import Authenticate
from .settings import TelemetrySettings
from .telemetry import Telemetry
from .upkeep import keep_up

CONSOLIDATE_SECONDS = 1.0
UPKEEP_SECONDS = 600.0


async def starts(house: House) -> None:
    """Open the tables, rebuild the hot tail, follow the stream; then turn our own instruments on."""
    stream, lake = house.adapter(Stream), house.adapter(Lake)
    settings = house.settings_of(TelemetrySettings)
    telemetry = Telemetry(stream, lake, settings)
    house.adapters[Telemetry] = telemetry
    await telemetry.start()
    handover = Handover(telemetry.intake, OwnTenant(house)) if settings.own == "inside" else None
    house.adapters[Scrape] = Scrape(telemetry, handover)
    levels = Levels(house.settings.log_level)
    house.adapters[Levels] = levels
    configure_logs(house.settings.log_level, extra=(levels.sift,))
    if settings.own != "off":
        instruments = Instruments(settings, handover)
        house.adapters[Instruments] = instruments
        configure_logs(house.settings.log_level, extra=(levels.sift, instruments.ship))
        engine = house.adapter(Database).app.sync_engine
        house.adapters[Transactions] = Transactions(engine, instruments.tracer(DATABASE))
        house.adapters[Transactions].start()


async def stops(house: House) -> None:
    """Hand over the last of our own telemetry and stop following; what is not in the lake is in the stream."""
    transactions = house.adapters.pop(Transactions, None)
    if transactions:
        transactions.stop()
    instruments = house.adapters.pop(Instruments, None)
    if instruments:
        await instruments.stop()
    if house.adapters.pop(Levels, None):
        configure_logs(house.settings.log_level)
    telemetry = house.adapters.pop(Telemetry, None)
    if telemetry:
        await telemetry.stop()


async def consolidate(house: House) -> None:
    """Move what is due from the tail to the lake."""
    await house.adapter(Telemetry).consolidate()


async def maintain(house: House) -> None:
    """One round of lake maintenance."""
    telemetry = house.adapter(Telemetry)
    await keep_up(telemetry.lake, telemetry.settings)


def doors(request: Request) -> tuple[Intake, TelemetrySettings, Authenticate]:
    """What an OTLP request of the application's house goes through."""
    house: House = request.app.state.house
    telemetry = house.adapter(Telemetry)
    keys = cast(TokenAuthenticator, house.adapter(Authenticator))

    async def authenticate(token: str) -> Owner:
        claims = await keys.authenticate_ingest_key(token)
        return Owner(claims.tenant, claims.environment)

    return telemetry.intake, telemetry.settings, authenticate


spine = Domain(
    name="telemetry",
    title="Telemetry",
    router=api.router,
    routes=(*http.routes(doors), *ROUTES),
    actions=(
        Action("telemetry:metric.read", "See how services do", risk="none"),
        Action("telemetry:log.read", "Read logs", risk="none"),
        Action("telemetry:trace.read", "Read traces", risk="none"),
    ),
    jobs=(
        Job("telemetry.consolidate", consolidate, every=CONSOLIDATE_SECONDS),
        Job("telemetry.upkeep", maintain, every=UPKEEP_SECONDS),
    ),
    settings=TelemetrySettings,
    middleware=Requests,
    starts=starts,
    stops=stops,
)
