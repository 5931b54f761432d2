"""What telemetry has heard of services: the port `ServiceSignals`."""

from collections.abc import Sequence

from companyos.kernel.work import Work
from companyos.spines.telemetry.service import service_health

from ..public.ports import Signals


class HeardSignals:
    """Signals from the requests that services reported of themselves. A silent service is absent."""

    def __init__(self, work: Work):
        self.work = work

    async def of(self, names: Sequence[str]) -> dict[str, Signals]:
        heard = await service_health(self.work, names)
        return {
            name: Signals(one.availability, one.rps, one.error_rate, one.p95_ms, one.spark)
            for name, one in heard.items()
        }
