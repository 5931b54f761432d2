"""`duckdb:` engine: every question gets a confined process of its own, taken from a few that wait ready."""

import asyncio
import contextlib
import json
import os
import signal
import struct
import sys
from collections import deque
from pathlib import Path
from typing import Any

import pyarrow as pa
import structlog

from companyos.kernel.ports.engine import Answer, Bounds, EngineLost, OverBounds, QueryFailed, Question
from companyos.kernel.problems import Problem

log = structlog.get_logger("companyos.engine")

CHILD = Path(__file__).with_name("child.py")
ENVIRONMENT = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}
START_SECONDS = 30.0
SLACK = 1 << 20
"""Bytes by which an answer's stream may be larger than its rows: schema, padding, framing."""


class ConfinedDuckDB:
    """Engine over child processes. `ready` wait for the next questions; at most `most` answer at once."""

    def __init__(self, *, ready: int = 1, most: int = 2):
        self._ready, self._room = ready, asyncio.Semaphore(most)
        self._waiting: deque[asyncio.Task[asyncio.subprocess.Process]] = deque()
        self._closed = False

    @classmethod
    def at_url(cls, url: str, **options: Any) -> "ConfinedDuckDB":
        """`duckdb:`; there is nothing more to say."""
        if url != "duckdb:":
            raise ValueError(f"write duckdb:, not {url!r}")
        return cls(**options)

    async def run(self, question: Question, bounds: Bounds) -> Answer:
        async with self._room:
            process = await self._next()
            try:
                async with asyncio.timeout(bounds.wall):
                    return await _ask(process, question, bounds)
            except TimeoutError:
                sentence = f"The question ran longer than {bounds.wall:g} s and was ended."
                raise OverBounds(sentence) from None
            finally:
                await _end(process)

    async def close(self) -> None:
        self._closed = True
        while self._waiting:
            with contextlib.suppress(EngineLost, OSError):
                await _end(await self._waiting.popleft())

    async def _next(self) -> asyncio.subprocess.Process:
        """A process that is ready; as many as wanted are started for those who ask next."""
        while not self._closed and len(self._waiting) < self._ready + 1:
            self._waiting.append(asyncio.create_task(_start()))
        if self._closed:
            raise EngineLost("The engine is closed.")
        try:
            return await self._waiting.popleft()
        except OSError as error:
            raise EngineLost(f"No process could be started: {error.strerror}.") from error


async def _start() -> asyncio.subprocess.Process:
    """A process that has imported what it needs, given up what it does not, and waits for its question."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-B", str(CHILD),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=ENVIRONMENT, cwd="/", start_new_session=True, close_fds=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(START_SECONDS):
            await _take(process, SLACK)
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError) as error:
        await _end(process)
        if isinstance(error, asyncio.CancelledError):
            raise
        raise EngineLost("The engine's process did not start.") from error
    return process


async def _ask(process: asyncio.subprocess.Process, question: Question, bounds: Bounds) -> Answer:
    try:
        await _give(process, question, bounds)
        said = json.loads(await _take(process, SLACK))
        if said.get("error") == "memory":
            raise _too_much_memory(bounds)
        if said.get("error"):
            raise QueryFailed(_sentence(said["kind"], said["sentence"]))
        stream = await _take(process, 2 * bounds.answer + SLACK)
        return Answer(stream, said["rows"], said["more"], said["seconds"], said["read"])
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise _lost(await process.wait(), bounds) from error


async def _give(process: asyncio.subprocess.Process, question: Question, bounds: Bounds) -> None:
    with_rows = [name for name, source in question.sources.items() if source.rows is not None]
    asked = {
        "sql": question.sql,
        "barred": question.barred,
        "barrier": dict(question.barrier),
        "sources": {n: {"columns": s.columns, "files": s.files} for n, s in question.sources.items()},
        "with_rows": with_rows,
        "memory": bounds.memory,
        "cpu": bounds.cpu,
        "rows": bounds.rows,
        "answer": bounds.answer,
        "threads": bounds.threads,
    }
    frames = [json.dumps(asked).encode(), *(_stream(question.sources[name].rows) for name in with_rows)]
    assert process.stdin is not None
    for frame in frames:
        process.stdin.write(struct.pack(">Q", len(frame)))
        process.stdin.write(frame)
        await process.stdin.drain()


def _stream(rows: "pa.Table | None") -> bytes:
    sink = pa.BufferOutputStream()
    if rows is not None:
        with pa.ipc.new_stream(sink, rows.schema) as out:
            out.write_table(rows)
    return bytes(sink.getvalue().to_pybytes())


async def _take(process: asyncio.subprocess.Process, most: int) -> bytes:
    assert process.stdout is not None
    (length,) = struct.unpack(">Q", await process.stdout.readexactly(8))
    if length > most:
        raise EngineLost("The engine sent more than it may.")
    return await process.stdout.readexactly(length)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process and what it may have started, now, and wait until it is gone."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    await asyncio.shield(process.wait())


def _sentence(kind: str, sentence: str) -> str:
    return sentence if sentence.startswith(kind.removesuffix("Exception")[:5]) else f"{kind}: {sentence}"


def _too_much_memory(bounds: Bounds) -> OverBounds:
    return OverBounds(f"The question needs more than {bounds.memory >> 20} MiB of memory.")


def _lost(code: int, bounds: Bounds) -> Problem:
    """What the end of a process that gave no answer means."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return OverBounds(
            f"The question computed longer than {bounds.cpu:g} s, or the machine ran out of memory."
        )
    log.error("engine.lost", code=code)
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        # Native code that is refused memory ends so; a real crash looks the same from outside.
        return EngineLost("The engine crashed, most likely for want of memory; ask for less, or report it.")
    return EngineLost(f"The engine ended with {code} and no answer.")
