"""What the confined engine promises: answers within bounds, and a wall that stands even if the guard had a hole."""

import asyncio
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from companyos.adapters.engine.confined import CHILD, ConfinedDuckDB, _start
from companyos.kernel.ports.engine import Bounds, EngineLost, OverBounds, QueryFailed, Question, Source

ROWS = 100_000
BOUNDS = Bounds(memory=512 << 20, cpu=30, wall=20)
TRIPLE = "select sum(a.n * b.n) from rows a, rows b, rows c"


@pytest.fixture(scope="module")
async def engine():
    made = ConfinedDuckDB(ready=1)
    yield made
    await made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("files")
    pq.write_table(pa.table({"n": range(ROWS), "s": ["x"] * ROWS}), made / "rows.parquet")
    pq.write_table(pa.table({"secret": [1]}), made / "other.parquet")
    return made


@pytest.fixture
def ask(engine, folder):
    async def asks(sql, bounds=BOUNDS, rows=None, **more):
        source = Source(("n", "s"), (str(folder / "rows.parquet"),), rows)
        answer = await engine.run(Question(sql, {"rows": source}, **more), bounds)
        return answer, pa.ipc.open_stream(answer.stream).read_all()

    return asks


async def test_files_and_fresh_rows_are_one_table(ask):
    fresh = pa.table({"n": [1_000_000], "s": ["new"]})
    answer, found = await ask("select count(*) as c, max(n) as m from rows", rows=fresh)

    assert found.to_pylist() == [{"c": ROWS + 1, "m": 1_000_000}]
    assert (answer.rows, answer.more) == (1, False)
    assert answer.seconds > 0


async def test_a_column_that_no_file_has_yet_is_null_there(engine, folder):
    rows = pa.table({"n": pa.array([], pa.int64()), "new": pa.array([], pa.string())})
    source = Source(("n", "new"), (str(folder / "rows.parquet"),), rows)
    answer = await engine.run(Question("select count(*), count(new) from rows", {"rows": source}), BOUNDS)
    assert pa.ipc.open_stream(answer.stream).read_all().to_pylist()[0] == {
        "count_star()": ROWS,
        'count("new")': 0,
    }


async def test_an_answer_stops_at_so_many_rows_or_bytes_and_says_so(ask):
    answer, found = await ask("select * from rows", replace(BOUNDS, rows=7))
    assert (found.num_rows, answer.rows, answer.more) == (7, 7, True)

    answer, found = await ask("select * from rows", replace(BOUNDS, rows=10**9, answer=10_000))
    assert answer.more
    assert 0 < found.nbytes <= 10_000


async def test_a_question_that_runs_too_long_is_ended(ask):
    with pytest.raises(OverBounds, match="longer than 1 s"):
        await ask(TRIPLE, replace(BOUNDS, wall=1))


async def test_a_question_that_computes_too_long_is_ended_by_the_kernel(ask):
    with pytest.raises(OverBounds, match="computed longer than 1 s"):
        await ask(TRIPLE, replace(BOUNDS, cpu=1))


@pytest.mark.parametrize(
    "sql",
    [
        "select length(repeat('x', 1000000000) || repeat('y', 1000000000))",
        "select count(distinct (a.n, b.n)) from rows a, rows b",
        "select list(a.n || b.s) from rows a, (select s from rows limit 500) b",
    ],
)
async def test_a_question_that_needs_too_much_memory_is_ended(ask, sql):
    with pytest.raises((OverBounds, EngineLost)) as ended:
        await ask(sql, replace(BOUNDS, memory=64 << 20))
    assert "memory" in ended.value.detail or "longer" in ended.value.detail


