"""What a table of a question becomes: the columns in use, masked by their labels, of the rows that may be read."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from companyos.kernel.ports.lake import Hidden
from companyos.spines.data.rules.labels import CLASSIFICATIONS, Label, rank

from .allowed import RESERVED
from .catalogue import Column, Reader, Table

TEXTS = ("varchar", "char")
SOURCE, ROWS = f"{RESERVED}source_", f"{RESERVED}rows_"


@dataclass(frozen=True, slots=True)
class Relation:
    """One table of a guarded question. `source` is the name under which the engine must give its raw rows.

    `body` is DuckDB's SELECT that guards them. `columns` are those that the question uses, `reads` those that
    are read, with what guarding needs. `masked` maps a column to why it is not shown in clear.
    """

    table: Table
    number: int
    columns: tuple[str, ...]
    reads: tuple[str, ...]
    masked: dict[str, str]
    query: exp.Select

    @property
    def source(self) -> str:
        return f"{SOURCE}{self.number}"

    @property
    def rows(self) -> str:
        """Name of the table that the engine makes of `body` when it guards by a barrier."""
        return f"{ROWS}{self.number}"

    @property
    def body(self) -> str:
        return self.query.sql(dialect="duckdb", comments=False)


def relation(table: Table, number: int, columns: tuple[str, ...], reader: Reader) -> Relation:
    """The guarded rows of a table for a reader. Raises ValueError when a condition of policy cannot be read."""
    shown = tuple(column for column in table.columns if column.name.lower() in columns)
    masks = {column.name: mask for column in shown if (mask := why_masked(column.label, reader))}
    condition = exp.and_(*_conditions(table, reader), copy=False)
    chosen = [_shown(column, column.name in masks, reader) for column in shown]
    query = exp.select(*(chosen or [exp.alias_(exp.Literal.number(1), f"{RESERVED}row")]))
    query = query.from_(exp.to_identifier(f"{SOURCE}{number}", quoted=True).name).where(condition, copy=False)
    reads = {name.lower() for name in columns} | {
        found.name.lower() for found in condition.find_all(exp.Column)
    }
    return Relation(
        table=table,
        number=number,
        columns=tuple(column.name for column in shown),
        reads=tuple(column.name for column in table.columns if column.name.lower() in reads),
        masked=masks,
        query=query,
    )


def why_masked(label: Label, reader: Reader) -> str:
    """Why a column with this label is not shown to the reader in clear; "" when it is."""
    if rank(label) > CLASSIFICATIONS.index(reader.clearance):
        return f"it is {label.classification}, and you see up to {reader.clearance}"
    if label.pii in ("direct", "indirect") and label.pii not in reader.pii:
        return f"it is personal data ({label.pii}), which you do not see in clear"
    return ""


def _shown(column: Column, masked: bool, reader: Reader) -> exp.Expr:
    plain = exp.column(exp.to_identifier(column.name, quoted=True))
    if not masked:
        return plain
    kind = column.type.partition("(")[0].strip().lower()
    if column.label.pii == "direct" and kind in TEXTS and reader.pseudonym_key:
        return exp.alias_(_pseudonym(plain, reader), column.name, quoted=True)
    # A type of Trino that DuckDB spells otherwise is translated here, so NULL keeps the column's type.
    nothing = exp.cast(exp.Null(), exp.DataType.build(column.type, dialect="trino"))
    return exp.alias_(nothing, column.name, quoted=True)


def _pseudonym(plain: exp.Expr, reader: Reader) -> exp.Expr:
    """The same text for the same value within a tenant: 96 bits of SHA-256 over key and value; none for none."""
    # || and not CONCAT, which would make a pseudonym of NULL.
    keyed = exp.DPipe(this=exp.Literal.string(f"{reader.pseudonym_key}:"), expression=plain)
    digest = exp.Anonymous(this="sha256", expressions=[keyed])
    short = exp.Anonymous(this="left", expressions=[digest, exp.Literal.number(24)])
    return exp.Case(default=short).when(plain.eq(exp.Literal.string("")), exp.Literal.string(""))


def _conditions(table: Table, reader: Reader) -> Iterator[exp.Expr]:
    def column(name: str) -> exp.Column:
        return exp.column(exp.to_identifier(name, quoted=True))

    yield column("tenant_id").eq(exp.Literal.string(str(reader.tenant)))
    for bound, inside in ((reader.since, exp.GTE), (reader.until, exp.LT)):
        if bound is not None and table.column("at") is not None:
            moment = exp.cast(exp.Literal.string(bound.isoformat()), "timestamptz")
            yield inside(this=column("at"), expression=moment)
    if table.environment_column and reader.environments is not None:
        yield _one_of(column(table.environment_column), reader.environments)
    if table.purpose_column:
        collected = exp.func("coalesce", column(table.purpose_column), exp.Literal.string(""))
        yield collected.isin(exp.Literal.string(""), exp.Literal.string(reader.purpose))
    if scope := table.consents.get(reader.purpose):
        yield _given(table, column(table.consent_column), scope)
    if said := reader.rows.get(table.name):
        yield exp.paren(_policy(table, said))
    for rows in reader.hidden.get(table.name, ()):
        yield exp.not_(_is_hidden(table, rows))


def _is_hidden(table: Table, rows: Hidden) -> exp.Expr:
    """True of rows that were erased, false of all others, also of those without the column's value."""
    who = exp.column(exp.to_identifier(rows.column, quoted=True))
    value = exp.Literal.string(rows.value)
    found = exp.Anonymous(this="contains", expressions=[who, value]) if rows.within else who.eq(value)
    moment = exp.cast(exp.Literal.string(rows.before.isoformat()), "timestamptz")
    times = [name for name in ("at", "received_at") if table.column(name) is not None]
    past = [exp.column(exp.to_identifier(name, quoted=True)) < moment.copy() for name in times]
    return exp.func("coalesce", exp.and_(found, exp.or_(*past)), exp.false())


def _one_of(column: exp.Column, names: tuple[str, ...]) -> exp.Expr:
    """Whether a text is one of some names. With COALESCE DuckDB makes no join of it, thrice as slow."""
    known = [exp.Literal.string(name) for name in names if name]
    if len(known) == 1:
        return column.eq(known[0])
    return exp.func("coalesce", column, exp.Literal.string("")).isin(*known) if known else exp.false()


def _given(table: Table, column: exp.Column, scope: str) -> exp.Expr:
    """Whether a row carries a consent."""
    known = table.column(table.consent_column)
    if known is not None and known.type.startswith("array"):
        return exp.Anonymous(this="list_contains", expressions=[column, exp.Literal.string(scope)])
    if "|" in scope:
        raise ValueError(f"a scope of consent may hold no |: {scope}")
    return exp.Anonymous(this="contains", expressions=[column, exp.Literal.string(f"|{scope}|")])


def _policy(table: Table, said: str) -> exp.Expr:
    try:
        condition = sqlglot.parse_one(said, read="trino", into=exp.Condition)
    except ParseError as error:
        raise ValueError(f"the row filter of {table.name} cannot be read: {error}") from None
    for found in condition.find_all(exp.Column):
        if found.table or table.column(found.name) is None:
            raise ValueError(f"the row filter of {table.name} names {found.sql()}, which is no column of it")
        found.this.set("quoted", True)
    return condition
