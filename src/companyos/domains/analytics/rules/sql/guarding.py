"""The guard: from a person's text to a statement that reads nothing but guarded rows, or to the Reasons why not."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError, SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.schema import MappingSchema

from companyos.kernel.decision import Reason

from .allowed import objections
from .catalogue import Catalogue, Reader, Table
from .dialect import settle
from .places import place
from .purposes import Use, against_purpose
from .reading import Limits, read, too_deep
from .reasons import Refused, no
from .relations import ROWS, SOURCE, Relation, relation

__all__ = ["Guarded", "Limits", "Refused", "guard"]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A question that may run. `sql` is DuckDB's and reads the relations' sources, each through its guard.

    `barred` means the same and reads tables that the engine first makes of the relations' bodies: no expression of
    the question is then ever computed on a row that its reader may not see.
    """

    sql: str
    barred: str
    relations: tuple[Relation, ...]


def guard(text: str, catalogue: Catalogue, reader: Reader, limits: Limits | None = None) -> Guarded:
    """Guard a question in Trino's dialect. Raises Refused with every reason that was found."""
    limits = limits or Limits()
    try:
        return _guarded(text, catalogue, reader, limits)
    except RecursionError:
        raise Refused([too_deep(limits)]) from None


def _guarded(text: str, catalogue: Catalogue, reader: Reader, limits: Limits) -> Guarded:
    statement = read(text, limits)
    if said := objections(statement, text):
        raise Refused(said)
    places = _tables_of(statement, catalogue, text)
    qualified = _qualified(statement, catalogue, text)
    uses = _uses(qualified, catalogue, places)
    if said := against_purpose(uses, reader.purpose):
        raise Refused(said)
    relations = tuple(relation(use.table, number, use.columns, reader) for number, use in enumerate(uses))
    by_name = {found.table.name.lower(): found for found in relations}
    qualified = qualified.transform(settle, copy=False)
    sql = _written(qualified.copy(), by_name, lambda found: found.query.copy())
    barred = _written(qualified, by_name, lambda found: exp.to_table(found.rows))
    _proved(sql, SOURCE, len(relations))
    _proved(barred, ROWS, len(relations))
    return Guarded(sql, barred, relations)


def _full_name(table: exp.Table) -> str:
    """The name as the catalogue has it; a dot inside quotes is part of one word, so it finds nothing."""
    return ".".join(f'"{part.name}"' if "." in part.name else part.name for part in table.parts).lower()


def _real_tables(statement: exp.Expr) -> list[exp.Table]:
    """The Table nodes that are no references to a WITH, in the order of the text."""
    real: dict[int, exp.Table] = {}
    for scope in traverse_scope(statement):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                real[id(source)] = source
    named = list(statement.find_all(exp.Table))
    return sorted((t for t in named if id(t) in real or t.db or t.catalog), key=lambda t: _start(t))


def _start(table: exp.Table) -> int:
    return min((part.meta.get("start", 0) for part in table.parts), default=0)


def _tables_of(statement: exp.Expr, catalogue: Catalogue, text: str) -> dict[str, str]:
    """Where each table is first named. Raises Refused for what the catalogue does not have."""
    places: dict[str, str] = {}
    said: list[Reason] = []
    try:
        found = _real_tables(statement)
    except OptimizeError as error:
        raise Refused([no("unreadable", f"{error}.", "Give each table and column one name.")]) from None
    for table in found:
        name, where = _full_name(table), place(table, text)
        if name not in catalogue.tables:
            fix = _nearest(name, catalogue)
            said.append(no("unknown_table", f"There is no table {name[:80]} here.", fix, where))
        elif (alias := table.args.get("alias")) and alias.columns:
            sentence = f"The columns of {name} have names already."
            said.append(no("not_allowed", sentence, "Rename columns with AS in a SELECT.", where))
        places.setdefault(name, where)
    if said:
        raise Refused(said)
    return places


