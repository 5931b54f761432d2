"""The demo's share of notices: how the owners of the home tenant's services are reached."""

from companyos.kernel.demo import HOME, Demo
from companyos.kernel.house import House
from companyos.kernel.work import MFA, Actor

from .service import channels

MAIL = (
    "commerce", "data", "discovery", "edge", "engagement", "experience", "finance", "platform", "security",
)  # fmt: skip
ROOM = ("war-room", "https://hooks.chat.example/services/demo")


async def seed(house: House, demo: Demo) -> None:
    """Make the channels that are not there yet."""
    admin = next(p for p in demo.people if p.tenant == HOME and p.role == "tenant_admin")
    actor = Actor("person", str(admin.id), admin.name, frozenset({admin.role}), frozenset(), MFA, demo.now)
    async with house.begin(tenant=HOME.id, environment="prod", actor=actor) as work:
        there = {channel.name for channel in await channels.list_channels(work)}
        for name in MAIL:
            if name not in there:
                await channels.create(work, name, mail=[f"{name}@{HOME.slug}.example"])
        if ROOM[0] not in there:
            await channels.create(work, ROOM[0], chat=ROOM[1])
