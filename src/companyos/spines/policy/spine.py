"""The manifest of the policy spine."""

from companyos.kernel.domain import Action, AuditEvent, Domain
from companyos.kernel.house import House

from . import api, events  # noqa: F401 - events enter the registry by being imported
from .gate import PolicyGate
from .loading import load
from .sets import applying, service
from .sets.effective import Effective
from .sets.house import remember
from .settings import PolicySettings


async def starts(house: House) -> None:
    """Load and check every policy of the house, keep the set, become the gate. Raises PolicyRefused."""
    policies, settings = load(house.parts), house.settings_of(PolicySettings)
    await remember(house, policies)
    house.gate = PolicyGate(
        policies,
        step_up_max_age=house.settings.step_up_max_age,
        clock_skew=settings.clock_skew,
        effective=Effective(policies, settings),
    )


spine = Domain(
    name="policy",
    title="Policy",
    router=api.router,
    actions=(
        Action("policy:policy.read", "Read the policies", risk="none"),
        Action("policy:set.simulate", "Try policies on past decisions", risk="none"),
        Action("policy:set.propose", "Propose policies"),
        Action("policy:set.withdraw", "Withdraw proposed policies"),
        Action(applying.APPLY, "Apply proposed policies", risk="high"),
    ),
    audit=(
        AuditEvent("policy.set.proposed", "Other policies were proposed for the tenant"),
        AuditEvent("policy.set.withdrawn", "Proposed policies were withdrawn"),
        AuditEvent("policy.set.applied", "Proposed policies were applied", risk="high"),
    ),
    entities={"policy.proposal": service.load_proposal},
    previews={applying.APPLY: applying.preview},
    settings=PolicySettings,
    starts=starts,
)
