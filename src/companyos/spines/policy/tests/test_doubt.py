"""Doubt is a no: planted errors in policies that the validator would normally have kept out."""

import json
from dataclasses import replace

import cedarpy
import pytest

from companyos.spines.policy import evaluate as evaluation
from companyos.spines.policy.policy_set import PolicySet

from .world import book, decide, gate, person, policies


def planted(text: str) -> PolicySet:
    """The policy set with one more policy that was never validated."""
    whole = policies()
    (est,) = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"].values()
    first = next(iter(whole.policies.values()))
    extra = replace(first, id="shop.planted", effect=est["effect"], actions=None, est=est, remedy="none")
    return PolicySet({**whole.policies, extra.id: extra}, whole.schema, whole.actions, whole.parts)


ERRORS = ["resource.owner == principal", "resource.nothing == 1", 'resource.pages.contains("x")']


@pytest.mark.parametrize("condition", ERRORS)
async def test_a_forbid_that_errs_denies_although_cedar_would_skip_it(condition):
    text = f"forbid (principal, action, resource) when {{ {condition} }};"
    by = gate(planted(text))
    assert (await decide(person("sre", mfa=1), "shop:book.burn")).allowed, "without the planted forbid"
    decision = await decide(person("sre", mfa=1), "shop:book.burn", by=by)
    assert not decision.allowed
    assert decision.reasons[0].code == "policy_error"
    assert decision.changes == ()


@pytest.mark.parametrize("condition", ERRORS)
async def test_a_permit_that_errs_denies_even_beside_one_that_permits(condition):
    by = gate(planted(f"permit (principal, action, resource) when {{ {condition} }};"))
    assert not (await decide(person("sre", mfa=1), "shop:book.burn", by=by)).allowed


async def test_no_decision_is_a_no(monkeypatch):
    class Silent:
        decision, allowed = cedarpy.Decision.NoDecision, False
        diagnostics = cedarpy.Diagnostics({"errors": [], "reason": []})

    monkeypatch.setattr(evaluation.cedarpy, "is_authorized", lambda *_: Silent())
    decision = await decide(person("sre", mfa=1), "shop:book.read", book())
    assert not decision.allowed
    assert decision.reasons[0].code == "policy_error"
