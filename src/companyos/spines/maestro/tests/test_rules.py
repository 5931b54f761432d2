"""Plans that cannot be: each fault has its line and a suggestion, and all are told at once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from companyos.kernel.problems import Invalid
from companyos.kernel.steps import Inputs, SecretRef, StepType
from companyos.spines.maestro.rules import conditions
from companyos.spines.maestro.rules.document import PlanRefused, next_time, read_plan
from companyos.spines.maestro.rules.parameters import given
from companyos.spines.maestro.rules.plan import Arm, Plan, Retry, Schedule
from companyos.spines.maestro.rules.reading import duration
from companyos.spines.maestro.rules.secrets import looks_secret
from companyos.spines.maestro.rules.values import fill


class Tell(Inputs, frozen=True):
    to: str
    times: int = 1
    key: SecretRef = SecretRef("none")


TYPES = {"a.tell": StepType("a.tell", "Tell", Tell, gives=("id",))}
GOOD = """
plan: tell
title: Tell somebody
parameters:
  who: {type: string, pattern: "[a-z]+"}
  urgent: {type: boolean, default: false}
steps:
  - name: first
    do: a.tell
    with: {to: "${parameters.who}", key: secret:hook}
    retries: {attempts: 3, wait: 2s}
  - name: which
    do: branch
    if: parameters.urgent
    then:
      - {name: again, do: a.tell, with: {to: "${steps.first.id}"}}
