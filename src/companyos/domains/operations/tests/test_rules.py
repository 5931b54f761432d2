"""The pure decisions of operations."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companyos.domains.operations.public.ports import Signals
from companyos.domains.operations.public.types import Deployment, IncidentStatus, Status, Verb
from companyos.domains.operations.rules import deployments, incidents, webhooks
from companyos.domains.operations.rules.catalog import read_catalog
from companyos.domains.operations.rules.health import budget_health, budget_left, health, rank
from companyos.domains.operations.rules.paths import prefixes, touched

share = st.floats(0, 1)
objective = st.floats(0.5, 1)
signals = st.builds(Signals, share, st.floats(0, 1e4), share, st.floats(0, 1e5))


@given(objective, st.none() | signals)
def test_health_is_unknown_exactly_when_nothing_is_known(target: float, heard: Signals | None) -> None:
    assert (health(target, None, heard) == "unknown") == (heard is None)
    assert health(target, None, Signals(None, 1, 0, 1)) == "unknown"


@pytest.mark.parametrize(
    ("left", "expected"),
    [(None, "unknown"), (1.0, "ok"), (0.25, "ok"), (0.2499, "warn"), (0.0, "bad"), (-3.0, "bad")],
)
def test_the_budget_has_one_measure(left: float | None, expected: str) -> None:
    assert budget_health(left) == expected


@given(objective, signals, share)
def test_health_never_gets_better_when_fewer_requests_succeed(
    target: float, heard: Signals, less: float
) -> None:
    worse = replace(heard, availability=(heard.availability or 0) * less)
    assert rank(health(target, 100, worse)) <= rank(health(target, 100, heard))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Signals(0.9999, 10, 0.0, 50), "ok"),
        (Signals(0.9999, 10, 0.0, 500), "warn"),
        (Signals(0.9992, 10, 0.0, 50), "warn"),
        (Signals(0.9990, 10, 0.0, 50), "bad"),
        (Signals(0.9999, 10, 0.02, 50), "bad"),
    ],
)
def test_health_of_a_service_that_promises_three_nines_in_200_ms(said: Signals, expected: str) -> None:
    assert health(0.999, 200, said) == expected


@given(objective)
def test_a_budget_is_whole_without_failures_and_gone_at_the_objective(target: float) -> None:
    assert budget_left(target, 1.0) == 1.0
    if target < 1:
        assert budget_left(target, target) == pytest.approx(0.0, abs=1e-6)
    assert budget_left(target, None) is None


@given(st.lists(st.sampled_from(get_args(Status)), max_size=12))
def test_the_life_of_a_deployment_always_ends(steps: list[Status]) -> None:
    now: Status = "queued"
    seen = [now]
    for then in steps:
        if deployments.may_follow(now, then):
            now = then
            seen.append(now)
    assert seen.count("rolled_back") <= 1
    assert seen.count("queued") == 1
    if "rolled_back" in seen:
        assert seen[-1] == "rolled_back"


@given(st.lists(st.sampled_from(get_args(IncidentStatus)), max_size=12))
def test_an_incident_only_goes_forward(steps: list[IncidentStatus]) -> None:
    order = get_args(IncidentStatus)
    now: IncidentStatus = "open"
    for then in steps:
        allowed = incidents.refusal(now, then) is None
        assert allowed == (order.index(then) > order.index(now))
        if allowed:
            now = then


AT = datetime(2026, 11, 1, tzinfo=UTC)


def _deployment(status: Status = "succeeded", version: str = "2", n: int = 2) -> Deployment:
    return Deployment(UUID(int=n), "api", version, "prod", status, AT)


@given(st.sampled_from(get_args(Verb)), st.sampled_from(get_args(Status)))
def test_no_verb_touches_what_was_rolled_back_or_is_not_the_newest(verb: Verb, status: Status) -> None:
    one, earlier = _deployment(status), _deployment(version="1", n=1)
    assert deployments.refusal(verb, replace(one, status="rolled_back"), one, earlier)
    assert deployments.refusal(verb, one, _deployment(version="3", n=3), earlier)


def test_every_part_of_a_plan_is_in_its_hash() -> None:
    on, target = _deployment(), _deployment(version="1", n=1)
    plan = deployments.plan("roll_back", on, target, ["operations.service:shop"])
    others = [
        deployments.plan("redeploy", on, target, ["operations.service:shop"]),
        deployments.plan("roll_back", on, replace(target, version="0"), ["operations.service:shop"]),
        deployments.plan("roll_back", on, replace(target, commit="abc"), ["operations.service:shop"]),
        deployments.plan("roll_back", on, target, []),
    ]
    assert len({plan.hash, *(o.hash for o in others)}) == 5
    assert plan == deployments.plan("roll_back", on, target, ["operations.service:shop"])


KEY = b"k" * 32


def test_the_example_of_standard_webhooks() -> None:
    """From the specification's reference implementation: secret, id, timestamp, payload and signature."""
    key = webhooks.read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = webhooks.sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(max_size=200), st.integers(0, 2**31), st.integers(-600, 600))
def test_what_was_signed_is_believed_within_the_window_only(body: bytes, at: int, off: int) -> None:
    no = webhooks.refusal(
        KEY,
        id="m",
        timestamp=str(at),
        signature="v1,bm8= " + webhooks.sign(KEY, "m", at, body),
        body=body,
        now=at + off,
        window=300,
    )
    assert (no is None) == (abs(off) <= 300)


@given(st.binary(max_size=50), st.binary(max_size=50), st.text(max_size=30))
def test_a_changed_body_or_signature_is_not_believed(body: bytes, other: bytes, signature: str) -> None:
    good = webhooks.sign(KEY, "m", 1, body)
    given = {"id": "m", "timestamp": "1", "now": 1.0, "window": 300}
    if other != body:
        assert webhooks.refusal(KEY, signature=good, body=other, **given)
    if good not in signature.split(" "):
        assert webhooks.refusal(KEY, signature=signature, body=body, **given)


@given(st.text(max_size=300))
def test_no_text_makes_the_catalogue_reader_fall_over(text: str) -> None:
    read = read_catalog(text)
    assert read.reasons or read.entries or read.left_out


@given(st.text(st.sampled_from("ab:-[]{}&*|>'\"#\n \t%@!?,"), max_size=80))
def test_no_yaml_makes_the_catalogue_reader_fall_over(text: str) -> None:
    assert read_catalog(text).reasons


def test_a_small_file_that_means_a_huge_one_is_refused() -> None:
    bomb = "a: &a [x,x]\n" + "\n".join(f"b{i}: &b{i} [*a,*a]" for i in range(9))
    assert "anchor" in read_catalog(bomb).reasons[0].sentence
    assert read_catalog("[" * 5000).reasons


def test_a_change_belongs_to_the_services_whose_paths_it_touches() -> None:
    by_service = {
        "api": prefixes({"companyos.dev/paths": "src/api, src/shared/"}),
        "web": ("web",),
        "none": (),
    }
    found = touched(["src/api/a.py", "src/apish.py", "src/shared/b.py", "web", "README.md"], by_service)
    assert found == {"api": ["src/api/a.py", "src/shared/b.py"], "web": ["web"]}
