"""The command line itself: quick to answer, found by place, JSON anywhere, completion."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from companyos.cli.credentials import Credentials, Store
from companyos.cli.found import Found, Place, places
from companyos.cli.main import ANYWHERE, app
from companyos.kernel.problems import Problem

from .conftest import Terminal

HEAVY = ("fastapi", "sqlalchemy", "granian", "duckdb", "pyarrow", "httpx", "companyos.app.compose")
LOADED = (
    "import sys, runpy; sys.argv = ['companyos', *{args!r}]\n"
    "try:\n    from companyos.cli.main import main; main()\n"
    "except SystemExit:\n    pass\n"
    "print('loaded:', *(m for m in {heavy!r} if m in sys.modules))"
)


@pytest.mark.parametrize("args", [["--help"], ["version"], ["completion", "bash"], ["nonsense"]])
def test_what_needs_no_server_loads_none_of_it(args: list[str]) -> None:
    code = LOADED.format(args=args, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded:", done


def test_every_group_of_every_part_is_listed_with_a_sentence() -> None:
    listed = CliRunner().invoke(app, ["--help"])
    assert listed.exit_code == 0
    for name in ("services", "deployments", "incidents", "policy", "login", "up"):
        assert f" {name} " in listed.output


def test_switches_go_anywhere_on_the_line() -> None:
    for line in (["--json", "version"], ["version", "--json"]):
        said = CliRunner().invoke(app, line)
        assert said.exit_code == 0 and json.loads(said.output)["version"]
    assert CliRunner().invoke(app, ["version", "--", "--json"]).exit_code == 2


def test_no_command_has_a_switch_of_its_own_that_goes_anywhere() -> None:
    found, seen = Found(places()), 0
    groups = [found.load(name) for name in found.outlines]
    while groups:
        command = groups.pop()
        groups += getattr(command, "commands", {}).values()
        seen += 1
        for option in command.params:
            assert not set(option.opts) & set(ANYWHERE), f"{command.name} has {option.opts}"
    assert seen > 30


def test_a_wrong_command_is_a_usage_error_that_suggests_the_right_one() -> None:
    said = CliRunner().invoke(app, ["servces"])
    assert said.exit_code == 2 and "services" in said.output


def test_the_openapi_document_needs_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANYOS_DATA", str(tmp_path / "none"))
    said = CliRunner().invoke(app, ["openapi"])
    assert said.exit_code == 0
    document = json.loads(said.output)
    assert document["openapi"] == "3.1.0" and "/api/v1/search" in document["paths"]
    assert not (tmp_path / "none").exists()


def test_names_are_read_without_importing_and_refused_when_they_cannot_be(tmp_path: Path) -> None:
    fine = tmp_path / "fine.py"
    fine.write_text('raise SystemExit\ngroups = {"one": Typer(help="One thing."), "two": two}\n')
    assert Place("fine", fine, "groups").commands() == {"one": "One thing.", "two": None}
    computed = tmp_path / "computed.py"
    computed.write_text("groups = {n: 1 for n in names}\n")
    with pytest.raises(ValueError, match=r"computed\.py:1: write `groups` as a literal"):
        Place("computed", computed, "groups").commands()
    twice = tmp_path / "twice.py"
    twice.write_text('groups = {"one": Typer(help="Another.")}\n')
    with pytest.raises(ValueError, match="two parts bring the command one"):
        Found(iter([Place("fine", twice, "groups"), Place("twice", twice, "groups")]))


async def test_nothing_answers_and_nobody_is_signed_in(terminal: Terminal) -> None:
    signed_out = await terminal.run("whoami", "--json")
    assert (signed_out.code, signed_out.out) == (1, "")
    assert json.loads(signed_out.err)["code"] == "signed_out"
    terminal.url = "http://127.0.0.1:9"
    unreachable = await terminal.run("login")
    assert unreachable.code == 1 and "Nothing answers at http://127.0.0.1:9" in unreachable.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_completion_asks_the_command_line_what_comes_next(terminal: Terminal, shell: str) -> None:
    script = (await terminal.run("completion", shell)).out
    assert "_COMPANYOS_COMPLETE" in script
    if found := shutil.which(shell):
        checked = subprocess.run([found, "-n"], input=script, text=True, capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr
    terminal.env = {
        "_COMPANYOS_COMPLETE": "complete_bash",
        "COMP_WORDS": "companyos context ",
        "COMP_CWORD": "2",
    }
    assert (await terminal.run()).out.split() == ["show", "use"]


def test_a_sign_in_that_others_may_read_or_that_is_damaged_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    store = Store("default")
    store.write(Credentials(url="http://x", issuer="http://x", access_token="a", expires_at=0))
    assert store.read() is not None
    store.path.chmod(0o644)
    with pytest.raises(Problem, match="Others may read"):
        store.read()
    store.path.chmod(0o600)
    store.path.write_text("{")
    with pytest.raises(Problem, match="is damaged"):
        store.read()
    for name in ("../evil", "", ".hidden", "a/b"):
        with pytest.raises(Problem, match="no name of a profile"):
            Store(name)
