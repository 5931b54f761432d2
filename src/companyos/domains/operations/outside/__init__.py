"""The systems that operations speaks to, and our own processes as one of them."""

from companyos.kernel.house import House

from . import deployer, own_processes


async def open_all(house: House) -> None:
    """Find the deployer, and follow what our own services shall write into their logs."""
    await deployer.open_deployer(house)
    own_processes.follow(house)


async def close_all(house: House) -> None:
    """Let go of both."""
    await own_processes.leave(house)
    await deployer.close_deployer(house)
