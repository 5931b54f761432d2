"""The policies of the whole house: they load, they say what the matrix says, and nothing crosses tenants."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companyos.app.compose import parts
from companyos.spines.policy.answer import answer
from companyos.spines.policy.loading import load
from companyos.spines.policy.matrix import cell
from companyos.spines.policy.policy_set import PolicySet
from companyos.spines.policy.roles import ROLES
from companyos.spines.policy.testing import Attribute, attributes, entity_value, inputs, resource_types

HOME, ELSEWHERE = "home", "elsewhere"
IDS = st.sampled_from(["ada", "bob", "one", "two"])
NAMES = [role.name for role in ROLES]


@pytest.fixture(scope="module")
def policies() -> PolicySet:
    return load(parts())


def value(attribute: Attribute) -> st.SearchStrategy[Any]:
    if attribute.kind.startswith("Set<"):
        return st.lists(value(Attribute(attribute.kind[4:-1], True)), max_size=2)
    plain = {
        "String": st.sampled_from(["", "active", "open", "prod", "high", "person"]),
        "Long": st.integers(-10, 10_000),
        "Bool": st.booleans(),
    }
    if attribute.kind in plain:
        return plain[attribute.kind]
    return IDS.map(lambda id_: entity_value(attribute.kind, id_))


def resource(policies: PolicySet, kind: str, tenant: str, draw: st.DrawFn) -> dict[str, Any]:
    """Any entity of a type that the schema lets exist, in a tenant."""
    shape = attributes(policies)[kind]
    kept = {name: a for name, a in shape.items() if a.required or draw(st.booleans())}
    drawn = {name: draw(value(a)) for name, a in kept.items()}
    return {**drawn, "tenant": entity_value("Tenant", tenant)}


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_permit_crosses_tenants(policies: PolicySet, data: st.DataObject) -> None:
    action = data.draw(st.sampled_from(sorted(policies.actions)))
    kind = data.draw(st.sampled_from(resource_types(policies)[action]))
    foreign = data.draw(st.composite(lambda draw: resource(policies, kind, ELSEWHERE, draw))())
    asked = inputs(
        action,
        principal=(data.draw(st.sampled_from(["Person", "ServiceAccount", "System"])), data.draw(IDS)),
        roles=tuple(data.draw(st.sets(st.sampled_from(NAMES)))),
        home=HOME,
        on=(kind, ELSEWHERE if kind == "Tenant" else data.draw(IDS)),
        attrs=foreign,
        mfa_age=data.draw(st.none() | st.integers(0, 1000)),
    )
    decision = answer(asked, policies)
    assert not decision.allowed
    assert decision.changes == (), "and no change is offered that would let it cross"


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_every_decision_is_what_the_matrix_says(policies: PolicySet, data: st.DataObject) -> None:
    role = data.draw(st.sampled_from(ROLES))
    action = data.draw(st.sampled_from(sorted(policies.actions)))
    kind = data.draw(st.sampled_from(resource_types(policies)[action]))
    ours = data.draw(st.composite(lambda draw: resource(policies, kind, HOME, draw))())
    asked = inputs(
        action,
        principal=("Person", "ada"),
        roles=(role.name,),
        home=HOME,
        on=(kind, HOME if kind == "Tenant" else data.draw(st.sampled_from(["one", "two"]))),
        attrs=ours,
        mfa_age=0,
    )
    decision = answer(asked, policies)
    assert not any(r.code == "policy_error" for r in decision.reasons)
    said = cell(policies, role, action)
    if said.answer == "no":
        assert not decision.allowed
    elif said.answer == "yes" and not said.unless:
        assert decision.allowed
    elif not decision.allowed:
        named = {p.id for p in (*said.when, *said.unless)}
        assert named, "a refusal beyond the matrix must be one of its conditions"
        assert set(decision.policies) <= named


@pytest.mark.parametrize("role", ["finance_ops", "support"])
def test_the_read_only_personas_change_nothing(policies: PolicySet, role: str) -> None:
    found = next(r for r in ROLES if r.name == role)
    may = [a for a in policies.actions.values() if cell(policies, found, a.name).answer != "no"]
    changing = [a.name for a in may if a.risk == "high"]
    assert not changing
