"""What do row filters and column masks cost over the bare engine?

    python benchmarks/analytics/governance.py [rows, default 1,000,000]

ClickBench's 43 questions in Trino's dialect over a made-up table of the shape of its `hits`. Peer: DuckDB with the same
question, translated by the same translator, over a file with just the rows that the reader may see, and nothing in
between. `guarded` reads a file with 5 % more rows, of another environment, and filters by tenant, time, environment and
consent; it masks by label: the model of the phone is a pseudonym (two questions group by it), parameters and remote
address are withheld. Consent is a list, as events keep it, or text such as `|product|`. All run in one process in
turns; the least of some runs counts. Beside it: the whole way, with guard, confined process and answer by Arrow.
Figure: guarded at most 1.10 × bare over all questions (specification 26).
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import exp, inf, log
from pathlib import Path
from statistics import fmean
from uuid import UUID

import duckdb
import pyarrow.parquet as pq
import sqlglot
from _hits import ROW_GROUP, TENANT, make

from companyos.adapters.engine.confined import ConfinedDuckDB
from companyos.domains.analytics.rules.sql import Catalogue, Column, Guarded, Reader, Refused, Table, guard
from companyos.domains.analytics.rules.sql.dialect import settle
from companyos.domains.analytics.service.questions import asked, trino_type
from companyos.kernel.ports.engine import Bounds, Source
from companyos.spines.data.rules.labels import Label

GOAL, RUNS, ROWS = 1.10, 5, 1_000_000
EVENTS_DO = "consent as a list"
CONSENTS = {"no consent needed": "", "consent as text": "consents", EVENTS_DO: "consent_scope"}
QUESTIONS = Path(__file__).with_name("clickbench.sql")
LABELS = {
    "MobilePhoneModel": Label("internal", "direct"),
    "RemoteIP": Label("internal", "indirect"),
    "Params": Label("confidential"),
}
BOUNDS = Bounds(memory=4 << 30, cpu=600, wall=600)


def hits(file: Path, consent: str) -> Table:
    """The table as questions see it; `consent` names its column with the consents, "" for a table that needs none."""
    schema = pq.read_schema(file)
    columns = tuple(Column(f.name, trino_type(f.type), LABELS.get(f.name, Label())) for f in schema)
    consents = {"analytics": "product"} if consent else {}
    return Table("hits", columns, ("analytics",), consents=consents, consent_column=consent)


def guarded_questions(table: Table) -> tuple[list[tuple[str, Guarded]], float]:
    """Each question with its guarded form, and the milliseconds that guarding one took."""
    reader = Reader(
        UUID(TENANT),
        "analytics",
        environments=("prod",),
        since=datetime(2013, 6, 1, tzinfo=UTC),
        until=datetime(2013, 9, 1, tzinfo=UTC),
        pseudonym_key="a key of the benchmark",
    )
    found, texts = [], [q for q in QUESTIONS.read_text().splitlines() if not q.startswith("--")]
    began = time.perf_counter()
    for text in texts:
        try:
            found.append((text, guard(text, Catalogue.of(table), reader)))
        except Refused as refused:
            print(f"refused: {text[:80]}\n         {refused}")
    return found, (time.perf_counter() - began) * 1000 / len(texts)


def least(*ways: Callable[[], object]) -> list[float]:
    """The shortest of some runs of each, in milliseconds, in turns so that noise hits all alike."""
    best = [inf] * len(ways)
    for run in range(RUNS + 1):
        for number, way in enumerate(ways):
            began = time.perf_counter()
            way()
            if run:
                best[number] = min(best[number], (time.perf_counter() - began) * 1000)
    return best


def in_process(file: Path, seen: Path) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    db.execute("set TimeZone = 'UTC'")
    visible = f"select * from read_parquet('{file}') where environment = 'prod'"
    db.execute(f"copy ({visible}) to '{seen}' (format parquet, compression zstd, row_group_size {ROW_GROUP})")
    db.execute(f"create view hits as select * from read_parquet('{seen}')")
    db.execute(f"create view companyos_source_0 as select * from read_parquet('{file}')")
    return db


async def whole_way(engine: ConfinedDuckDB, file: Path, guarded: Guarded) -> float:
    sources = {r.source: Source(r.reads, (str(file),)) for r in guarded.relations}
    began = time.perf_counter()
    await engine.run(asked(guarded, sources), BOUNDS)
    return (time.perf_counter() - began) * 1000


async def measure(file: Path) -> int:
    ways = {said: guarded_questions(hits(file, column)) for said, column in CONSENTS.items()}
    texts = [text for text, _ in ways[EVENTS_DO][0]]
    guarding = ways[EVENTS_DO][1]
    db, engine = in_process(file, file.with_name("seen.parquet")), ConfinedDuckDB()
    rows = []
    for number, text in enumerate(texts):
        bare = sqlglot.parse_one(text, read="trino").transform(settle).sql(dialect="duckdb")
        forms = [bare, *(found[number][1].sql for found, _ in ways.values())]
        assert len({db.sql(sql).to_arrow_table().num_rows for sql in forms}) == 1, text
        times = least(*(lambda sql=sql: db.sql(sql).to_arrow_table() for sql in forms))
        rows.append((text, times, await whole_way(engine, file, ways[EVENTS_DO][0][number][1])))
    await engine.close()
    bare_ms, *sums = (sum(times[n] for _, times, _ in rows) for n in range(1 + len(ways)))
    print(f"{len(rows)} of 43 questions, guarding one takes {guarding:.1f} ms")
    print(f"bare DuckDB, all questions           {bare_ms:9.1f} ms")
    for number, (said, total) in enumerate(zip(ways, sums, strict=True), start=1):
        mean = fmean(log(times[number] / times[0]) for _, times, _ in rows)
        print(
            f"guarded, {said:<27} {total:9.1f} ms  {total / bare_ms:5.2f} × bare, {exp(mean):.2f} × in the mean"
        )
    which = 1 + list(ways).index(EVENTS_DO)
    for text, times, _ in sorted(rows, key=lambda row: row[1][which] / row[1][0], reverse=True)[:4]:
        print(f"    {times[which] / times[0]:6.2f} × ({times[0]:.1f} → {times[which]:.1f} ms)  {text[:80]}")
    whole = sum(way for *_, way in rows)
    print(f"whole way, {EVENTS_DO:<25} {whole:9.1f} ms  {whole / bare_ms:5.2f} × bare (once each)")
    met = sums[which - 1] <= GOAL * bare_ms and len(rows) == 43
    print(f"goal: all 43 at most {GOAL:.2f} × bare: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def main() -> int:
    count = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hits.parquet"
        make(file, count)
        print(f"{count:,} rows, {file.stat().st_size / 1e6:.0f} MB of Parquet")
        return asyncio.run(measure(file))


if __name__ == "__main__":
    sys.exit(main())
