"""What the guard refuses, each with its reason; and what it lets through."""

from dataclasses import replace

import pytest
import sqlglot
from sqlglot import exp

from companyos.domains.analytics.rules.sql import Limits, Refused, guard

from .sql import ANALYST, CATALOGUE

FROM = "FROM analytics.events"

ATTACKS = {
    # not a question
    "": "empty",
    " -- nothing": "empty",
    ";": "empty",
    "DROP TABLE analytics.events": "not_a_select",
    "CREATE TABLE t AS SELECT 1": "not_a_select",
    "CREATE VIEW v AS SELECT 1": "not_a_select",
    "CREATE MACRO m(a) AS a": "not_a_select",
    "ALTER TABLE analytics.events ADD COLUMN x bigint": "not_a_select",
    "TRUNCATE TABLE analytics.events": "not_a_select",
    "INSERT INTO analytics.events SELECT * FROM analytics.events": "not_a_select",
    "UPDATE analytics.events SET n = 1": "not_a_select",
    "DELETE FROM analytics.events": "not_a_select",
    "MERGE INTO analytics.events e USING analytics.plans p ON true WHEN MATCHED THEN DELETE": "not_a_select",
    "COPY analytics.events TO 'x.csv'": "not_a_select",
    "COPY (SELECT 1) TO 'x.csv'": None,
    "EXPORT DATABASE 'x'": None,
    "ATTACH 'x.db' AS x": None,
    "ATTACH ':memory:' AS x": None,
    "DETACH x": None,
    "USE x": "not_a_select",
    "PRAGMA database_list": "not_a_select",
    "SET memory_limit = '64GB'": "not_a_select",
    "SET SESSION query_max_run_time = '9h'": None,
    "RESET memory_limit": None,
    "INSTALL httpfs": None,
    "LOAD httpfs": None,
    "CALL pragma_version()": None,
    "CHECKPOINT": None,
    "VACUUM": None,
    "BEGIN": "not_a_select",
    "COMMIT": "not_a_select",
    "EXPLAIN ANALYZE SELECT 1": None,
    "DESCRIBE analytics.events": "not_a_select",
    "SHOW TABLES": None,
    "SUMMARIZE analytics.events": None,
    "PREPARE x FROM SELECT 1": None,
    "EXECUTE x": None,
    "GRANT SELECT ON analytics.events TO eve": "not_a_select",
    "VALUES (1)": "not_a_select",
    "SELECT 1; SELECT 2": "several_statements",
    f"SELECT n {FROM}; DROP TABLE analytics.events": "several_statements",
    "SELECT 1;;SELECT 2": "several_statements",
    # unreadable
    "SELECT": None,
    "SELEKT 1": None,
    "SELECT (SELECT": "unreadable",
    "SELECT 'abc": "unreadable",
    "SELECT 1 /* never closed": None,
    # writes and locks inside a SELECT
    f"SELECT n INTO x {FROM}": "not_allowed",
    f"SELECT n {FROM} FOR UPDATE": "not_allowed",
    "WITH x AS (DELETE FROM analytics.events RETURNING *) SELECT * FROM x": None,
    "WITH x AS (INSERT INTO analytics.events VALUES (1) RETURNING *) SELECT * FROM x": None,
    # tables that are not there
    "SELECT * FROM users": "unknown_table",
    "SELECT * FROM events": "unknown_table",
    "SELECT * FROM public.events": "unknown_table",
    "SELECT * FROM memory.analytics.events": "unknown_table",
    'SELECT * FROM "analytics.events"': "unknown_table",
    "SELECT * FROM information_schema.tables": "unknown_table",
    "SELECT * FROM pg_catalog.pg_class": "unknown_table",
    "SELECT * FROM duckdb_settings": "unknown_table",
    "SELECT * FROM sqlite_master": "unknown_table",
    "SELECT * FROM system.runtime.queries": "unknown_table",
    'SELECT * FROM "/etc/passwd"': "unknown_table",
    "SELECT * FROM '/etc/passwd'": "unknown_table",
    "SELECT * FROM 'https://example.com/x.parquet'": "unknown_table",
    'SELECT * FROM "s3://bucket/x.parquet"': "unknown_table",
    f"SELECT n {FROM} UNION SELECT 1 FROM secrets": "unknown_table",
    f"SELECT n {FROM} WHERE n IN (SELECT id FROM secrets)": "unknown_table",
    f"SELECT (SELECT max(id) FROM secrets) {FROM}": "unknown_table",
    "WITH x AS (SELECT * FROM secrets) SELECT 1": "unknown_table",
    "SELECT * FROM (WITH e AS (SELECT 1 AS a) SELECT * FROM e) x, e": "unknown_table",
    "SELECT * FROM companyos_source_0": "reserved_name",
    f"SELECT * {FROM} e JOIN companyos_source_0 s ON true": "reserved_name",
    "WITH companyos_rows_0 AS (SELECT 1 AS a) SELECT * FROM companyos_rows_0": "reserved_name",
    'WITH "COMPANYOS_SOURCE_0" AS (SELECT 1 AS a) SELECT * FROM "COMPANYOS_SOURCE_0"': "reserved_name",
    # functions that make rows, files, networks
    "SELECT * FROM read_csv('/etc/passwd')": "table_function",
    "SELECT * FROM read_parquet('x')": "table_function",
    "SELECT * FROM read_text('/etc/passwd')": "table_function",
    "SELECT * FROM read_blob('/etc/shadow')": "table_function",
    "SELECT * FROM glob('/*')": None,
    "SELECT * FROM parquet_metadata('x')": "table_function",
    "SELECT * FROM sniff_csv('x')": "table_function",
    "SELECT * FROM query('SELECT 1')": "table_function",
    "SELECT * FROM query_table('companyos_source_0')": None,
    "SELECT * FROM duckdb_secrets()": "table_function",
    "SELECT * FROM pragma_database_list()": "table_function",
    "SELECT * FROM range(1000000000000)": "table_function",
    "SELECT * FROM TABLE(query('SELECT 1'))": None,
    "SELECT * FROM postgres_scan('host=x', 'y', 'z')": "table_function",
    "SELECT * FROM LATERAL (SELECT 1) x": None,
    "SELECT query('SELECT 1')": "function_not_allowed",
    "SELECT getenv('HOME')": "function_not_allowed",
    "SELECT current_setting('temp_directory')": "function_not_allowed",
    "SELECT getvariable('x')": "function_not_allowed",
    "SELECT read_text('/etc/passwd')": "function_not_allowed",
    "SELECT version()": "function_not_allowed",
    "SELECT pg_sleep(60)": "function_not_allowed",
    "SELECT sleep_ms(60000)": "function_not_allowed",
    "SELECT current_user": "not_allowed",
    "SELECT current_schema()": None,
    "SELECT current_catalog": None,
    "SELECT nextval('x')": None,
    "SELECT txid_current()": "function_not_allowed",
    "SELECT lo_import('/etc/passwd')": "function_not_allowed",
    "SELECT http_get('https://example.com')": "function_not_allowed",
    "SELECT write_log('x')": "function_not_allowed",
    f"SELECT sum(system.builtin.evil(n)) {FROM}": None,
    f"SELECT n {FROM} ORDER BY getenv('HOME')": "function_not_allowed",
    f"SELECT n {FROM} GROUP BY getenv('HOME')": "function_not_allowed",
    f"SELECT n {FROM} LIMIT getenv('HOME')": None,
    f"SELECT count(*) FILTER (WHERE getenv('x') = '') {FROM}": "function_not_allowed",
    f"SELECT sum(n) OVER (ORDER BY getenv('x')) {FROM}": "function_not_allowed",
    # what is not translated
    f"SELECT TRY(n / 0) {FROM}": "not_allowed",
    f"SELECT * {FROM} MATCH_RECOGNIZE (ORDER BY n MEASURES A.n AS x PATTERN (A) DEFINE A AS n > 1)": None,
    f"SELECT * {FROM} PIVOT (sum(n) FOR feature IN ('a'))": None,
    f"SELECT * {FROM} FOR VERSION AS OF 1": "not_allowed",
    f"SELECT * {FROM} FOR TIMESTAMP AS OF TIMESTAMP '2020-01-01 00:00:00'": "not_allowed",
    "WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM t) SELECT * FROM t": "not_allowed",
    f"SELECT * {FROM} NATURAL JOIN analytics.plans": "not_allowed",
    f"SELECT * {FROM} AS e(a, b)": "not_allowed",
    f"SELECT ? {FROM}": "not_allowed",
    f"SELECT @@x {FROM}": "not_allowed",
    f"SELECT :x {FROM}": None,
    "SELECT X'00'": "not_allowed",
    f"SELECT CAST(n AS regclass) {FROM}": None,
    f"SELECT CAST(n AS varbinary) {FROM}": "type_not_allowed",
    f"SELECT COLUMNS('.*') {FROM}": None,
    f"SELECT * EXCEPT (n) {FROM}": None,
    f"SELECT date_trunc('day'') FROM secrets --', at) {FROM}": "unknown_unit",
    f"SELECT date_add('x, 1)) FROM secrets --', 1, at) {FROM}": "unknown_unit",
    # columns
    f"SELECT nope {FROM}": "unknown_column",
    f"SELECT rowid {FROM}": "unknown_column",
    f"SELECT filename {FROM}": "unknown_column",
    f"SELECT file_row_number {FROM}": "unknown_column",
    f"SELECT f.n {FROM} e": None,
    f"SELECT e.companyos_row {FROM} e": "reserved_name",
    # purposes
    f"SELECT card {FROM}": "wrong_purpose",
    f"SELECT * {FROM}": "wrong_purpose",
    f"SELECT count(*) {FROM} WHERE card = '4111'": "wrong_purpose",
    f"SELECT 1 {FROM} ORDER BY card": "wrong_purpose",
    f"SELECT n {FROM} a WHERE EXISTS (SELECT 1 FROM analytics.plans p WHERE p.plan = a.card)": "wrong_purpose",
    "SELECT count(*) FROM telemetry.spans": "wrong_purpose",
    "SELECT e.n FROM analytics.events e JOIN telemetry.spans s ON s.service = e.feature": "purposes_do_not_meet",
    f"SELECT feature {FROM} UNION SELECT service FROM telemetry.spans": "purposes_do_not_meet",
    # size
    "SELECT " + "(" * 60 + "1" + ")" * 60: "too_deep",
    "SELECT " + "NOT " * 60 + "true": "too_deep",
    "SELECT " + "- " * 60 + "1": "too_deep",
    "SELECT " + "CASE WHEN true THEN " * 60 + "1" + " END" * 60: "too_deep",
    "SELECT " + "ARRAY[" * 30 + "1" + "]" * 30: "too_deep",
    f"SELECT n{'::bigint' * 600} {FROM}": "too_deep",
    "SELECT " + "INTERVAL " * 600 + "'1' day": "too_deep",
    "SELECT " + "1, " * 5000 + "1": "too_long",
    "SELECT '" + "x" * 30_000 + "'": "too_long",
}
"""Each with the code of its first reason; None where the words of the refusal depend on how far reading came."""


