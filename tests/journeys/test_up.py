"""`companyos up`: one address, one process per data folder, a clean end, and a start after every kind of end."""

import signal
import socket
import subprocess
from pathlib import Path

import httpx
import psutil
import pytest

from .running_up import COMPANYOS, Up


def postmasters(data: Path) -> list[psutil.Process]:
    """PostgreSQL processes that serve this data folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        told = " ".join(process.info["cmdline"] or []) + str(process.info["cwd"] or "")
        if str(data) in told and "postgres" in told:
            found.append(process)
    return found


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up")


def test_it_serves_says_so_once_and_ends_on_ctrl_c(data: Path) -> None:
    with Up(data, "--no-demo") as up:
        assert httpx.get(f"{up.url}/healthz").status_code == 200
        assert httpx.get(f"{up.url}/readyz").status_code == 200
        assert "Demo people" not in up.words
        second = subprocess.run(
            [COMPANYOS, "up", "--data", data, "--port", "0"], capture_output=True, text=True, timeout=60
        )
        assert second.returncode == 0
        assert "already runs on" in second.stdout
        assert up.url in second.stdout
        assert "stops it" in second.stdout
        assert httpx.get(f"{up.url}/readyz").status_code == 200, "the second start must not break the first"
        assert up.stop() == 0
    assert "the data is kept" in up.words
    assert postmasters(data) == []


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_it_starts_again_after_any_end(data: Path, by: signal.Signals) -> None:
    with Up(data, "--no-demo") as up:
        code = up.stop(by)
    assert code == (0 if by == signal.SIGTERM else -9)
    with Up(data, "--no-demo") as again:
        assert httpx.get(f"{again.url}/readyz").status_code == 200
    assert postmasters(data) == []


def refused(data: Path, *options: str) -> str:
    """What a start says that cannot be; never a traceback, and nothing is left behind."""
    tried = subprocess.run(
        [COMPANYOS, "up", "--data", data, "--port", "0", *options], capture_output=True, text=True, timeout=60
    )
    assert tried.returncode == 1
    assert "Traceback" not in tried.stdout + tried.stderr
    assert postmasters(data) == []
    return tried.stderr


def test_a_folder_that_cannot_hold_data_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    said = refused(tmp_path / "file")
    assert f"{tmp_path / 'file'} cannot hold data" in said
    assert "--data" in said


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused(tmp_path, "--port", port)
    assert f"listen on 127.0.0.1:{port}" in said
    assert "--port" in said


def test_a_host_that_is_not_this_computer_is_told_as_such(tmp_path: Path) -> None:
    said = refused(tmp_path, "--host", "999.1.1.1")
    assert "COMPANYOS_HOST" in said
    assert "--host" in said
    assert "--port" not in said


def test_a_setting_that_cannot_be_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANYOS_STREAM", "carrier-pigeon://loft")
    said = refused(tmp_path)
    assert said.startswith("A setting cannot be used as it is")
    assert "COMPANYOS_STREAM" in said
    assert "carrier-pigeon" in said
    assert "file:, nats:" in said


def test_a_stream_that_does_not_answer_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPANYOS_STREAM", "nats://127.0.0.1:9")
    said = refused(tmp_path, "--no-demo")
    assert "No NATS answers at 127.0.0.1:9 as COMPANYOS_STREAM names it" in said
