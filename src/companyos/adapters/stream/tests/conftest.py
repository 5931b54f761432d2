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


class NatsServer:
    """A real nats-server in a folder of its own, on a port that it keeps."""

    def __init__(
        self, folder: Path, jetstream: str = "jetstream {{ store_dir: {store}, sync_interval: always }}"
    ):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"nats://127.0.0.1:{self.port}"
        self._config = folder / "nats.conf"
        store = jetstream.format(store=f'"{folder}/js"')
        self._config.write_text(f'listen: "127.0.0.1:{self.port}"\nmax_payload: 8MB\n{store}\n')
        self.start()

    def start(self):
        binary = shutil.which("nats-server") or str(Path(sys.executable).with_name("nats-server"))
        self._process = subprocess.Popen([binary, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.05)

    def stop(self):
        self._process.terminate()
        self._process.wait()


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory):
    server = NatsServer(tmp_path_factory.mktemp("nats"))
    yield server.url
    server.stop()


@pytest.fixture
def nats_server(tmp_path):
    """One that the test may stop and start."""
    server = NatsServer(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def plain_nats(tmp_path):
    """One that only passes messages on."""
    server = NatsServer(tmp_path, jetstream="")
    yield server
    server.stop()


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