@pytest.mark.parametrize("text", ATTACKS, ids=lambda text: text[:60])
def test_what_is_no_plain_read_only_question_is_refused_with_its_reason(text):
    with pytest.raises(Refused) as refusal:
        guard(text, CATALOGUE, ANALYST)

    first = refusal.value.reasons[0]
    assert ATTACKS[text] in (None, first.code), refusal.value
    line, _, column = first.where.partition(":")
    assert int(line) >= 1
    assert int(column) >= 1
    assert first.sentence.endswith(".")
    assert first.remedy.kind == "fix_input"
    assert first.remedy.sentence


def test_every_reason_is_told_at_once_and_where():
    with pytest.raises(Refused) as refusal:
        guard(f"SELECT getenv('A'),\n  version()\n{FROM}", CATALOGUE, ANALYST)

    assert [(r.code, r.where) for r in refusal.value.reasons] == [
        ("function_not_allowed", "1:8"),
        ("function_not_allowed", "2:3"),
    ]


def test_a_purpose_that_does_not_fit_is_told_with_the_tables_and_what_they_are_for():
    with pytest.raises(Refused) as refusal:
        guard("SELECT 1 FROM analytics.events, telemetry.spans", CATALOGUE, ANALYST)

    sentence = refusal.value.reasons[0].sentence
    assert "analytics.events is for analytics or billing" in sentence
    assert "telemetry.spans is for operations" in sentence
    assert refusal.value.reasons[0].where == "1:33"


