"""The confined process: answers one question with DuckDB and ends. Run as a file of its own, with nothing inherited.

It imports nothing of CompanyOS, so that a house's code and secrets are not even in its memory. Standard input gives
one frame of JSON and then an Arrow IPC stream for each source with rows; standard output takes one frame of JSON and
then the answer's Arrow IPC stream. A frame is its length (8 bytes, big-endian) and that many bytes.
"""
# ruff: noqa: S608 - the SQL comes guarded, names are quoted here

import ctypes
import json
import math
import os
import resource
import signal
import struct
import sys
import time
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CLONE_NEWNET, CLONE_NEWIPC = 0x40000000, 0x08000000
CAPABILITIES_3 = 0x20080522
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = (
    444,
    445,
    446,
)  # alike on every architecture
PATH_BENEATH, READ_FILE, ALL_FILE_ACCESS = 1, 1 << 2, (1 << 13) - 1
FAULTS = (duckdb.Error, ValueError, OverflowError)
HEADROOM = 256 << 20
"""Bytes of address space beyond DuckDB's own limit for what it does not count."""


def confine() -> None:
    """Give up what no question needs: outliving the parent, new rights, dumps, files to write, the network."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.unshare(CLONE_NEWNET | CLONE_NEWIPC)  # where the kernel lets us; DuckDB's own lock stands without it
    libc.capset(struct.pack("=Ii", CAPABILITIES_3, 0), bytes(24))  # root keeps no more than its files
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def only_open(files: list[str]) -> None:
    """From now on the kernel lets this process open these files to read them, and nothing else (Landlock, Linux 5.13).

    Where the kernel has no Landlock, DuckDB's own lock stands alone.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    rules = libc.syscall(LANDLOCK_CREATE_RULESET, struct.pack("=Q", ALL_FILE_ACCESS), 8, 0)
    if rules < 0:
        return
    for path in files:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        libc.syscall(LANDLOCK_ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", READ_FILE, opened), 0)
        os.close(opened)
    libc.syscall(LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)


def bound(memory: int, cpu: float) -> None:
    """Hard limits: the kernel refuses memory beyond the limit and ends the process that computes too long."""
    pages = int(open("/proc/self/statm", "rb").read().split()[0])  # noqa: SIM115
    standing = pages * resource.getpagesize()
    total = standing + memory + HEADROOM
    resource.setrlimit(resource.RLIMIT_AS, (total, total))
    seconds = math.ceil(time.process_time() + cpu)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def take(stream: BinaryIO) -> bytes:
    (length,) = struct.unpack(">Q", _exactly(stream, 8))
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    found = stream.read(length)
    if len(found) != length:
        raise EOFError
    return found


def give(stream: BinaryIO, *frames: bytes) -> None:
    for frame in frames:
        stream.write(struct.pack(">Q", len(frame)))
        stream.write(frame)
    stream.flush()


def warmed() -> duckdb.DuckDBPyConnection:
    """A database that has loaded what a question needs."""
    db = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "temp_directory": "",
            "preserve_insertion_order": False,
        },
    )
    db.execute("set TimeZone = 'UTC'")
    db.execute("set enable_profiling = 'no_output'")  # counts the bytes that are read
    few = pa.table({"n": [1, 2]})
    db.register("few", few)
    streamed(db.sql("select count(*), sum(n) from few where n > 1"), 1, 1)
    db.unregister("few")
    return db


def opened(
    db: duckdb.DuckDBPyConnection, question: dict[str, Any], rows: dict[str, pa.Table]
) -> duckdb.DuckDBPyConnection:
    """Hold the sources as views, and from then on be able to open their files and no others, for good."""
    db.execute(f"set memory_limit = '{question['memory']}B'")
    db.execute(f"set threads = {question['threads']}")
    files = [path for source in question["sources"].values() for path in source["files"]]
    only_open(files)
    db.execute(f"set allowed_paths = {_list(files)}")
    db.execute("set enable_external_access = false")
    for name, source in question["sources"].items():
        db.execute(f"create view {_name(name)} as {_rows_of(db, name, source, rows.get(name))}")
    db.execute("set lock_configuration = true")
    return db


