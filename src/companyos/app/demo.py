"""Seeds the demo: each part its share, once, in the order in which parts stand on each other."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.demo import Demo, DemoPerson, repository
from companyos.kernel.house import House

from .running import Say
from .tables import installation


async def seed_demo(house: House, say: Say = lambda _: None) -> tuple[DemoPerson, ...]:
    """Seed what is not seeded yet and return the people who can sign in.

    A part is marked as seeded after it finished; one that was interrupted is seeded again, and the stable ids of
    the demo keep that from making anything twice.
    """
    demo = Demo(house.settings.demo_seed, datetime.now(UTC), repository(house.settings))
    async with house.begin() as work:
        done = set(await work.db.scalars(select(installation.c.key)))
    for part in house.parts:
        key = f"demo.{part.name}.{demo.seed}"
        if part.seed is None or key in done:
            continue
        say(f"Seeding the demo: {part.title.lower()}")
        await part.seed(house, demo)
        async with house.begin() as work:
            await work.db.execute(insert(installation).values(key=key, at=work.now).on_conflict_do_nothing())
    return demo.people
