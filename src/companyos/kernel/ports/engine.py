"""The engine: answers SQL that people wrote, over files and rows that it is handed, and can reach nothing else.

The SQL has been guarded before (analytics' `rules/sql`); the engine is the wall behind the guard. Rows travel as Arrow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..problems import Problem

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Source:
    """The raw rows behind one name in the SQL: Parquet files (absolute paths) and rows that are in no file yet.

    Columns that a file does not have are null there. `columns` are the only ones that SQL sees.
    """

    columns: tuple[str, ...]
    files: tuple[str, ...] = ()
    rows: "pa.Table | None" = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one question may take: `memory` and `answer` in bytes, `cpu` and `wall` in seconds, `rows` of the answer."""

    memory: int = 1 << 30
    cpu: float = 60.0
    wall: float = 30.0
    rows: int = 10_000
    answer: int = 16 << 20
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Question:
    """SQL over sources by name.

    `barrier` maps the names of tables to be made first to the SELECT that fills each, and `barred` is the SQL over
    these: it takes the place of `sql` when that fails, so that an error is only ever told of rows that may be seen.
    """

    sql: str
    sources: Mapping[str, Source]
    barred: str = ""
    barrier: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """An Arrow IPC stream of at most the rows and bytes that were allowed; `more` says that there were more.

    `read` are the bytes of files that the engine read by its own count, 0 when it gave none.
    """

    stream: bytes
    rows: int
    more: bool
    seconds: float
    read: int = 0


class QueryFailed(Problem):
    """The SQL cannot be computed on these rows (a cast, a division by zero, a name)."""

    status, code, title = 422, "query_failed", "The question could not be computed"


class OverBounds(Problem):
    """The question took more memory or time than it may; it was ended, and nothing else was hurt."""

    status, code, title = 422, "over_bounds", "The question takes more than it may"


class EngineLost(Problem):
    """The engine ended by itself; this is a fault of the engine or of the machine, not of the question's words."""

    status, code, title = 503, "engine_lost", "The engine broke off"


class Engine(Protocol):
    """Runs questions apart from everything else. Many may run at once; each leaves nothing behind."""

    async def run(self, question: Question, bounds: Bounds) -> "Answer":
        """Answer one question. Raises QueryFailed, OverBounds or EngineLost."""
        ...

    async def close(self) -> None:
        """End what still runs."""
        ...
