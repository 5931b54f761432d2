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


def test_a_folder_that_cannot_hold_data_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    said = subprocess.run(
        [COMPANYOS, "up", "--data", tmp_path / "file"], capture_output=True, text=True, timeout=60
    )
    assert said.returncode == 1
    assert f"{tmp_path / 'file'} cannot hold data" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_taken_port_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        tried = subprocess.run(
            [COMPANYOS, "up", "--data", tmp_path, "--port", port], capture_output=True, text=True, timeout=60
        )
    assert tried.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in tried.stderr
    assert "--port" in tried.stderr
    assert postmasters(tmp_path) == []


def test_a_setting_that_cannot_be_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANYOS_STREAM", "carrier-pigeon://loft")
    tried = subprocess.run(
        [COMPANYOS, "up", "--data", tmp_path, "--port", "0"], capture_output=True, text=True, timeout=60
    )
    assert tried.returncode != 0
    assert "carrier-pigeon" in tried.stderr
    assert "file, nats" in tried.stderr
    assert "Traceback" not in tried.stderr
