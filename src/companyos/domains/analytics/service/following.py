"""How far the roll-up has come, for the tail that holds rows until then."""

import time

from companyos.kernel.house import House

from ..store.rollups import position

LOOK_AGAIN_SECONDS = 1.0


class Follower:
    """How far everything is counted, for a tail that holds rows until then."""

    def __init__(self, house: House):
        self._house = house
        self._known = (float("-inf"), 0)

    async def __call__(self) -> int:
        seen, upto = self._known
        if time.monotonic() - seen > LOOK_AGAIN_SECONDS:
            async with self._house.begin() as work:
                upto = await position(work)
            self._known = (time.monotonic(), upto)
        return upto