async def test_the_next_question_is_not_hurt(ask):
    with pytest.raises(OverBounds):
        await ask(TRIPLE, replace(BOUNDS, cpu=1))
    _, found = await ask("select count(*) as c from rows")
    assert found.to_pylist() == [{"c": ROWS}]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_parquet('{folder}/other.parquet')",
        "select * from '{folder}/other.parquet'",
        "select * from glob('{folder}/*')",
        "copy (select 1) to '{folder}/out.csv'",
        "copy rows to '{folder}/rows.parquet'",
        "attach '{folder}/x.db' as x",
        "install httpfs",
        "load httpfs",
        "select * from 'https://example.com/x.parquet'",
        "set memory_limit = '64GB'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set allowed_paths = ['/etc/passwd']",
        "export database '{folder}/all'",
        "select getenv('HOME')",
    ],
)
async def test_what_a_hole_in_the_guard_would_let_through_meets_the_wall(ask, folder, sql):
    before = {path: path.read_bytes() for path in Path(folder).iterdir()}

    with pytest.raises(QueryFailed):
        await ask(sql.format(folder=folder))

    assert {path: path.read_bytes() for path in Path(folder).iterdir()} == before


async def test_a_failure_on_hidden_rows_is_not_told(ask):
    hidden = "select * from (select s from rows where n < 0) where cast(s as bigint) > 0 union all select error('seen')"
    with pytest.raises(QueryFailed, match="seen"):
        await ask(hidden)

    _, found = await ask(
        hidden, barrier={"shown": "select n from rows where n < 3"}, barred="select count(*) as c from shown"
    )
    assert found.to_pylist() == [{"c": 3}]


async def test_a_failure_is_told_in_one_line_without_the_statement(ask):
    with pytest.raises(QueryFailed) as failed:
        await ask("select 'a secret of the guard', cast(s as bigint) from rows")
    assert "Conversion Error" in failed.value.detail
    assert "secret of the guard" not in failed.value.detail


async def test_the_process_inherits_nothing_and_may_do_nothing(monkeypatch):
    monkeypatch.setenv("COMPANYOS_SECRET", "do not tell")
    if os.geteuid() != 0:
        pytest.skip("only root may look into a process that cannot be dumped")
    with socket.socket() as open_elsewhere:
        os.set_inheritable(open_elsewhere.fileno(), True)
        mine = os.readlink(f"/proc/self/fd/{open_elsewhere.fileno()}")
        process = await _start()
        place = Path(f"/proc/{process.pid}")
        told = (place / "environ").read_bytes()
        status = dict(
            line.split(":\t", 1) for line in (place / "status").read_text().splitlines() if ":\t" in line
        )
        kept = {os.readlink(link) for link in (place / "fd").iterdir()}
        limits = (place / "limits").read_text()
        here, there = os.readlink("/proc/self/ns/net"), os.readlink(place / "ns/net")
        process.kill()
        await process.wait()

    assert b"COMPANYOS" not in told
    assert b"do not tell" not in told
    assert status["NoNewPrivs"].strip() == "1"
    assert int(status["CapEff"], 16) == 0
    assert "Max file size             0" in limits
    assert mine not in kept
    assert here != there


def test_the_kernel_lets_a_process_open_its_files_and_no_others(folder):
    mine, other = folder / "rows.parquet", folder / "other.parquet"
    code = f"import runpy; child = runpy.run_path({str(CHILD)!r}); child['only_open']([{str(mine)!r}]); "
    code += f"open({str(mine)!r}, 'rb').read(); print('mine'); open({str(other)!r}, 'rb')"

    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout == "mine\n"
    assert "PermissionError" in done.stderr


async def test_many_may_ask_at_once(ask):
    found = await asyncio.gather(*(ask(f"select {n} + count(*) as c from rows") for n in range(6)))
    assert [rows.to_pylist()[0]["c"] - ROWS for _, rows in found] == list(range(6))


async def test_giving_up_on_a_question_ends_its_process(ask, engine):
    asking = asyncio.create_task(ask(TRIPLE))
    await asyncio.sleep(1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert engine._room._value == 2


async def test_a_closed_engine_answers_nothing():
    engine = ConfinedDuckDB(ready=0)
    await engine.close()
    with pytest.raises(EngineLost):
        await engine.run(Question("select 1", {}), BOUNDS)


def test_a_url_that_says_more_is_refused():
    with pytest.raises(ValueError, match="duckdb:"):
        ConfinedDuckDB.at_url("duckdb:///elsewhere")
