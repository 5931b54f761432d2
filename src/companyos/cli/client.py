"""HTTP as the command line speaks it: protected on the way, and clear when nothing answers."""

from importlib.metadata import version
from typing import Any

import httpx

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.loopback import LOOPBACK
from companyos.kernel.problems import Problem

TIMEOUT_SECONDS = 35


class Unreachable(Problem):
    """Nothing answers at the address, or nothing may be sent to it."""

    status, code, title = 503, "unreachable", "CompanyOS does not answer"


class Client(httpx.Client):
    """A client of one address. Raises Unreachable instead of transport errors."""

    def __init__(self, url: str) -> None:
        agent = {"User-Agent": f"companyos-cli/{version('companyos')}"}
        super().__init__(base_url=url, timeout=TIMEOUT_SECONDS, headers=agent)

    def send(self, request: httpx.Request, **how: Any) -> httpx.Response:
        if request.url.scheme != "https" and request.url.host not in LOOPBACK:
            raise _unreachable(
                f"{self.base_url} is not reached by https, and a token would travel unprotected.",
                "Name its https address with --url.",
            )
        try:
            return super().send(request, **how)
        except httpx.TransportError as error:
            raise _unreachable(
                f"Nothing answers at {self.base_url}: {error or type(error).__name__}.",
                "Start it with `companyos up`, or name another address with --url.",
            ) from error


def _unreachable(sentence: str, remedy: str) -> Unreachable:
    return Unreachable(sentence, reasons=[Reason("unreachable", sentence, None, Remedy("wait", remedy))])
