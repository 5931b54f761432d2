"""Registers the demo's services, four weeks ago."""

from companyos.kernel.demo import HISTORY, Demo, DemoTenant
from companyos.kernel.house import House

from ..public.types import Link
from ..service import services
from ..store import Services
from .acting import acting
from .product import DemoService


async def seed_services(
    house: House, demo: Demo, tenant: DemoTenant, product: tuple[DemoService, ...]
) -> bool:
    """Register what the tenant does not have; False when it has everything."""
    async with acting(house, demo, tenant, demo.now - HISTORY) as work:
        known = await Services(work).known([service.name for service in product])
        for service in product:
            if service.name in known:
                continue
            await services.register(
                work,
                {
                    "name": service.name,
                    "title": service.title,
                    "description": f"{service.title} of {tenant.name}. Demo data.",
                    "tier": service.tier,
                    "owner": service.owner,
                    "objective": service.objective,
                    "latency_objective_ms": round(service.p50_ms * 4),
                    "depends_on": service.depends_on,
                    "links": (Link(f"https://runbooks.example/{service.name}", "Runbook"),),
                },
                demo=True,
            )
    return len(known) < len(product)
