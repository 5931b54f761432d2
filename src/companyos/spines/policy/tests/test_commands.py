"""`companyos policy check` and `matrix` work without a server; `decide` tells the answer in words."""

import json
from typing import Any

import typer
from typer.testing import CliRunner

from companyos.kernel.command import Session
from companyos.spines.policy.commands import app

from .test_loading import POLICIES, shop
from .world import SHOP, policies


class Server:
    """Answers `POST /decisions` as the API does."""

    def __init__(self, **answer: Any):
        self.answer = {
            "allowed": False,
            "reasons": [],
            "policies": [],
            "changes": [],
            "version": "v",
            **answer,
        }
        self.asked: list[Any] = []

    def post(self, path: str, body: Any) -> Any:
        self.asked.append((path, body))
        return {"items": [self.answer]}


def run(*words: str, parts=None, server: Server | None = None, as_json: bool = False):
    session = Session(lambda: server, lambda: parts or policies().parts, as_json=as_json)  # type: ignore[arg-type,return-value]
    root = typer.Typer()
    root.add_typer(app, name="policy")
    return CliRunner().invoke(root, ["policy", *words], obj=session)


def test_check_tells_the_version():
    result = run("check", as_json=True)
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["version"] == policies().version


def test_check_fails_with_every_place_and_suggestion(tmp_path):
    broken = shop(tmp_path, more=POLICIES["role"][0])
    result = run("check", parts=(policies().parts[0], broken))
    assert result.exit_code == 1
    assert "shop/policies/shop.cedar:" in result.output
    assert "Did you mean 'operator'?" in result.output


def test_matrix_prints_what_each_role_may_do():
    result = run("matrix")
    burn = next(line for line in result.output.splitlines() if "`shop:book.burn`" in line)
    assert [cell.strip() for cell in burn.split("|")[2:8]] == [
        "yes 2FA",
        "yes 2FA",
        "if 2FA",
        "if 2FA",
        "if 2FA",
        "if 2FA",
    ]
    assert "Not if: The book is sealed" in burn
    assert all(f"`{action.name}`" in result.output for action in SHOP.actions)


def test_decide_tells_why_not_and_what_would_help():
    reason = {
        "code": "no_permit",
        "sentence": "No.",
        "where": None,
        "remedy": {"kind": "request_access", "sentence": "Ask."},
    }
    change = {"kind": "grant", "sentence": "The role SRE.", "granted_by": "Tenant admin"}
    server = Server(reasons=[reason], changes=[change])
    result = run("decide", "shop:book.burn", "shop.book:b1", server=server)
    assert result.exit_code == 1
    assert "would help: The role SRE. from Tenant admin" in result.output
    assert server.asked == [
        ("/decisions", {"checks": [{"action": "shop:book.burn", "type": "shop.book", "id": "b1"}]})
    ]


def test_decide_says_yes():
    assert run("decide", "shop:book.list", server=Server(allowed=True)).output.startswith("Yes.")
