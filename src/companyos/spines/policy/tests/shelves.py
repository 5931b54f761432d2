"""Books in a table of a real PostgreSQL, and policies about them of every form that a row filter can tell."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import ARRAY

from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.rows import Rows
from companyos.spines.policy.loading import build
from companyos.spines.policy.policy_set import PolicySet
from companyos.spines.policy.source import split
from companyos.testing.postgres import TestServer

from .world import ACME, SHOP, policies

metadata = sa.MetaData()
table = sa.Table(
    "book",
    metadata,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Uuid),
    sa.Column("title", sa.Text),
    sa.Column("pages", sa.BigInteger, nullable=False),
    sa.Column("sealed", sa.Boolean, nullable=False),
    sa.Column("tags", ARRAY(sa.Text), nullable=False),
    sa.Column("shelf", sa.Text),
)


def rows(reads: str) -> Rows:
    attrs = {name: table.c[name] for name in ("owner", "title", "pages", "sealed", "tags")}
    return Rows(reads, "shop.book", table.c.tenant_id, table.c.id, attrs, {"shop.shelf": table.c.shelf})


PEOPLE = [str(UUID(int=n)) for n in (10, 11, 12)]
TITLES = ["", "a", "A", "ab", "a%", "a_b", "a*b", "\\", "ünder", 'say "hi"', "two\nlines"]
TAGS = ["", "a", "new", "a%", "ünder"]
PAGES = [-3, 0, 1, 299, 300, 301, 2**40]
SHELVES = ["s1", "s2", "b1"]


@dataclass(frozen=True, slots=True)
class Book:
    """One row, and what policy is told of it one by one."""

    id: str
    owner: str | None
    title: str | None
    pages: int
    sealed: bool
    tags: list[str]
    shelf: str | None

    @property
    def resource(self) -> Resource:
        owner = EntityRef("identity.person", self.owner) if self.owner else None
        attrs = {"title": self.title, "pages": self.pages, "sealed": self.sealed, "tags": self.tags}
        parents = (EntityRef("shop.shelf", self.shelf),) if self.shelf else ()
        return Resource(EntityRef("shop.book", self.id), {**attrs, "owner": owner}, parents)


def books(seed: int, many: int) -> list[Book]:
    """Random books; about every third attribute that may be missing is."""
    dice = random.Random(seed)
    return [
        Book(
            id=f"b{n}",
            owner=dice.choice([None, *PEOPLE]),
            title=dice.choice([None, None, None, *TITLES]),
            pages=dice.choice(PAGES),
            sealed=dice.random() < 0.5,
            tags=dice.sample(TAGS, dice.randrange(4)),
            shelf=dice.choice([None, *SHELVES]),
        )
        for n in range(many)
    ]


@contextmanager
def shelved(server: TestServer, kept: list[Book]) -> Iterator[sa.Connection]:
    """A connection to a database that holds these books, and one of them in another tenant."""
    name = server.create()
    engine = sa.create_engine(server.server.url(database=name))
    try:
        with engine.connect() as connection:
            metadata.create_all(connection)
            connection.execute(
                sa.insert(table),
                [
                    {
                        "tenant_id": ACME,
                        **{c.name: getattr(b, c.name) for c in table.c if c.name != "tenant_id"},
                    }
                    for b in kept
                ],
            )
            connection.commit()
            yield connection
    finally:
        engine.dispose()
        server.drop(name)


def house(text: str) -> PolicySet:
    """The shop with these policies instead of its own about reading. Raises PolicyRefused."""
    core = [
        statement
        for p in policies().policies.values()
        if p.id != "shop.read"
        for statement in split(p.source, p.domain, p.file)
    ]
    listing = (
        '@id("shop.list") @reason("Readers list.") permit (principal in CompanyOS::Role::"reader",'
        ' action == CompanyOS::Action::"shop:book.list", resource);'
    )
    return build(
        [*core, *split(listing + text, "shop", "shop/policies/random.cedar")],
        policies().schema,
        (policies().parts[0], replace(SHOP, rows=(rows("shop:book.read"),))),
    )


def _quoted(text: str) -> str:
    return (
        '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\0", "\\0") + '"'
    )


def _entity(kind: str, id_: str) -> str:
    return f"CompanyOS::{kind}::{_quoted(id_)}"


_text = st.sampled_from([*TITLES, *TAGS, "nowhere", "a\0b"])
_texts = st.lists(_text, min_size=1, max_size=3).map(lambda many: "[" + ", ".join(map(_quoted, many)) + "]")
_number = st.sampled_from([*map(str, PAGES), "context.step_up_max_age"])
_person = st.sampled_from(
    ["principal", *(_entity("Person", id_) for id_ in PEOPLE), _entity("Person", "no-uuid")]
)
_pattern = st.lists(st.sampled_from(["*", "a", "b", "%", "_", "\\*", "\\\\", "ü", "\\n"]), max_size=4).map(
    lambda parts: '"' + "".join(parts) + '"'
)
_shelf = st.sampled_from([_entity("Shelf", id_) for id_ in SHELVES])
_book = st.sampled_from([_entity("Book", id_) for id_ in ("b0", "b1", "b7", "none")])
_leaf = st.one_of(
    st.sampled_from(
        [
            "true", "false", "resource.sealed", "resource.sealed == false", "resource has owner",
            "resource has title", "resource is CompanyOS::Book", "resource is CompanyOS::Shelf",
            'principal in CompanyOS::Role::"operator"', 'context.environment == "production"',
            "(context has mfa_age && context.mfa_age < 100)", "resource.tags.isEmpty()",
            "(resource has title && resource.tags.contains(resource.title))",
            "resource.tenant == principal.tenant", "resource == principal",
        ]
    ),
    st.builds("resource.pages {} {}".format, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), _number),
    st.builds("(resource has owner && resource.owner {} {})".format, st.sampled_from(["==", "!="]), _person),
    st.builds("(resource has title && resource.title {} {})".format, st.sampled_from(["==", "!="]), _text.map(_quoted)),
    st.builds("(resource has title && resource.title like {})".format, _pattern),
    st.builds("(resource has title && {}.contains(resource.title))".format, _texts),
    st.builds("resource.tags.contains({})".format, _text.map(_quoted)),
    st.builds("resource.tags.{}({})".format, st.sampled_from(["containsAll", "containsAny"]), _texts),
    st.builds("{}.{}(resource.tags)".format, _texts, st.sampled_from(["containsAll", "containsAny"])),
    st.builds("resource.tags == {}".format, _texts),
    st.builds("resource in {}".format, st.one_of(_shelf, _book)),
    st.builds("resource in [{}, {}]".format, _shelf, _shelf),
    st.builds("resource is CompanyOS::Book in {}".format, _shelf),
    st.builds("resource == {}".format, _book),
)  # fmt: skip
_condition = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("(if {} then {} else {})".format, inner, inner, inner),
    ),
    max_leaves=6,
)
_clause = st.builds("{} {{ {} }}".format, st.sampled_from(["when", "unless"]), _condition)
_principal = st.sampled_from(
    ["principal", 'principal in CompanyOS::Role::"reader"', "principal is CompanyOS::Person"]
)
_resource = st.one_of(
    st.just("resource"),
    st.builds("resource in {}".format, _shelf),
    st.builds("resource == {}".format, _book),
    st.builds("resource is CompanyOS::Book in {}".format, _shelf),
)


@st.composite
def random_policies(draw: st.DrawFn) -> str:
    """One permit at least, and up to three more policies about reading a book."""
    text = ""
    for n, effect in enumerate(
        ["permit", *draw(st.lists(st.sampled_from(["permit", "forbid"]), max_size=3))]
    ):
        clauses = draw(
            st.lists(
                st.builds("{} {{ {} }}".format, st.sampled_from(["when", "unless"]), _condition), max_size=2
            )
        )
        text += (
            f'@id("shop.random-{n}") @reason("By chance.")\n{effect} ({draw(_principal)}, '
            f'action == CompanyOS::Action::"shop:book.read", {draw(_resource)})\n{" ".join(clauses)};\n'
        )
    return text
