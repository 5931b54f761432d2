"""The pure decisions of signing in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companyos.kernel.work import MFA, PASSWORD
from companyos.spines.identity.handles import Handle
from companyos.spines.identity.rules import (
    Asked,
    Proof,
    choose_context,
    next_step,
    redirect_allowed,
    wait_after,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


PLAIN, FACTOR, STALE = Proof(ago(60), None), Proof(ago(900), ago(60)), Proof(ago(900), ago(600))


@pytest.mark.parametrize(
    ("proof", "mfa", "max_age", "anew", "factors", "always", "step"),
    [
        (None, False, None, False, True, False, "password"),
        (None, True, 300, False, True, False, "password"),
        (PLAIN, False, None, False, True, False, "issue"),
        (PLAIN, False, 30, False, True, False, "password"),
        (PLAIN, False, None, True, True, False, "password"),
        (PLAIN, True, None, False, True, False, "second_factor"),
        (PLAIN, True, None, False, False, False, "enrol"),
        (PLAIN, False, None, False, True, True, "second_factor"),
        (PLAIN, False, None, False, False, True, "issue"),
        (FACTOR, True, 300, False, True, False, "issue"),
        (FACTOR, True, 30, False, True, False, "second_factor"),
        (STALE, True, 300, False, True, False, "second_factor"),
        (STALE, True, None, False, True, False, "issue"),
        (STALE, False, 300, False, True, False, "password"),
        (FACTOR, True, 300, True, True, False, "password"),
    ],
)
def test_what_is_missing_and_nothing_more_is_asked_for(
    proof: Proof | None,
    mfa: bool,
    max_age: int | None,
    anew: bool,
    factors: bool,
    always: bool,
    step: str,
) -> None:
    asked = Asked(mfa, max_age, anew, NOW)
    assert next_step(proof, asked, factors=factors, always=always, now=NOW) == step


@given(st.integers(0, 1000), st.booleans(), st.booleans(), st.integers(0, 600))
def test_who_does_what_is_asked_for_gets_through(max_age: int, mfa: bool, anew: bool, later: int) -> None:
    """A sign-in always ends: what was proven since it began is never too old for it."""
    begun, now = NOW, NOW + timedelta(seconds=later)
    asked = Asked(mfa, max_age, anew, begun)
    assert next_step(Proof(now, now), asked, factors=True, always=True, now=now) == "issue"


def test_a_second_factor_names_its_class_and_time() -> None:
    assert (PLAIN.acr, PLAIN.auth_time) == (PASSWORD, ago(60))
    assert (FACTOR.acr, FACTOR.auth_time) == (MFA, ago(60))


@given(st.text(max_size=60))
def test_only_registered_addresses_pass(tail: str) -> None:
    registered = {"https://app.example/back", "http://127.0.0.1/back"}
    if tail:
        assert not redirect_allowed("https://app.example/back" + tail, registered)
    assert redirect_allowed("https://app.example/back", registered)
    if not tail.isascii() or not tail.isdigit() or int(tail) > 65_535:
        assert not redirect_allowed(f"http://127.0.0.1:{tail}/back", registered)


def test_waits_double_up_to_the_longest() -> None:
    waits = [wait_after(n, 5, 900) for n in range(1, 20)]
    assert waits[:4] == [0] * 4 and waits[4:8] == [1, 2, 4, 8] and waits[-1] == 900


@given(st.text(max_size=80))
def test_no_text_breaks_a_handle(text: str) -> None:
    handle = Handle.parse(text)
    assert handle is None or str(handle) == text.lower() or handle.secret == text.partition(".")[2]
    fresh = Handle.new(uuid4())
    assert Handle.parse(str(fresh)) == fresh and Handle.parse_ingest_key(fresh.as_ingest_key) == fresh


@dataclass(frozen=True)
class Member:
    tenant: UUID
    slug: str
    environments: tuple[str, ...]


def test_a_context_is_the_one_asked_for_or_the_last_or_the_first_and_never_a_foreign_one() -> None:
    one, two = Member(uuid4(), "one", ("prod", "stage")), Member(uuid4(), "two", ("prod",))
    both = [one, two]
    assert choose_context(both, tenant=None, environment=None) == (one, "prod")
    assert choose_context(both, tenant="two", environment=None) == (two, "prod")
    assert choose_context(both, tenant=str(two.tenant), environment="prod") == (two, "prod")
    last = (one.tenant, "stage")
    assert choose_context(both, tenant=None, environment=None, last=last) == (one, "stage")
    assert choose_context(both, tenant="two", environment=None, last=last) == (two, "prod")
    assert choose_context(both, tenant="two", environment="stage") is None
    assert choose_context(both, tenant="three", environment=None) is None
    assert choose_context([], tenant=None, environment=None) is None
