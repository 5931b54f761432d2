"""A policy that the demo's administrator would like: some of what happened would have been refused under it."""

from datetime import timedelta

from companyos.kernel.demo import Demo, DemoTenant
from companyos.kernel.house import House
from companyos.spines.policy.sets.service import propose

from .acting import acting

WHY = "SREs close the worst incidents, so that each gets its review"
TEXT = """// The worst incidents are closed by those who write their review.
@id("tenant.sres-close-the-worst")
@reason("Incidents of severity 1 and 2 are resolved by SREs, who write the review.")
@remedy("request_access")
forbid (
  principal,
  action == CompanyOS::Action::"operations:incident.resolve",
  resource
)
when { ["sev1", "sev2"].contains(resource.severity) }
unless { principal in CompanyOS::Role::"sre" };
"""


async def seed_proposal(house: House, demo: Demo, tenant: DemoTenant) -> None:
    """Propose it, after what it would have changed."""
    async with acting(house, demo, tenant, demo.now - timedelta(hours=1), role="tenant_admin") as work:
        await propose(work, TEXT, why=WHY)
