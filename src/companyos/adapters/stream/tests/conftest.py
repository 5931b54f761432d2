"""A stream of each kind: local files, and a real nats-server with JetStream."""

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from companyos.adapters.stream.file import FileStream
from companyos.adapters.stream.jetstream import JetStream


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory):
    binary = shutil.which("nats-server") or str(Path(sys.executable).with_name("nats-server"))
    folder = tmp_path_factory.mktemp("nats")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "nats.conf"
    config.write_text(
        f'listen: "127.0.0.1:{port}"\nmax_payload: 8MB\n'
        f'jetstream {{ store_dir: "{folder}/js", sync_interval: always }}\n'
    )
    server = subprocess.Popen([binary, "-c", str(config)], stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    yield f"nats://127.0.0.1:{port}"
    server.terminate()
    server.wait()


@pytest.fixture(params=["file", "nats"])
async def stream(request, tmp_path):
    if request.param == "file":
        made = FileStream(tmp_path / "stream", segment_bytes=20_000)
    else:
        made = JetStream(request.getfixturevalue("nats_url"))
    yield made
    await made.close()


@pytest.fixture
def topic(request):
    """A topic of this test's own: the nats-server is shared by all."""
    return "conformance." + "".join(c if c.isalnum() else "_" for c in request.node.name)
