"""`make new-domain` writes a domain that is discovered, migrated, served and green with no other edit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from companyos.testing.new_domain import BadName, new_domain

ROOT = Path(__file__).parents[2]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source with one more domain in it."""
    copy = tmp_path_factory.mktemp("house")
    ignore = shutil.ignore_patterns("__pycache__", "node_modules", "_console", "pages")
    shutil.copytree(ROOT / "src", copy / "src", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copy(ROOT / "catalog-info.yaml", copy)
    written = run(copy, "companyos.testing.new_domain", "billing")
    assert written.returncode == 0, written.stderr
    return copy


def test_it_is_discovered_migrated_served_and_green(house: Path) -> None:
    tested = run(house, "pytest", "-q", "src/companyos/domains/billing")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "2 passed" in tested.stdout


def test_it_keeps_every_house_rule(house: Path) -> None:
    for command in (
        ("ruff", "format", "--check", "src/companyos/domains/billing"),
        ("ruff", "check", "src/companyos/domains/billing"),
        ("mypy", "src/companyos/domains/billing"),
        ("companyos.cli.main", "policy", "check"),
    ):
        checked = run(house, *command)
        assert checked.returncode == 0, f"{command}: {checked.stdout}{checked.stderr}"
    walls = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=house, env={**os.environ, "PYTHONPATH": str(house / "src")}, capture_output=True, text=True,
    )  # fmt: skip
    assert walls.returncode == 0, walls.stdout


@pytest.mark.parametrize(
    "name", ["", "Billing", "two words", "class", "../etc", "identity", "operations", "9lives"]
)
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadName):
        new_domain(name, tmp_path)
    assert list(tmp_path.iterdir()) == []
