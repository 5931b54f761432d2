"""Decisions of one batch are those that are made one by one, also where a single answer serves many."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companyos.kernel.decision import Decision
from companyos.kernel.elevation import Elevation
from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.work import Actor
from companyos.spines.policy import alike
from companyos.spines.policy.gate import PolicyGate

from .shelves import PEOPLE, books, house, random_policies
from .test_filters import permit, run
from .world import NOW, gate, person, policies, work

READ, PLAN = "shop:book.read", "shop:book.burn_after"
SHELF = [book.resource for book in books(seed=5, many=24)]
ODD = [
    Resource(EntityRef("shop.book", "s1"), SHELF[0].attrs, (EntityRef("shop.book", "s1"),)),
    Resource(EntityRef("shop.book", PEOPLE[0]), {**SHELF[1].attrs, "owner": EntityRef("identity.person", PEOPLE[0])}),
    *(Resource(EntityRef("shop.book", f"odd{n}"), {**SHELF[2].attrs, **attrs}) for n, attrs in enumerate([
        {"pages": 2**70}, {"pages": "many"}, {"title": 7}, {"title": "\ud800"}, {"tags": [1]}, {"tags": ["a", "a"]},
        {"sealed": 1}, {"nothing": True}, {"owner": EntityRef("shop.book", "b1")}, {"tags": 1.5},
    ])),
]  # fmt: skip
"""Names that mean something elsewhere, and what the schema does not allow."""

HELD = Elevation(
    UUID(int=9), "act", "person:ada", "to look", ("person:bob",), NOW, NOW, NOW + timedelta(hours=1),
    action=READ, resource=str(SHELF[3].ref),
)  # fmt: skip
ACTORS: list[Callable[[], Actor]] = [
    lambda: person("support", id_=PEOPLE[0]),
    lambda: person("sre", id_=PEOPLE[1], mfa=5),
    lambda: replace(person(id_=PEOPLE[2], mfa=5000), elevations=(HELD,)),
    lambda: Actor("service", PEOPLE[0], "robot", frozenset({"sre"})),
]


def whole(decision: Decision) -> tuple[Any, ...]:
    return decision, decision.inputs


def asked(resources: list[Resource]) -> list[tuple[str, Resource]]:
    verbs = (READ, PLAN, "shop:book.burn", "no:such.action")
    return [(verb, resource) for resource in resources for verb in verbs]


def both(by: PolicyGate, actor: Actor, resources: list[Resource]) -> tuple[list[Any], list[Any]]:
    """The answers together, and one by one."""
    together = run(by.decide_all(work(actor), asked(resources)))
    alone = [run(by.decide(work(actor), action, on)) for action, on in asked(resources)]
    return [whole(d) for d in together], [whole(d) for d in alone]


@settings(max_examples=60, deadline=timedelta(seconds=5))
@given(text=random_policies(), actor=st.sampled_from(ACTORS), order=st.permutations(SHELF + ODD))
def test_answers_together_are_those_one_by_one(text: str, actor: Callable[[], Actor], order: list[Resource]):
    together, alone = both(gate(house(text)), actor(), order)
    assert together == alone


@pytest.mark.parametrize(
    "when",
    [
        'resource == CompanyOS::Book::"b3"',
        'resource in CompanyOS::Shelf::"s1"',
        'resource is CompanyOS::Book in CompanyOS::Shelf::"s1"',
        "resource has title && resource.tags.contains(resource.title)",
        "(if context.granted then resource else resource).pages > 300",
        "resource has owner && resource.owner == principal",
        'CompanyOS::Book::"b3".sealed',
        "[resource].contains(resource) && resource.sealed",
    ],
)
def test_whatever_tells_two_things_apart_keeps_their_answers_apart(when: str):
    """Of an action that filters no rows, policies may say anything."""
    text = permit("true") + permit(when).replace("shop.read", "shop.plan").replace(READ, PLAN)
    together, alone = both(gate(house(text)), person(id_=PEOPLE[0]), SHELF + ODD)
    assert together == alone
    told = [decision for decision, _ in together if decision.action == PLAN]
    assert 0 < sum(decision.allowed for decision in told) < len(told)


def test_things_that_policies_cannot_tell_apart_are_decided_once(monkeypatch: pytest.MonkeyPatch):
    made: list[str] = []
    real = alike.answer

    def counted(inputs: Any, of: Any) -> Decision:
        made.append(inputs["resource"])
        return real(inputs, of)

    monkeypatch.setattr(alike, "answer", counted)
    things = [replace(book.resource, parents=()) for book in books(seed=1, many=100)]
    full = [
        replace(t, attrs={**t.attrs, "owner": None, "title": f"{n}", "tags": ["x"]})
        for n, t in enumerate(things)
    ]
    decisions = run(gate(policies()).decide_all(work(person("support")), [(READ, on) for on in full]))
    assert [d.resource for d in decisions] == [str(t.ref) for t in full]
    assert len(made) < 20
