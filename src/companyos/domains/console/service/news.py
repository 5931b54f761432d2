"""News for open screens: that something changed in the tenant, for as long as the sign-in stands."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress

from companyos.kernel.house import House
from companyos.kernel.ports.authenticator import Authenticator
from companyos.kernel.ports.live import Live, News
from companyos.kernel.problems import TooMany, Unauthenticated
from companyos.kernel.work import Work

from ..settings import ConsoleSettings

ABOUT_SIGN_INS = "companyos.identity."
"""News of identity may mean that this very sign-in has ended: it is checked at once."""


class Listeners:
    """How many streams each person keeps open at this process."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def one(self, person: str) -> Iterator[None]:
        self._open[person] += 1
        try:
            yield
        finally:
            self._open[person] -= 1
            if not self._open[person]:
                del self._open[person]

    def check(self, person: str, most: int) -> None:
        """Raises TooMany when a person has as many streams as one may."""
        if self._open[person] >= most:
            raise TooMany(f"You keep {most} event streams open, which is the limit.", retry_after=15)


async def start(house: House) -> None:
    """Begin to count listeners."""
    house.adapters[Listeners] = Listeners()


async def listen(work: Work, token: str) -> AsyncGenerator[News | None]:
    """The tenant's news as they come; None is a heartbeat. Ends with the token, the grant or the house."""
    await work.permit("console:news.read", on=work.tenancy)
    settings = work.settings(ConsoleSettings)
    work.house.adapter(Listeners).check(work.actor.ref, settings.streams_per_person)
    return _listen(work, token, settings.heartbeat_seconds)


async def _listen(work: Work, token: str, heartbeat: float) -> AsyncGenerator[News | None]:
    house = work.house
    with house.adapter(Listeners).one(work.actor.ref):
        await work.db.close()  # a stream may stay open for hours: the pool gets its connection back
        news = house.adapter(Live).listen(work.tenant)
        coming = asyncio.ensure_future(anext(news))
        closing = asyncio.ensure_future(house.closing.wait())
        try:
            yield None
            while True:
                either = {coming, closing}
                await asyncio.wait(either, timeout=heartbeat, return_when=asyncio.FIRST_COMPLETED)
                if closing.done():
                    return
                done = coming.done()
                heard = coming.result() if done else None
                if (heard is None or heard.type.startswith(ABOUT_SIGN_INS)) and not await _stands(
                    house, token
                ):
                    return
                if done:
                    coming = asyncio.ensure_future(anext(news))
                yield heard
        finally:
            closing.cancel()
            coming.cancel()
            with suppress(asyncio.CancelledError):
                await coming
            await news.aclose()  # type: ignore[attr-defined]


async def _stands(house: House, token: str) -> bool:
    """Whether the token would still be accepted."""
    authenticator = house.adapter(Authenticator)
    try:
        claims = await authenticator.verify(token)
        async with house.begin(tenant=claims.tenant) as work:
            await authenticator.actor(work.db, claims)
    except Unauthenticated:
        return False
    return True
