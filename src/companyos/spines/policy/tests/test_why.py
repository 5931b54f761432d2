"""What flips a no: named changes flip it, nothing smaller among what could be tried does, and it is told to people."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.work import Actor
from companyos.spines.policy.evaluate import evaluate
from companyos.spines.policy.policy_set import PolicySet
from companyos.spines.policy.why.candidates import candidates
from companyos.spines.policy.why.search import applied, smallest
from companyos.spines.policy.why.telling import Ways, ways
from companyos.testing.world import World

from .shelves import PEOPLE, books, house, random_policies
from .test_filters import permit, run
from .world import NOW, book, gate, person, policies, work

READ = "shop:book.read"
BOOKS = books(seed=5, many=12)


def told(actor: Actor, action: str, on: Resource, of: PolicySet | None = None, most: int = 1000) -> Ways:
    decision = run(gate(of).decide(work(actor), action, on))
    assert not decision.allowed
    return ways(decision.inputs, of or policies(), most=most)


def sentences(found: Ways) -> list[list[str]]:
    return [[change.sentence for change in way] for way in found.ways]


@settings(max_examples=60, deadline=timedelta(seconds=10))
@given(
    text=random_policies(),
    one=st.sampled_from(BOOKS),
    actor=st.sampled_from([person("support", id_=PEOPLE[0], mfa=200), person(id_=PEOPLE[1])]),
)
def test_the_named_changes_flip_and_no_smaller_set_of_candidates_does(text: str, one: Any, actor: Actor):
    of = house(text)
    decision = run(gate(of).decide(work(actor), READ, one.resource))
    about = {policy.id: policy for policy in of.about(READ)}
    inputs, slice_ = decision.inputs, of.slice(READ)
    if decision.allowed:
        return
    tried = candidates(inputs, about.values(), of.schema.shapes["Book"])

    def flips(some: Any) -> bool:
        return evaluate(applied(inputs, frozenset(some)), slice_, slice_.policies).allowed

    found = smallest(inputs, slice_, about, tried, most=3_000)
    for way in found.ways:
        assert flips(way)
    size = len(found.ways[0]) if found.ways else 3
    for many in range(min(size, 3)):
        for some in combinations(tried, many):
            if len({candidate.slot for candidate in some}) == many:
                assert not flips(some), [c.name for c in some]
    if found.complete and found.ways and size < 3:
        all_of_that_size = {
            frozenset(some)
            for some in combinations(tried, size)
            if len({c.slot for c in some}) == size and flips(some)
        }
        assert {frozenset(way) for way in found.ways} <= all_of_that_size


def test_an_elevation_and_a_role_are_two_ways_with_who_gives_them():
    found = told(person("support", mfa=10), "shop:book.burn", book())
    assert sentences(found) == [
        ["An elevation for exactly this act."],
        ["The role SRE (Platform engineer would do too)."],
        ['Its owner is "ada" (it has none).'],
    ]
    assert {c.granted_by for way in found.ways[:2] for c in way} == {"Tenant admin or Platform engineer"}
    assert {c.remedy.kind for way in found.ways[:2] for c in way} == {"request_access"}


def test_a_missing_second_factor_is_named_in_every_way():
    found = told(person("support"), "shop:book.burn", book())
    assert [[c.kind for c in way] for way in found.ways] == [
        ["authentication", other] for other in ("elevation", "grant", "attribute")
    ]
    assert sentences(told(person("sre"), "shop:book.burn", book())) == [["Confirm with a second factor."]]


def test_an_attribute_that_stands_in_the_way_is_named_with_what_it_is():
    found = told(person("sre", mfa=1), "shop:book.burn", book(sealed=True))
    assert sentences(found) == [["Its sealed is no (it is yes)."]]


def test_nobody_may_change_what_belongs_to_whom():
    foreign = book(tenant=EntityRef("identity.tenant", "another"))
    assert told(person("platform_engineer", mfa=1), "shop:book.burn", foreign) == Ways((), True)


@pytest.mark.parametrize(
    ("when", "way"),
    [
        ('context.environment == "stage"', ["The environment stage."]),
        ('context.environment != "production"', ["Another environment than production."]),
        (f"context.now >= {int(NOW.timestamp()) + 3600}", ["From 2026-11-22 13:00:00 UTC on."]),
        ("resource.pages > 300", ["Its pages is 301 (it is 1)."]),
        ('resource.tags.contains("old")', ['Its tags is "new", "old" (it is "new").']),
        ('resource has title && resource.title == "Emma"', ['Its title is "Emma" (it has none).']),
        ("resource has owner && resource.owner == principal", ['Its owner is "ada" (it has none).']),
    ],
)
def test_time_environment_and_attributes_come_from_what_policies_compare(when: str, way: list[str]):
    of = house(permit(when))
    found = told(Actor("service", "ada", "robot") if "owner" not in when else person(), READ, book(), of)
    assert way in sentences(found)
    assert found.complete


def test_waiting_makes_the_second_factor_older():
    late = permit(
        f"context.now >= {int(NOW.timestamp()) + 3600} && context has mfa_age && context.mfa_age < 300"
    )
    found = told(person(mfa=10), READ, book(), house(late))
    assert ["An elevation for exactly this act."] in sentences(found)
    robot = Actor("service", "ci", "robot")
    assert told(robot, READ, book(), house(late)).ways == (), "a program has no second factor"


def test_a_search_that_is_cut_short_says_so():
    found = told(person("support"), "shop:book.burn", book(), most=2)
    assert found == Ways((), False)


async def test_why_is_asked_over_http_and_hides_what_is_hidden(world: World):
    support = await world.person("support")
    check = {"action": "operations:service.register"}
    answer = (await support.post("/decisions/why", check)).json()
    assert answer["decision"]["allowed"] is False
    assert answer["complete"] is True
    assert "grant" in [change["kind"] for way in answer["ways"] for change in way["changes"]]
    assert answer["ways"][0]["changes"][0]["remedy"]["kind"] == "request_access"
    other = await world.person("sre", tenant="other")
    theirs = {"action": "identity:person.read", "type": "identity.person", "id": str(other.id)}
    absent = {**theirs, "id": "018f0000-0000-7000-8000-000000000000"}
    answers = [(await support.post("/decisions/why", one)).json() for one in (theirs, absent)]
    assert answers[0] == answers[1]
    assert answers[0]["ways"] == []
    nameless = await support.post("/decisions/why", {"action": "x:y.z", "type": "identity.person"})
    assert nameless.json()["reasons"][0]["where"] == "/id"