def test_the_nearest_function_and_the_full_name_of_a_table_are_offered():
    for text, fix in (
        (f"SELECT sume(n) {FROM}", "Did you mean sum?"),
        ("SELECT 1 FROM plans", "analytics.plans"),
    ):
        with pytest.raises(Refused) as refusal:
            guard(text, CATALOGUE, ANALYST)
        assert fix in refusal.value.reasons[0].remedy.sentence


QUESTIONS = [
    f"SELECT count(*) {FROM}",
    "select N, Feature from ANALYTICS.Events",
    f"SELECT e.n {FROM} AS e TABLESAMPLE BERNOULLI (50) JOIN analytics.plans p ON p.plan = e.feature",
    f"WITH events AS (SELECT n {FROM}) SELECT * FROM events",
    f"WITH a AS (SELECT n {FROM}), b AS (SELECT * FROM a) SELECT * FROM b x JOIN a USING (n)",
    f"SELECT x {FROM} CROSS JOIN UNNEST(consent_scope) AS u(x)",
    f"SELECT n, row_number() OVER (PARTITION BY feature ORDER BY at DESC) {FROM}",
    f"SELECT feature, sum(n) {FROM} GROUP BY GROUPING SETS ((feature), ()) HAVING count(*) > 1 ORDER BY 2 DESC LIMIT 5",
    f"SELECT json_extract_scalar(props, '$.a') = 'b' {FROM}",
    f"SELECT date_trunc('day', at), date_diff('minute', at, now()), extract(hour FROM at) {FROM}",
    f"SELECT CAST(n AS varchar), TRY_CAST(feature AS bigint), n / 2, coalesce(n, 0), if(n > 1, 'a', 'b') {FROM}",
    f"SELECT approx_distinct(n), count_if(n > 1), max_by(feature, n), approx_percentile(v, 0.5) {FROM}",
    f"SELECT n {FROM} WHERE feature LIKE 'a%' ESCAPE '\\' OR feature IN ('x') AND n BETWEEN 1 AND 2",
    "SELECT plan FROM analytics.plans EXCEPT SELECT 'x' ORDER BY 1 OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY",
    "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(a, b)",
    "(SELECT 1)",
    "SELECT 'it''s; -- no comment /* nor this */', \"analytics\".\"events\".n FROM analytics.events",
]


