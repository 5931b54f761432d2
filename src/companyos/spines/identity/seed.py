"""The demo's tenants and people."""

from companyos.kernel.demo import HISTORY, PASSWORD, Demo
from companyos.kernel.house import House

from .public import Belongs, seed_person, seed_tenant


async def seed(house: House, demo: Demo) -> None:
    """Tenants with their environments, and one person for every role of the demo."""
    began = demo.now - HISTORY
    for tenant in demo.tenants:
        await seed_tenant(
            house,
            id=tenant.id,
            slug=tenant.slug,
            name=tenant.name,
            region=tenant.region,
            environments=tenant.environments,
            now=began,
        )
    for person in demo.people:
        belongs = {person.tenant.id: Belongs((person.role,), person.tenant.environments)}
        await seed_person(
            house,
            id=person.id,
            email=person.email,
            name=person.name,
            password=PASSWORD,
            totp_seed=person.totp_secret,
            belongs=belongs,
            now=began,
        )
