"""The manifest of the policy spine."""

from companyos.kernel.domain import Action, Domain
from companyos.kernel.house import House

from . import api
from .gate import PolicyGate
from .loading import load
from .sets.effective import Effective
from .settings import PolicySettings


async def starts(house: House) -> None:
    """Load and check every policy of the house and become its gate. Raises PolicyRefused."""
    policies, settings = load(house.parts), house.settings_of(PolicySettings)
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
    actions=(Action("policy:policy.read", "Read the policies", risk="none"),),
    settings=PolicySettings,
    starts=starts,
)
