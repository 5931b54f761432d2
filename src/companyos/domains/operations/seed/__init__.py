"""The demo's share of operations: a product of twelve services at home, four at the customer, and their last weeks.

What is real beside it: CompanyOS's own components from `catalog-info.yaml`, and deployments from the history of the
git repository that it runs from, and a run of a plan: it is carried out when the installation is up, and leaves its
evidence.
"""

from companyos.kernel.demo import HOME, Demo
from companyos.kernel.house import House

from .history import seed_deployments, seed_incidents
from .own import seed_own
from .plans import seed_plans
from .product import PRODUCTS
from .proposed import seed_proposal
from .services import seed_services
from .traffic_history import seed_traffic


async def seed(house: House, demo: Demo) -> None:
    """Seed every demo tenant; what is there already stays."""
    for tenant in demo.tenants:
        product = PRODUCTS[tenant.shape]
        if await seed_services(house, demo, tenant, product):
            await seed_deployments(house, demo, tenant, product)
            await seed_incidents(house, demo, tenant, product)
            if tenant == HOME:
                await seed_proposal(house, demo, tenant)
        await seed_traffic(house, demo, tenant, product)
    await seed_own(house, demo, HOME)
    await seed_plans(house, demo, HOME)