def _rows_of(db: duckdb.DuckDBPyConnection, name: str, source: dict[str, Any], rows: pa.Table | None) -> str:
    every = ", ".join(map(_name, source["columns"]))
    files = f"from read_parquet({_list(source['files'])}, union_by_name = true)"
    if rows is None:
        return f"select {every} {files}"
    db.register(f"{name}_fresh", rows)
    fresh = f"from {_name(f'{name}_fresh')}"
    if not source["files"]:
        return f"select {every} {fresh}"
    # By name: the rows say which columns there are, and of which type, where no file has one yet.
    return f"select {every} from ({fresh} union all by name {files})"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _list(texts: list[str]) -> str:
    return "[" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + "]"


def answered(db: duckdb.DuckDBPyConnection, question: dict[str, Any]) -> tuple[bytes, int, bool]:
    """The answer of the statement; of the barred one over made tables when it fails on rows nobody may see."""
    try:
        return streamed(db.sql(question["sql"]), question["rows"], question["answer"])
    except duckdb.OutOfMemoryException:
        raise
    except FAULTS:
        if not question["barrier"]:
            raise
    for name, body in question["barrier"].items():
        db.execute(f"create temp table {_name(name)} as {body}")
    return streamed(db.sql(question["barred"]), question["rows"], question["answer"])


def bytes_read(db: duckdb.DuckDBPyConnection) -> int:
    """What the last statement read of files, by DuckDB's own count; 0 when it was cut off before its end."""
    said = json.loads(db.get_profiling_information("json"))
    return int(said.get("io", {}).get("total_bytes_read", 0))


def streamed(found: duckdb.DuckDBPyRelation, most_rows: int, most_bytes: int) -> tuple[bytes, int, bool]:
    """The answer as an Arrow IPC stream, its number of rows, and whether rows were left out."""
    reader: Any = found.to_arrow_reader(2048)
    sink = pa.BufferOutputStream()
    kept = size = 0
    more = False
    with pa.ipc.new_stream(sink, reader.schema) as out:
        for batch in reader:
            rest = batch.slice(0, most_rows - kept)
            fitting = _fitting(rest, most_bytes - size)
            more = fitting < batch.num_rows
            out.write_batch(batch.slice(0, fitting))
            kept, size = kept + fitting, size + batch.slice(0, fitting).nbytes
            if more:
                break
    reader.close()  # ends the statement, and with it the counting
    return sink.getvalue().to_pybytes(), kept, more


def _fitting(batch: pa.RecordBatch, room: int) -> int:
    """How many of its first rows fit into so many bytes."""
    low, high = 0, batch.num_rows
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if batch.slice(0, middle).nbytes <= room else (low, middle - 1)
    return low


def main() -> None:
    confine()
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    db = warmed()
    give(stdout, b"{}")  # says: ready
    try:
        question = json.loads(take(stdin))
        rows = {n: pa.ipc.open_stream(take(stdin)).read_all() for n in question["with_rows"]}
    except EOFError:
        return  # nobody asked
    began = time.monotonic()
    try:
        bound(question["memory"], question["cpu"])
        stream, count, more = answered(opened(db, question, rows), question)
        said = {"rows": count, "more": more, "seconds": time.monotonic() - began, "read": bytes_read(db)}
        give(stdout, json.dumps(said).encode(), stream)
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        give(stdout, b'{"error": "memory"}')
    except FAULTS as error:
        kind, first = type(error).__name__, str(error).split("\n", 1)[0][:500]
        give(stdout, json.dumps({"error": "failed", "kind": kind, "sentence": first}).encode())
    os._exit(0)  # threads of the engine are not waited for


if __name__ == "__main__":
    main()
