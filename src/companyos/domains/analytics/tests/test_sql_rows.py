"""The guarded question over everybody's rows says what the bare question says over the reader's rows alone."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from companyos.domains.analytics.rules.sql import Catalogue, guard
from companyos.domains.analytics.rules.sql.fuzzing import question

from .sql import ACME, ANALYST, CATALOGUE, EVENTS, GLOBEX, NOON, events

EVERYTHING = replace(
    ANALYST,
    environments=None,
    clearance="restricted",
    pii=frozenset({"direct", "indirect"}),
    purpose="billing",
)


def run(sql: str, **relations):
    with duckdb.connect() as db:
        db.execute("set TimeZone = 'UTC'")
        for name, rows in relations.items():
            db.register(name, rows)
        try:
            found = db.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            return type(error).__name__
    columns = [column.to_pylist() for column in found.columns]
    rows = zip(*columns, strict=True)
    return sorted(repr([round(v, 6) if isinstance(v, float) else v for v in row]) for row in rows)


def visible(rows, reader):
    """The oracle: in Python, row by row, without SQL."""
    keep = [
        row["tenant_id"] == str(reader.tenant)
        and (reader.environments is None or row["environment"] in reader.environments)
        and (row["purpose"] or "") in ("", reader.purpose)
        and (reader.purpose != "analytics" or "product" in (row["consent_scope"] or []))
        for row in rows.to_pylist()
    ]
    return rows.filter(pa.array(keep, pa.bool_()))


def bare(text: str, rows):
    """The question over plain rows, by the translator alone."""
    statement = sqlglot.transpile(text, read="trino", write="duckdb")[0]
    return run(statement.replace("analytics.events", "mine"), mine=rows)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32),
    st.integers(0, 60),
    st.sampled_from([EVERYTHING, replace(EVERYTHING, environments=("prod",))]),
)
def test_random_questions_see_the_readers_rows_and_no_others(seed, count, reader):
    text = question(Random(seed), (EVENTS,))
    everybody = events(seed, count, (ACME, GLOBEX))

    guarded = guard(text, CATALOGUE, reader)

    expected = bare(text, visible(everybody, reader))
    barred = run(guarded.barred, **{r.rows: duckdb_rows(r.body, everybody) for r in guarded.relations})
    if " / " in text:  # the translator alone does not know which divisions are of integers
        assert isinstance(barred, str) or run(guarded.sql, companyos_source_0=everybody) == barred
    elif isinstance(expected, str):  # the order of rows decides which failure comes first
        assert isinstance(barred, str)
    else:
        assert run(guarded.sql, companyos_source_0=everybody) == expected
        assert barred == expected


def duckdb_rows(body, rows):
    with duckdb.connect() as db:
        db.execute("set TimeZone = 'UTC'")
        db.register("companyos_source_0", rows)
        return db.sql(body).to_arrow_table()


def test_consent_purpose_and_environment_choose_rows():
    rows = events(1, 400, (ACME, GLOBEX))
    count = run(
        guard("SELECT count(*) FROM analytics.events", CATALOGUE, ANALYST).sql, companyos_source_0=rows
    )

    shown = visible(rows, ANALYST)
    assert count == [f"[{shown.num_rows}]"]
    assert 0 < shown.num_rows < pc.sum(pc.equal(rows["tenant_id"], str(ACME))).as_py()


def test_a_look_back_and_a_condition_of_policy_choose_rows():
    rows = events(2, 100)
    since = NOON + timedelta(minutes=60)
    reader = replace(
        EVERYTHING,
        since=since,
        until=since + timedelta(minutes=20),
        rows={"analytics.events": "n > 30 OR n < 0"},
    )

    sql = guard("SELECT at, n FROM analytics.events", CATALOGUE, reader).sql

    mine = [
        [row["at"], row["n"]]
        for row in visible(rows, EVERYTHING).to_pylist()
        if since <= row["at"] < since + timedelta(minutes=20)
        and row["n"] is not None
        and not 0 <= row["n"] <= 30
    ]
    assert len(run(sql, companyos_source_0=rows)) == len(mine) > 0


def test_a_condition_of_policy_that_names_no_column_is_an_error_and_not_a_hole():
    reader = replace(EVERYTHING, rows={"analytics.events": "owner = 'x'"})
    with pytest.raises(ValueError, match="no column of it"):
        guard("SELECT 1 FROM analytics.events", CATALOGUE, reader)


def test_pseudonyms_join_within_a_tenant_and_say_nothing_to_another():
    rows = events(3, 200, (ACME, GLOBEX))
    text = "SELECT DISTINCT user_id FROM analytics.events WHERE user_id IS NOT NULL"

    def of(reader):
        return set(run(guard(text, CATALOGUE, reader).sql, companyos_source_0=rows))

    acme, globex = of(ANALYST), of(replace(ANALYST, tenant=GLOBEX, pseudonym_key="another secret"))
    assert len(acme) == 3
    assert acme.isdisjoint(globex)
    assert not acme & {"['ann']", "['bob']", "['eve']"}


def test_a_mask_cannot_be_looked_behind():
    rows = events(4, 100)
    for text in (
        "SELECT count(*) FROM analytics.events WHERE user_id = 'ann'",
        "SELECT count(*) FROM analytics.events WHERE props LIKE '%a%'",
        "SELECT count(*) FROM analytics.events WHERE postcode IS NOT NULL",
        "SELECT count(json_extract_scalar(props, '$.a')) FROM analytics.events",
    ):
        assert run(guard(text, CATALOGUE, ANALYST).sql, companyos_source_0=rows) == ["[0]"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("9007199254740993 / 1", 9007199254740993),
        ("7 / 2.0", 3.5),
        ("regexp_replace('aXbX', '(X)', '[$1]')", "a[X]b[X]"),
        ("element_at(ARRAY[5, 6], 1)", 5),
        ("json_extract_scalar('{\"a\": \"b\"}', '$.a') || 'c'", "bc"),
        ("strpos('abc', 'c')", 3),
        ("substr('abc', 2)", "bc"),
        ("count_if(true)", 1),
        ("date_diff('day', DATE '2026-01-01', DATE '2026-02-01')", 31),
        ("extract(year FROM TIMESTAMP '2026-01-01 00:00:00')", 2026),
        ("if(1 > 2, 'a')", None),
        ("greatest(1, NULL)", None),
    ],
)
def test_words_of_trino_keep_their_meaning(expression, value):
    sql = guard(f"SELECT {expression}", Catalogue.of(), ANALYST).sql
    with duckdb.connect() as db:
        assert db.execute(sql).fetchone() == (value,)
