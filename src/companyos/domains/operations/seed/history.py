"""Deployments and incidents of the demo's weeks; incidents follow from the faults that the traffic shows."""

from datetime import datetime, timedelta
from random import Random

from companyos.kernel.demo import HISTORY, Demo, DemoTenant
from companyos.kernel.house import House

from ..public.types import Diff, Severity
from ..service import deployments, incidents
from ..service.deployments import Report
from .acting import acting
from .product import DemoService
from .story import Fault, faults_of

AUTHORS = ("m.okafor", "s.lind", "a.ruiz", "j.chen", "ci-bot", "r.silva")
WORK = (
        "Cache the tenant lookup", "Retry idempotent calls once", "Upgrade the HTTP client", "Trim the payload",
        "Move the timeout to settings", "Index the hot query", "Drop the unused column", "Batch the writes",
        "Log the request id", "Tighten the connection pool", "Validate the currency code", "Warm the cache at start",
)  # fmt: skip
CAUSES = {
    "bad release": ("Errors after the last release", "Rolling back to the version before."),
    "overload": ("Slow under load", "Scaled out and shed the batch traffic."),
    "dependency": ("Errors from a dependency", "Switched to the fallback until the dependency recovered."),
}


async def seed_deployments(
    house: House, demo: Demo, tenant: DemoTenant, product: tuple[DemoService, ...]
) -> None:
    """Take the whole past in."""
    reports = reports_of(demo, tenant, product)
    for start in range(0, len(reports), 200):
        async with acting(house, demo, tenant, demo.now) as work:
            await deployments.import_history(work, reports[start : start + 200], demo=True)


def reports_of(demo: Demo, tenant: DemoTenant, product: tuple[DemoService, ...]) -> list[Report]:
    """Deployments, oldest first: several a week and service, and one before every fault that a release caused."""
    reports: list[Report] = []
    for service in product:
        chance = demo.random(tenant.slug, service.name, "deployments")
        moments = [_moment(demo, chance) for _ in range(round(service.deploys * 4))]
        bad = [f.start for f in _faults(demo, service) if f.kind == "bad release"]
        for number, at in enumerate(sorted(moments + [start - timedelta(minutes=6) for start in bad])):
            reports.append(_report(service, number, at, chance))
    return sorted(reports, key=lambda report: report.started_at or demo.now)


def _moment(demo: Demo, chance: Random) -> datetime:
    at = demo.now - timedelta(minutes=chance.randrange(40, int(HISTORY.total_seconds() // 60) - 60))
    return at.replace(
        hour=chance.choice((8, 9, 10, 11, 13, 14, 15, 16)), minute=chance.randrange(60)
    ) - timedelta(days=2 * (at.weekday() >= 5))


def _report(service: DemoService, number: int, at: datetime, chance: Random) -> Report:
    took = timedelta(seconds=chance.randrange(70, 600))
    commit = f"{chance.getrandbits(160):040x}"
    failed = chance.random() < 0.05
    what = chance.choice(WORK)
    end = "readiness probe failed after 90 s; nothing was switched over" if failed else "100 % of traffic"
    return Report(
        service=service.name,
        version=f"v{2 + number // 40}.{number % 40}.{chance.randrange(4)}",
        status="failed" if failed else "succeeded",
        commit=commit,
        author=chance.choice(AUTHORS),
        started_at=at,
        finished_at=at + took,
        diff=Diff(chance.randrange(1, 30), chance.randrange(3, 600), chance.randrange(0, 300)),
        log_excerpt=(
            f"{what}\n\npull image {service.name}@{commit[:12]} … ok\n"
            f"canary 10 % … {'error rate above objective' if failed else 'ok'}\n{end}"
        ),
        external_id=f"demo-{service.name}-{number}",
    )


async def seed_incidents(
    house: House, demo: Demo, tenant: DemoTenant, product: tuple[DemoService, ...]
) -> None:
    """One for every fault that lasted, opened soon after it began; and one that is still going on."""
    for service in product:
        for fault in _faults(demo, service):
            if fault.length > timedelta(minutes=20):
                await _tell(house, demo, tenant, service, fault)
    strained = next((s for s in product if s.strain > 1), None)
    if strained is not None:
        await _open(house, demo, tenant, strained)


def _faults(demo: Demo, service: DemoService) -> list[Fault]:
    end = demo.now - timedelta(hours=3)
    return list(faults_of(demo.seed, service, end - HISTORY + timedelta(days=1), end))


async def _tell(house: House, demo: Demo, tenant: DemoTenant, service: DemoService, fault: Fault) -> None:
    title, remedy = CAUSES[fault.kind]
    severity: Severity = "sev1" if service.tier == "t0" and fault.errors > 0.15 else "sev2"
    said = {"title": f"{service.title}: {title.lower()}", "severity": severity, "services": (service.name,)}
    async with acting(house, demo, tenant, fault.start + timedelta(minutes=4)) as work:
        told = await incidents.open_incident(
            work,
            said,
            text=f"Error rate {fault.errors:.1%}, durations up {fault.slowdown:.1f} times.",
            demo=True,
        )
    steps = (
        ("acknowledged", 3, "Looking."),
        ("mitigated", 14, remedy),
        ("resolved", 25, "Back within objective."),
    )
    for to, minutes, text in steps:
        async with acting(house, demo, tenant, fault.start + timedelta(minutes=4 + minutes)) as work:
            await incidents.step(work, told.incident.id, to, text=text)  # type: ignore[arg-type]


async def _open(house: House, demo: Demo, tenant: DemoTenant, service: DemoService) -> None:
    said = {
        "title": f"{service.title} misses its objective",
        "severity": "sev3",
        "services": (service.name,),
    }
    async with acting(house, demo, tenant, demo.now - timedelta(hours=5)) as work:
        told = await incidents.open_incident(
            work, said, text="The error budget of 30 days is spent; releases are on hold.", demo=True
        )
    async with acting(house, demo, tenant, demo.now - timedelta(hours=4, minutes=40)) as work:
        await incidents.step(work, told.incident.id, "acknowledged", text="Reviewing the error classes.")
