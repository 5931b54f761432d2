"""The wheel carries the console: installed into an empty environment, `companyos up` is enough, without Node."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import httpx
import pytest

from .running_up import Up

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment with nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "empty", with_pip=False)
    python = folder / "empty/bin/python"
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "-q", "--python", str(python)]
    subprocess.run([*uv, "-r", ROOT / "requirements/runtime.txt"], check=True)
    subprocess.run([*uv, "--no-deps", wheel], check=True)
    return python.parent


def test_it_needs_nothing_but_python(installed: Path, tmp_path: Path) -> None:
    nothing = {"PATH": str(installed), "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    with Up(tmp_path / "data", command=installed / "companyos", environment=nothing) as up:
        page = httpx.get(up.url, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert '<div id="root">' in page.text
        script = page.text.split('src="/assets/')[1].split('"')[0]
        assert httpx.get(f"{up.url}/assets/{script}").status_code == 200
        assert "petra@companyos.example" in up.words
        assert up.stop() == 0


def test_what_ships_is_installed_by_its_own_requirements(installed: Path) -> None:
    told = subprocess.run(
        [Path(sys.executable).with_name("uv"), "pip", "check", "--python", installed / "python"],
        capture_output=True, text=True, env=dict(os.environ),
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
