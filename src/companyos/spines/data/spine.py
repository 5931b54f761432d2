"""The manifest of the data spine."""

from companyos.kernel.domain import Domain
from companyos.kernel.house import House

from .registry import Registry
from .settings import DataSettings


async def starts(house: House) -> None:
    """Read the built-in schemas of every part. Raises ValueError naming the file that cannot be used."""
    house.adapters[Registry] = Registry(house)


spine = Domain(name="data", title="Data", settings=DataSettings, starts=starts)