"""


def read(text: str) -> Plan:
    return read_plan(text, TYPES)


def test_a_plan_is_read_with_its_branches_flattened() -> None:
    plan = read(GOOD)
    assert [s.name for s in plan.steps] == ["first", "which", "again"]
    assert plan.step("again").arm == Arm("which", True)
    assert plan.step("first").retry == Retry(attempts=3, wait=2.0)


@pytest.mark.parametrize(
    ("was", "now", "line", "said", "fix"),
    [
        ("title:", "titel:", 3, "knows no 'titel'", "Did you mean 'title'?"),
        ("a.tell\n    with", "a.tel\n    with", 8, "no step type 'a.tel'", "Did you mean 'a.tell'?"),
        ("{to: \"${parameters.who}\"", "{too: \"${parameters.who}\"", 10, "takes no 'too'", "Did you mean 'to'?"),
        ("parameters.who}", "parameters.whom}", 10, "no parameter 'whom'", "Did you mean 'who'?"),
        ("steps.first.id", "steps.fist.id", 16, "No step 'fist' comes before", "Did you mean 'first'?"),
        ("steps.first.id", "steps.first.di", 16, "gives no 'di'", "These are known: id."),
        ("secret:hook", "hunter2", 10, "never its value", "Write key: secret:its-name."),
        ("attempts: 3", "attempts: many", 11, "whole number from 1 to 100", "Write attempts: 1."),
        ("wait: 2s", "wait: soon", 11, "a time with its unit", "Write wait: 30s, or m, h, d."),
        ("if: parameters.urgent", "if: parameters.urgent &&", 12, "cannot be read", "CEL"),
        ("if: parameters.urgent", "if: params.urgent", 12, "no 'params' to speak of", "CEL"),
        ("name: again", "name: first", 16, "'first' is taken", "the first is on line 8"),
        ("default: false", "default: maybe", 6, "is no boolean", "agree"),
        ("plan: tell", "plan: Tell!", 2, "is no name", "small letters"),
    ],
)  # fmt: skip
def test_each_fault_has_its_line_and_a_suggestion(was: str, now: str, line: int, said: str, fix: str) -> None:
    assert was in GOOD
    with pytest.raises(PlanRefused) as refused:
        read(GOOD.replace(was, now))
    reason = next(r for r in refused.value.reasons if said in r.sentence)
    assert reason.where == f"plan.yaml:{line}"
    assert reason.remedy and fix in reason.remedy.sentence


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(PlanRefused) as refused:
        read(GOOD.replace("title:", "titel:").replace("wait: 2s", "wait: soon"))
    assert len(refused.value.reasons) == 2


@pytest.mark.parametrize(
    "text", ["", "- a", "plan: a\n---\nplan: b", "plan: [", "plan: a\nplan: b", "a: &x 1\nb: *x"]
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(PlanRefused):
        read(text)


@pytest.mark.parametrize(
    ("key", "value", "secret"),
    [
        ("password", "hunter2", True),
        ("api_key", "abc", True),
        ("text", "whsec_" + "A" * 32, True),
        ("text", "-----BEGIN PRIVATE KEY-----", True),
        ("url", "https://me:pass@host/", True),
        ("text", "Zt9xQ2mLw8Rk4Vb7Ny1Hc6Jd3Gf5Ps0A", True),
        ("password", "secret:door", False),
        ("password", "${parameters.door}", False),
        ("text", "Everything is fine again; thank you all.", False),
        ("commit", "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", False),
        ("id", "018f4e2a-7c3d-7b1e-9a55-0f2c4d6e8a10", False),
    ],
)
def test_a_literal_that_looks_to_be_a_secret(key: str, value: str, secret: bool) -> None:
    assert looks_secret(key, value) is secret


@pytest.mark.parametrize(
    ("values", "at"),
    [({}, "who"), ({"who": 1}, "who"), ({"who": "A1"}, "who"), ({"who": "a", "x": 1}, "x"),
     ({"who": "a", "urgent": "yes"}, "urgent"), ({"who": "a", "urgent": 1}, "urgent")],
)  # fmt: skip
def test_parameters_that_do_not_fit(values: dict[str, Any], at: str) -> None:
    with pytest.raises(Invalid) as refused:
        given(read(GOOD).parameters, values)
    assert [r.where for r in refused.value.reasons] == [f"/parameters/{at}"]


def test_a_parameter_cannot_smuggle_a_placeholder_in() -> None:
    plan = read(GOOD.replace(', pattern: "[a-z]+"', ""))
    with pytest.raises(Invalid):
        given(plan.parameters, {"who": "${steps.first.id}"})


def test_placeholders_keep_types_and_what_is_not_known_yet_stays() -> None:
    facts = {"parameters": {"n": 3, "who": "sami"}}
    said = {"n": "${parameters.n}", "t": "Hi ${parameters.who}", "later": "${steps.a.id}"}
    assert fill(said, facts) == {"n": 3, "t": "Hi sami", "later": "${steps.a.id}"}


def test_a_condition_that_cannot_be_answered_is_not_true() -> None:
    assert conditions.holds("parameters.n > 2 && run.environment == 'prod'",
                            {"parameters": {"n": 3}, "run": {"environment": "prod"}})  # fmt: skip
    with pytest.raises(conditions.NotYetKnown):
        conditions.holds("steps.a.taken", {"steps": {}})
    with pytest.raises(conditions.BadCondition):
        conditions.holds("parameters.n", {"parameters": {"n": 3}})


def test_schedules_follow_their_zone_through_the_change_of_clocks() -> None:
    nightly = Schedule("30 2 * * *", "Europe/Berlin")
    winter = next_time(nightly, datetime(2026, 1, 10, 12, tzinfo=UTC))
    summer = next_time(nightly, datetime(2026, 7, 10, 12, tzinfo=UTC))
    assert (winter.hour, summer.hour) == (1, 0)


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30.0), ("2h", 7200.0), ("0s", None), ("soon", None)])
def test_times(text: str, seconds: float | None) -> None:
    assert duration(text) == seconds


def test_retries_wait_longer_each_time_and_never_for_ever() -> None:
    retry = Retry(attempts=9, wait=1.0, factor=2.0, longest=5.0)
    assert [retry.pause(n) for n in (1, 2, 3, 4, 1000)] == [1.0, 2.0, 4.0, 5.0, 5.0]