def _nearest(name: str, catalogue: Catalogue) -> str:
    known = sorted(found.name for found in catalogue.tables.values())
    same = [full for full in known if full.rpartition(".")[2].lower() == name.rpartition(".")[2]]
    return f"Write {same[0]}." if same else f"There are: {', '.join(known)}." if known else "There are none."


def _qualified(statement: exp.Query, catalogue: Catalogue, text: str) -> exp.Expr:
    """The same with every star spelled out, every column owned by a table, every part with its type."""
    schema = MappingSchema(dialect="trino")
    for table in catalogue.tables.values():
        columns = {column.name: column.type for column in table.columns}
        schema.add_table(exp.to_table(table.name, dialect="trino"), columns)
    try:
        found = qualify(statement, schema=schema, dialect="trino", sql=text)
        return annotate_types(found, schema=schema, dialect="trino")
    except (OptimizeError, SqlglotError) as error:
        sentence = str(error).partition(" Line ")[0].split("\n")[0].rstrip(".")
        raise Refused([_unresolved(sentence, statement, catalogue, text)]) from None


def _unresolved(sentence: str, statement: exp.Expr, catalogue: Catalogue, text: str) -> Reason:
    """Which column nobody has; sqlglot says so in a sentence only, so it is looked for again by its name."""
    for column in statement.find_all(exp.Column):
        if (
            f"'{column.name}'" in sentence
            or f'"{column.name}"' in sentence
            or sentence.endswith(column.sql())
        ):
            names = {_full_name(table) for table in statement.find_all(exp.Table)}
            known = [c.name for name, t in catalogue.tables.items() if name in names for c in t.columns]
            fix = f"There are: {', '.join(known[:40])}." if known else "Say which table it is of."
            said = f"{column.name!r} is no column of what this reads, or of more than one of them."
            return no("unknown_column", said, fix, place(column, text))
    return no("unreadable", f"{sentence}.", "Give each table and column one name, and say whose it is.")


def _uses(statement: exp.Expr, catalogue: Catalogue, places: dict[str, str]) -> tuple[Use, ...]:
    """Which columns of which tables the statement uses, over all its scopes."""
    used: dict[str, set[str]] = {name: set() for name in places}
    for scope in traverse_scope(statement):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table):
                columns = {column.name.lower() for column in scope.source_columns(alias)}
                used[_full_name(source)] |= columns
    return tuple(
        Use(_table(catalogue, name), tuple(sorted(columns)), places[name]) for name, columns in used.items()
    )


def _table(catalogue: Catalogue, name: str) -> Table:
    return catalogue.tables[name]


def _written(
    statement: exp.Expr, relations: dict[str, Relation], read_from: Callable[[Relation], exp.Expr]
) -> str:
    """DuckDB's text, with every real table replaced; its alias, joins and sample stay where they were."""
    for table in _real_tables(statement):
        body = read_from(relations[_full_name(table)])
        kept = {key: table.args.get(key) for key in ("alias", "joins", "sample")}
        if isinstance(body, exp.Table):
            new: exp.Expr = exp.Table(this=exp.to_identifier(body.name, quoted=True), **kept)
        else:
            new = exp.Subquery(this=body, **kept)
        table.replace(new)
    return statement.sql(dialect="duckdb", comments=False)


def _proved(sql: str, prefix: str, count: int) -> None:
    """Read the result again: it is one SELECT over the given relations, whatever the question held."""
    try:
        statements = sqlglot.parse(sql, read="duckdb")
    except ParseError as error:
        raise _faulty() from error
    if len(statements) != 1 or not isinstance(statements[0], (exp.Select, exp.SetOperation)):
        raise _faulty()
    ours = {f"{prefix}{number}" for number in range(count)}
    for table in _real_tables(statements[0]):
        if not isinstance(table.this, exp.Identifier) or _full_name(table) not in ours:
            raise _faulty()


def _faulty() -> Refused:
    sentence = "This question cannot be translated safely."
    return Refused([no("untranslatable", sentence, "Write it more simply, for instance with WITH.")])
