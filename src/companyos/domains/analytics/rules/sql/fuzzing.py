"""Questions at random, of every allowed shape, over given tables: for proving what they do not show.

Each has one right answer whatever the order of rows: no sample, no clock, and no LIMIT without a full order.
"""
# ruff: noqa: S608 - these are questions like those of people: the guard is what they are for

from random import Random

from .catalogue import Column, Table

NUMBERS = ("tinyint", "smallint", "integer", "bigint", "double", "real")
WORDS = ("a", "prod", "1", "x", "00000000", "GET /", "")


def question(chance: Random, tables: tuple[Table, ...]) -> str:
    """One question over one or two of the tables."""
    shape = chance.choice((_rows, _groups, _groups, _windows, _joined, _nested, _united, _with))
    return shape(chance, tables)


def _rows(chance: Random, tables: tuple[Table, ...]) -> str:
    table = chance.choice(tables)
    shown = ", ".join(_value(chance, table, "t") for _ in range(chance.randint(1, 3)))
    every = chance.choice((shown, f"DISTINCT {shown}", "*"))
    order = f" ORDER BY {', '.join(map(str, range(1, shown.count(', ') + 2)))}" if every == shown else ""
    return f"SELECT {every} FROM {table.name} t WHERE {_condition(chance, table, 't')}" + (
        f"{order} LIMIT {chance.randint(1, 50)}" if order and "(" not in shown else ""
    )


def _groups(chance: Random, tables: tuple[Table, ...]) -> str:
    table = chance.choice(tables)
    by = f"t.{_column(chance, table).name}"
    having = f" HAVING count(*) > {chance.randint(0, 3)}" if chance.random() < 0.3 else ""
    where = f" WHERE {_condition(chance, table, 't')}" if chance.random() < 0.7 else ""
    if chance.random() < 0.3:
        return f"SELECT {_sum(chance, table, 't')}, {_sum(chance, table, 't')} FROM {table.name} t{where}"
    return f"SELECT {by}, {_sum(chance, table, 't')} FROM {table.name} t{where} GROUP BY {by}{having}"


def _windows(chance: Random, tables: tuple[Table, ...]) -> str:
    table = chance.choice(tables)
    by = f"t.{_column(chance, table).name}"
    return f"SELECT {by}, count(*) OVER (PARTITION BY {by}), {_value(chance, table, 't')} FROM {table.name} t"


def _joined(chance: Random, tables: tuple[Table, ...]) -> str:
    one, two = chance.choice(tables), chance.choice(tables)
    kind = chance.choice(("JOIN", "LEFT JOIN", "FULL JOIN"))
    on = f"CAST(a.{_column(chance, one).name} AS varchar) = CAST(b.{_column(chance, two).name} AS varchar)"
    where = f" WHERE {_condition(chance, one, 'a')}" if chance.random() < 0.5 else ""
    return (
        f"SELECT count(*), {_sum(chance, one, 'a')}, {_sum(chance, two, 'b')} "
        f"FROM {one.name} a {kind} {two.name} b ON {on}{where}"
    )


def _nested(chance: Random, tables: tuple[Table, ...]) -> str:
    one, two = chance.choice(tables), chance.choice(tables)
    mine, other = _column(chance, one).name, _column(chance, two).name
    inner = f"SELECT CAST(b.{other} AS varchar) FROM {two.name} b WHERE {_condition(chance, two, 'b')}"
    test = chance.choice(
        (
            f"CAST(a.{mine} AS varchar) IN ({inner})",
            f"EXISTS ({inner})",
            f"(SELECT count(*) FROM {two.name} b WHERE b.{other} IS NOT NULL) > {chance.randint(0, 40)}",
        )
    )
    return f"SELECT {_sum(chance, one, 'a')}, count(*) FROM {one.name} a WHERE {test}"


def _united(chance: Random, tables: tuple[Table, ...]) -> str:
    kind = chance.choice(("UNION ALL", "UNION", "INTERSECT", "EXCEPT"))
    sides = []
    for _ in range(2):
        table = chance.choice(tables)
        sides.append(
            f"SELECT CAST(t.{_column(chance, table).name} AS varchar) AS v FROM {table.name} t "
            f"WHERE {_condition(chance, table, 't')}"
        )
    return f" {kind} ".join(sides)


def _with(chance: Random, tables: tuple[Table, ...]) -> str:
    table = chance.choice(tables)
    name = chance.choice(("part", table.name.rpartition(".")[2]))
    body = f"SELECT * FROM {table.name} t WHERE {_condition(chance, table, 't')}"
    return f"WITH {name} AS ({body}) SELECT {_sum(chance, table, name)}, count(*) FROM {name}"


def _column(chance: Random, table: Table) -> Column:
    return chance.choice([column for column in table.columns if not column.type.startswith("array")])


def _value(chance: Random, table: Table, alias: str) -> str:
    column = _column(chance, table)
    name = f"{alias}.{column.name}"
    forms = [name, f"{name} IS NULL"]
    if column.type in NUMBERS:
        forms += [f"{name} % 7", f"abs({name})"]
    elif column.type == "varchar":
        forms += [f"length({name})", f"upper({name})", f"TRY_CAST({name} AS bigint)"]
    return chance.choice(forms)


def _sum(chance: Random, table: Table, alias: str) -> str:
    column = _column(chance, table)
    name = f"{alias}.{column.name}"
    forms = [f"count({name})", f"count(DISTINCT {name})", f"min({name})", f"max({name})"]
    if column.type in NUMBERS:
        forms += [f"sum({name})", f"avg({name})", f"sum(10 / {name})", f"sum({name}) / count({name})"]
    return chance.choice(forms)


def _condition(chance: Random, table: Table, alias: str) -> str:
    column = _column(chance, table)
    name = f"{alias}.{column.name}"
    forms = [f"{name} IS NOT NULL", f"CAST({name} AS varchar) <> '{chance.choice(WORDS)}'", "1 = 1"]
    if column.type in NUMBERS:
        forms += [f"{name} > {chance.randint(-5, 50)}", f"100 / {name} > 1", f"{name} BETWEEN 1 AND 30"]
    elif column.type == "varchar":
        forms += [
            f"{name} LIKE '%{chance.choice(WORDS)}%'",
            f"CAST({name} AS bigint) > 0",  # fails on text: failing must not tell of rows that are not seen
            f"length({name}) > {chance.randint(0, 9)}",
            f"regexp_like({name}, '^[a-g]')",
        ]
    if chance.random() < 0.25:
        return f"({_condition(chance, table, alias)} {chance.choice(('AND', 'OR'))} {chance.choice(forms)})"
    return chance.choice(forms)
