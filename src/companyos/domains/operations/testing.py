"""Factories for tests that need services, deployments and incidents, and signals to hear from them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from companyos.kernel.house import House
from companyos.kernel.work import Work
from companyos.testing.world import Client

from .public.ports import Answer, Deployer, Order, ServiceSignals, Signals


async def a_service(who: Client, name: str = "payments-api", **said: Any) -> dict[str, Any]:
    """A registered service."""
    answer = await who.post("/services", {"name": name, "owner": "payments", **said})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def a_deployment(
    who: Client, service: str = "payments-api", version: str = "1.0.0", **said: Any
) -> dict[str, Any]:
    """A reported deployment; it succeeded unless `status` says otherwise."""
    answer = await who.post("/deployments", {"service": service, "version": version, **said})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def an_incident(who: Client, title: str = "Checkout is slow", **said: Any) -> dict[str, Any]:
    """An open incident."""
    answer = await who.post("/incidents", {"title": title, "severity": "sev2", **said})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


class RecordingDeployer:
    """A deployer that remembers its orders and answers what it was told to; an exception is raised."""

    def __init__(self, *answers: Answer | Exception):
        self.answers = list(answers)
        self.orders: list[Order] = []

    async def carry_out(self, order: Order) -> Answer:
        self.orders.append(order)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class SaidSignals:
    """Signals as a test says them."""

    def __init__(self, said: dict[str, Signals]):
        self.said = said

    async def of(self, names: Sequence[str]) -> dict[str, Signals]:
        return {name: self.said[name] for name in names if name in self.said}


@contextmanager
def deploying(house: House, deployer: Deployer) -> Iterator[None]:
    """Within it, orders go to this deployer."""
    before = house.adapters[Deployer]
    house.adapters[Deployer] = deployer
    try:
        yield
    finally:
        house.adapters[Deployer] = before


@contextmanager
def hearing(house: House, said: dict[str, Signals]) -> Iterator[None]:
    """Within it, services give these signals."""

    def answer(work: Work) -> SaidSignals:
        return SaidSignals(said)

    before = house.answers
    house.answers = {**before, ServiceSignals: answer}
    try:
        yield
    finally:
        house.answers = before
