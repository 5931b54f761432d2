"""Seeds the demo: each part its share, once, in the order in which parts stand on each other."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from companyos.kernel.demo import Demo, DemoPerson
from companyos.kernel.house import House

from .running import Say
from .tables import installation


async def seed_demo(house: House, say: Say = lambda _: None) -> tuple[DemoPerson, ...]:
    """Seed what is not seeded yet and return the people who can sign in.

    A part is marked as seeded after it finished; one that was interrupted is seeded again, and the stable ids of
    the demo keep that from making anything twice.
    """
    demo = Demo(house.settings.demo_seed, datetime.now(UTC), house.settings.demo_git or checkout())
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


def checkout() -> Path | None:
    """The git repository that CompanyOS runs from, when it does and git is there to read it."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / ".git").exists() and shutil.which("git") else None
