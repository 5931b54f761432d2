"""`/healthz` (alive), `/readyz` (can serve) and `/metrics` (for a Prometheus): plain routes without a Work."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from companyos.kernel.house import House
from companyos.kernel.ports.database import Database
from companyos.kernel.ports.lake import Lake
from companyos.kernel.ports.stream import Stream
from companyos.kernel.problems import Unauthenticated

from ..settings import TelemetrySettings
from .scrape import Scrape

log = structlog.get_logger("companyos.probes")

CHECK_SECONDS = 3.0
FORWARDED = ("forwarded", "x-forwarded-for", "via")


async def healthz(request: Request) -> Response:
    """200 as long as the process answers."""
    return JSONResponse({"alive": True})


async def readyz(request: Request) -> Response:
    """200 when the database answers and stream and lake can be written, 503 otherwise; causes go to the log."""
    house: House = request.app.state.house
    checks: dict[str, Callable[[], Awaitable[None]]] = {
        "database": house.adapter(Database).ready,
        "stream": house.adapter(Stream).writable,
        "lake": house.adapter(Lake).writable,
    }
    outcomes = await asyncio.gather(*(_check(name, probe) for name, probe in checks.items()))
    ready = all(outcomes)
    told = {name: "ok" if good else "failed" for name, good in zip(checks, outcomes, strict=True)}
    return JSONResponse({"ready": ready, "checks": told}, 200 if ready else 503)


async def metrics(request: Request) -> Response:
    """Prometheus text for who holds the token, or without a token setting for this machine itself."""
    house: House = request.app.state.house
    _may_read(request, house.settings_of(TelemetrySettings).metrics_token)
    body = house.adapter(Scrape).text(await _lags(house))
    return Response(body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _check(name: str, probe: Callable[[], Awaitable[None]]) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await probe()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part is not ready
        log.warning("probe.failed", part=name, error=repr(error))
        return False
    return True


def _may_read(request: Request, token: str) -> None:
    if token:
        given = request.headers.get("authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return
        raise Unauthenticated("Send `Authorization: Bearer <COMPANYOS_TELEMETRY_METRICS_TOKEN>`.")
    forwarded = any(name in request.headers for name in FORWARDED)
    if request.client is None or forwarded or not ip_address(request.client.host).is_loopback:
        raise Unauthenticated(
            "Only this machine itself may read metrics; set COMPANYOS_TELEMETRY_METRICS_TOKEN to let others."
        )


async def _lags(house: House) -> dict[str, float]:
    """How far relay and ledger are behind, over all tenants together."""
    engine = house.adapter(Database).app
    async with engine.connect() as db, db.begin():
        for role in ("relay", "sequencer"):  # they may see the queues of all tenants
            await db.execute(text("select set_config(:name, 'on', true)"), {"name": f"companyos.{role}"})
        relay = (await db.execute(text(_RELAY))).one()
        ledger = (await db.execute(text("select count(*) from evidence.pending"))).scalar_one()
    return {
        "relay_waiting_events": relay.waiting,
        "relay_parked_events": relay.parked,
        "relay_lag_seconds": relay.lag,
        "ledger_waiting_records": ledger,
    }


_RELAY = """
    select count(*) filter (where parked_at is null) as waiting,
           count(*) filter (where parked_at is not null) as parked,
           coalesce(extract(epoch from now() - min(at) filter (where parked_at is null)), 0)::float as lag
    from app.outbox
"""

ROUTES = (
    Route("/healthz", healthz, methods=["GET"]),
    Route("/readyz", readyz, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
)
