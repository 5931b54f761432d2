"""The stream on a real three-node JetStream cluster: a node is killed while records are appended; nothing is lost."""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from companyos.adapters.stream.jetstream import JetStream
from companyos.kernel.ports.stream import Record

pytestmark = pytest.mark.scaled

NODES = 3
RECORDS = 600
SERVER = shutil.which("nats-server") or str(Path(sys.executable).with_name("nats-server"))


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    clients, routes = free_ports(NODES), free_ports(NODES)
    neighbours = ", ".join(f'"nats-route://127.0.0.1:{port}"' for port in routes)
    nodes = []
    for n in range(NODES):
        config = tmp_path / f"node{n}.conf"
        config.write_text(
            f'server_name: node{n}\nlisten: "127.0.0.1:{clients[n]}"\nmax_payload: 8MB\n'
            f'jetstream {{ store_dir: "{tmp_path}/js{n}", sync_interval: always }}\n'
            f'cluster {{ name: companyos, listen: "127.0.0.1:{routes[n]}", routes: [{neighbours}] }}\n'
        )
        nodes.append(subprocess.Popen([SERVER, "-c", str(config)], stderr=subprocess.DEVNULL))
    yield ",".join(f"nats://127.0.0.1:{port}" for port in clients) + "?replicas=3", nodes
    for node in nodes:
        node.kill()
        node.wait()


async def first_append(stream: JetStream) -> None:
    """The cluster elects its leaders first."""
    for _ in range(100):
        try:
            await stream.append("scaled.first", [Record(b"ready")])
            return
        except Exception:
            await asyncio.sleep(0.2)
    raise AssertionError("the cluster did not become ready")


async def test_a_killed_node_loses_nothing_that_was_acknowledged(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    url, nodes = cluster
    stream = JetStream.at_url(url)
    await first_append(stream)
    acknowledged: list[bytes] = []
    for n in range(RECORDS):
        if n == RECORDS // 3:
            nodes[0].kill()
        body = f"record {n}".encode()
        while True:
            try:
                await stream.append("scaled.kill", [Record(body)])
                break
            except Exception:
                await asyncio.sleep(0.2)
        acknowledged.append(body)
    kept, after = [], 0
    while found := await stream.read("scaled.kill", after):
        kept += [stored.record.body for stored in found]
        after = found[-1].offset
    assert set(acknowledged) <= set(kept)
    repeated = len(kept) - len(set(kept))
    assert repeated <= 1, (
        "only the record in flight at the kill may have been kept before its answer was lost"
    )
    await stream.close()