@pytest.mark.parametrize("text", QUESTIONS, ids=lambda text: text[:60])
def test_plain_questions_pass_and_read_nothing_but_guarded_rows(text):
    guarded = guard(text, CATALOGUE, ANALYST)

    sources = {relation.source for relation in guarded.relations}
    statement = sqlglot.parse_one(guarded.sql, read="duckdb")
    for table in statement.find_all(exp.Table):
        if table.name in sources:
            inner = table.find_ancestor(exp.Select)
            assert isinstance(inner.parent, exp.Subquery)
            assert str(ANALYST.tenant) in inner.args["where"].sql()
    read = {t.name for t in sqlglot.parse_one(guarded.barred, read="duckdb").find_all(exp.Table)}
    assert {relation.rows for relation in guarded.relations} <= read
    assert not any("source" in name for name in read)


def test_a_sample_and_joins_stay_where_a_table_was():
    guarded = guard(QUESTIONS[2], CATALOGUE, ANALYST)

    for sql in (guarded.sql, guarded.barred):
        assert 'AS "e" TABLESAMPLE BERNOULLI (50 PERCENT) JOIN' in sql


def test_limits_are_settings():
    with pytest.raises(Refused):
        guard("SELECT 1, 2", CATALOGUE, ANALYST, Limits(words=3))


def test_columns_are_masked_by_their_labels():
    body = guard(f"SELECT user_id, postcode, props, n {FROM}", CATALOGUE, ANALYST).relations[0]
    assert set(body.masked) == {"user_id", "postcode", "props"}
    assert "SHA256" in body.body

    trusted = replace(ANALYST, clearance="confidential", pii=frozenset({"direct", "indirect"}))
    clear = guard(f"SELECT user_id, postcode, props, n {FROM}", CATALOGUE, trusted).relations[0]
    assert clear.masked == {}
    assert "SHA256" not in clear.body


def test_only_what_is_used_is_read():
    (relation,) = guard(f"SELECT count(n) {FROM}", CATALOGUE, ANALYST).relations
    assert set(relation.reads) == {"n", "tenant_id", "environment", "purpose", "consent_scope"}
