"""A row filter leaves exactly the rows that would be permitted one by one; what it cannot tell is refused at start."""

from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companyos.kernel.decision import Decision
from companyos.kernel.elevation import Elevation
from companyos.kernel.work import ANONYMOUS, SYSTEM, Actor
from companyos.spines.policy.gate import PolicyGate
from companyos.spines.policy.source import PolicyRefused
from companyos.testing.postgres import TestServer

from .shelves import PEOPLE, books, house, random_policies, shelved, table
from .world import NOW, gate, person, work

BOOKS = books(seed=3, many=80)
READ = "shop:book.read"


@pytest.fixture(scope="module")
def shelf(postgres: TestServer) -> Iterator[sa.Connection]:
    with shelved(postgres, BOOKS) as connection:
        yield connection


def run(waiting: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine returns that never waits."""
    try:
        waiting.send(None)
    except StopIteration as stopped:
        return stopped.value
    raise AssertionError("it waited for something")


def filtered(shelf: sa.Connection, by: PolicyGate, actor: Actor) -> set[str]:
    condition = run(by.visible(work(actor), READ))
    return set(shelf.execute(sa.select(table.c.id).where(condition)).scalars())


def one_by_one(by: PolicyGate, actor: Actor) -> set[str]:
    def decide(book: Any) -> Decision:
        return run(by.decide(work(actor), READ, book.resource))

    return {book.id for book in BOOKS if decide(book).allowed}


ACTORS: list[Callable[[], Actor]] = [
    lambda: person("support", id_=PEOPLE[0]),
    lambda: person("sre", id_=PEOPLE[1], mfa=5),
    lambda: person(id_=PEOPLE[2], mfa=5000),
    lambda: Actor("service", PEOPLE[0], "robot", frozenset({"sre"})),
]


@settings(
    max_examples=60,
    deadline=timedelta(seconds=2),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=random_policies(), actor=st.sampled_from(ACTORS))
def test_a_filter_is_what_decisions_one_by_one_are(
    shelf: sa.Connection, text: str, actor: Callable[[], Actor]
):
    by = gate(house(text))
    assert filtered(shelf, by, actor()) == one_by_one(by, actor())


def permit(when: str) -> str:
    return (
        f'@id("shop.read") @reason("Some read some.")\npermit (principal, action == CompanyOS::Action::"{READ}",'
        f" resource)\nwhen {{ {when} }};"
    )


def forbid(when: str) -> str:
    return permit("true") + permit(when).replace("shop.read", "shop.not").replace("permit (", "forbid (")


def test_a_missing_attribute_is_neither_equal_nor_unequal(shelf: sa.Connection):
    """`!(has x && x == v)` is true for a row without x, `has x && !(x == v)` is false."""
    for when in (
        'resource has title && resource.title == "a"',
        '!(resource has title && resource.title == "a")',
        'resource has title && !(resource.title == "a")',
        'if resource has title then resource.title != "a" else true',
    ):
        for text in (permit(when), forbid(when)):
            by = gate(house(text))
            found = filtered(shelf, by, person())
            assert found == one_by_one(by, person()), when
            assert 0 < len(found) < len(BOOKS), "the books tell the cases apart"


def test_what_everybody_sees_is_filtered_by_nothing():
    by = gate(house(permit("principal.tenant == resource.tenant")))
    assert isinstance(run(by.visible(work(person()), READ)), sa.True_)
    assert isinstance(run(by.visible(work(SYSTEM), READ)), sa.True_)
    assert isinstance(run(by.visible(work(ANONYMOUS), READ)), sa.False_)
    none = gate(house(permit('principal in CompanyOS::Role::"administrator"')))
    assert isinstance(run(none.visible(work(person("support")), READ)), sa.False_)


def test_an_elevation_for_one_book_shows_that_book_besides(shelf: sa.Connection):
    held = Elevation(
        UUID(int=9), "act", "person:ada", "to look", ("person:bob",), NOW, NOW, NOW + timedelta(hours=1),
        action=READ, resource="shop.book:b7",
    )  # fmt: skip
    actor = Actor("person", PEOPLE[0], "ada", elevations=(held,))
    by = gate(house(permit("resource.pages > 100000")))
    assert filtered(shelf, by, actor) == one_by_one(by, actor) == filtered(shelf, by, person()) | {"b7"}


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("resource.pages + 1 > 3", "`+`"),
        ("resource has owner && resource.owner.tenant == principal.tenant", "`.tenant` of an attribute"),
        ("resource has owner && principal in resource.owner", "in for something else than the resource"),
        ("(if resource.sealed then 1 else 2) == resource.pages", "`if-then-else`"),
        ('{a: resource.pages}.a == 3 || {a: "x"} == {a: "y"}', "`.a` of an attribute"),
    ],
)
def test_a_policy_that_cannot_filter_rows_is_refused_at_its_line(when: str, said: str):
    with pytest.raises(PolicyRefused) as refused:
        house(permit("true") + "\n\n" + permit(when).replace("shop.read", "shop.odd"))
    (reason,) = refused.value.reasons
    assert reason.where == "shop/policies/random.cedar:5"
    assert "shop.odd" in reason.sentence
    assert said in reason.sentence
    assert reason.remedy.kind == "fix_input"
