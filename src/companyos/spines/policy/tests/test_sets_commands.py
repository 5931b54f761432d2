"""`companyos policy propose …`: faults are told in the person's own file, and the next step is named."""

from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from companyos.kernel.command import Session
from companyos.kernel.decision import Reason
from companyos.kernel.problems import Invalid
from companyos.spines.policy.commands import app

SIDE = {"allowed": True, "reasons": [{"sentence": "Operators may.", "where": "shop.may"}], "policies": []}
FLIP = {
    "decision": "d1", "at": "2026-11-22T12:00:00Z", "actor": "person:1", "roles": ["sre"], "action": "shop:book.burn",
    "resource": "shop.book:b1", "effective": SIDE,
    "proposed": {"allowed": False, "reasons": [{"sentence": "Frozen.", "where": "tenant.frozen"}], "policies": []},
}  # fmt: skip
SIMULATION = {
    "replayed": 10, "unreadable": 0, "since": None, "flipped": 3, "flips": [FLIP], "samples": [],
    "by_action": [{"name": "shop:book.burn", "to_yes": 0, "to_no": 3}], "by_role": [],
}  # fmt: skip
MADE = {
    "id": "p1", "state": "open", "after": 0, "restores": None, "flipped": 3, "why": "x", "author": "person:1",
    "at": "now", "applied_as": None, "diff": "+forbid", "simulation": SIMULATION,
}  # fmt: skip


class Server:
    """Answers as the API does."""

    def __init__(self, **answers: Any):
        self.answers, self.asked = answers, []

    def post(self, path: str, body: Any = None) -> Any:
        self.asked.append((path, body))
        answer = self.answers[path.rpartition("/")[2]]
        if isinstance(answer, Exception):
            raise answer
        return answer


def run(server: Server, *words: str) -> Any:
    root = typer.Typer()
    root.add_typer(app, name="policy")
    session = Session(lambda: server, lambda: ())  # type: ignore[arg-type,return-value]
    return CliRunner().invoke(root, ["policy", *words], obj=session)


def test_faults_name_the_file_that_was_given(tmp_path):
    file = tmp_path / "mine.cedar"
    file.write_text("permit")
    wrong = Invalid("tenant.cedar:1: wrong", reasons=[Reason("policy_invalid", "wrong", "tenant.cedar:1")])
    told = run(Server(proposals=wrong), "propose", str(file), "--why", "x").exception
    assert isinstance(told, Invalid)
    assert told.detail == f"{file}:1: wrong"
    assert [reason.where for reason in told.reasons] == [f"{file}:1"]


def test_a_proposal_is_told_with_its_flips_and_the_next_step(tmp_path):
    file = tmp_path / "mine.cedar"
    file.write_text("forbid")
    server = Server(proposals=MADE)
    told = run(server, "propose", str(file), "--why", "Audit").output
    assert server.asked == [("/policies/proposals", {"text": "forbid", "why": "Audit"})]
    assert "3 of 10 recorded decisions would be another." in told
    assert "now:   yes: Operators may. [shop.may]" in told
    assert "then:  no: Frozen. [tenant.frozen]" in told
    assert "and 2 more" in told
    assert "companyos policy apply p1" in told


def test_a_simulation_takes_a_file_or_a_proposal_and_samples(tmp_path):
    samples = tmp_path / "samples.json"
    samples.write_text('[{"action": "shop:book.burn"}]')
    server = Server(simulations=SIMULATION)
    assert run(server, "simulate", "p1", "--last", "5", "--samples", str(samples)).exit_code == 0
    body = {"proposal": "p1", "last": 5, "samples": [{"action": "shop:book.burn"}]}
    assert server.asked == [("/policies/simulations", body)]


@pytest.mark.parametrize("ask", [True, False])
def test_applying_shows_the_preview_first_and_confirms_its_hash(ask: bool):
    preview = {"preview": {"title": "Apply version 1", "effects": ["It adds one."], "hash": "h"}}
    asked = {"id": "e1", "state": "requested", "title": "Apply"}
    server = Server(preflights=preview, elevations=asked, apply={"number": 1})
    result = run(server, "apply", "p1", "--reason", "Now", *(["--ask", "30"] if ask else []))
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Apply version 1\n  It adds one.\n")
    path, body = server.asked[-1]
    assert path == ("/elevations" if ask else "/policies/proposals/p1/apply")
    assert body["plan_hash"] == "h"


def test_rolling_back_proposes_the_earlier_version():
    server = Server(proposals=MADE)
    assert run(server, "rollback", "2", "--why", "Worse").exit_code == 0
    assert server.asked == [("/policies/proposals", {"version": 2, "why": "Worse"})]
