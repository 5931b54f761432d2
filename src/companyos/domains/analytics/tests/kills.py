"""Kill a house under load again and again: every acknowledged event is there exactly once."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from companyos.app.compose import asgi, compose
from companyos.app.running import running
from companyos.domains.analytics.service.analytics import analytics_of
from companyos.kernel.settings import Settings
from companyos.testing.world import World, in_process

from .sending import Sender, a_sender, event

SENDERS, EVENTS = 4, 25
HASTY = {
    "COMPANYOS_ANALYTICS_LINGER_SECONDS": "0.02",
    "COMPANYOS_ANALYTICS_COMMIT_SECONDS": "0.1",
    "COMPANYOS_ANALYTICS_COMPACT_FROM": "3",
    "COMPANYOS_ANALYTICS_GRACE_MINUTES": "0",
    "COMPANYOS_TELEMETRY_OWN": "off",
}


@dataclass
class Load:
    """Senders that give up no batch: one that was not answered is sent again, and so is now and then an old one."""

    key: str
    url: str = ""
    over: bool = False
    acknowledged: list[list[dict[str, Any]]] = field(default_factory=list)
    first: asyncio.Event = field(default_factory=asyncio.Event)
    repeated: int = 0

    async def run(self, number: int) -> None:
        chance = random.Random(number)
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {self.key}"}, timeout=10) as http:
            while not self.over:
                batch = [event(user_id=f"u{chance.randrange(99)}") for _ in range(EVENTS)]
                if self.acknowledged and chance.random() < 0.2:
                    batch += chance.choice(self.acknowledged)
                await self._until_taken(http, batch)
                self.acknowledged.append(batch)
                self.first.set()

    async def _until_taken(self, http: httpx.AsyncClient, batch: list[dict[str, Any]]) -> None:
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await http.post(f"{self.url}/v1/events", json={"events": batch})
                assert answer.status_code == 200 and answer.json()["refused"] == 0, answer.text
                return
            self.repeated += 1
            await asyncio.sleep(0.05)


async def survive(settings: Settings, kills: int) -> Load:
    """Kill a house with these settings so often, and see that nothing was lost and nothing is there twice."""
    async with running(compose(settings), background=False) as house, in_process(asgi(house)) as http:
        sender = await a_sender(World(house, http), http)
    load = Load(sender.key)
    victim = await _victim(settings, load)
    sending = [asyncio.create_task(load.run(number)) for number in range(SENDERS)]
    chance = random.Random(kills)
    for _ in range(kills):
        load.first.clear()
        await asyncio.wait_for(load.first.wait(), 60)
        await asyncio.sleep(chance.uniform(0.0, 0.8))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        victim = await _victim(settings, load)
    load.over = True
    await asyncio.gather(*sending)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    await _check(settings, load, sender.tenant)
    return load


async def _victim(settings: Settings, load: Load) -> "subprocess.Popen[bytes]":
    given = {
        "COMPANYOS_DATA": str(settings.data),
        "COMPANYOS_DATABASE": settings.database,
        "COMPANYOS_DATABASE_OWNER": settings.database_owner,
        "COMPANYOS_RATE_PER_SECOND": "10000",
        **HASTY,
    }
    started = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("house_victim.py"))],
        stdout=subprocess.PIPE,
        env={**os.environ, **given},
    )
    assert started.stdout is not None
    port = await asyncio.to_thread(started.stdout.readline)
    started.stdout.close()
    assert port.strip(), "the house did not come up"
    load.url = f"http://127.0.0.1:{int(port)}"
    return started


async def _check(settings: Settings, load: Load, tenant: UUID) -> None:
    sent = {one["id"] for batch in load.acknowledged for one in batch}
    async with running(compose(settings), background=False) as house, in_process(asgi(house)) as http:
        sender = Sender(http, analytics_of(house), tenant, load.key)
        for at_once in (False, True):
            kept = Counter(row["id"] for row in await sender.rows(at_once=at_once))
            assert [one for one, count in kept.items() if count > 1] == []
            assert sent - set(kept) == set()
            assert set(kept) - sent == set()
