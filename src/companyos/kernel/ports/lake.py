"""The lake: large append-mostly tables in an open format, partitioned by tenant and day.

Rows travel as Arrow. Every table has the columns `tenant_id` (canonical text of the tenant's UUID) and `at`
(UTC, microseconds). Reading goes through `Scan`, which cannot be written without a tenant.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class LakeTable:
    """A table: `<namespace>.<name>`, its Arrow schema, and the order in which compaction sorts rows.

    `merge` is SQL over the relation `rows` that compaction applies to the rows of one tenant and day, for
    tables whose rows add up (roll-ups); empty keeps rows as they are.
    """

    name: str
    schema: "pa.Schema"
    sort: tuple[str, ...] = ("at",)
    merge: str = ""


Operator = Literal["=", "!=", ">", ">=", "<", "<=", "in", "contains"]


@dataclass(frozen=True, slots=True)
class Where:
    """One condition on a column; `contains` finds text regardless of case, `in` takes a sequence."""

    column: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Scan:
    """The rows of one tenant in `[start, end)` that meet all conditions; empty `columns` means all.

    `fresh(mark)` gives rows that follow the table's mark and are not yet in the lake, of any tenant; they go
    through the same filter as the rows at rest. It is asked for the very state of the table that is read, so
    no row is missed or seen twice.
    """

    table: LakeTable
    tenant: UUID
    start: datetime
    end: datetime
    columns: tuple[str, ...] = ()
    where: tuple[Where, ...] = ()
    fresh: "Callable[[int], Sequence[pa.Table]] | None" = None


@dataclass(frozen=True, slots=True)
class Hidden:
    """Rows of a tenant that nobody may read any more, until they are in no file.

    Those whose `column` is `value` (or holds it somewhere in its text, if `within`), and one of whose times
    (`times_of`) is before `before`.
    """

    tenant: UUID
    column: str
    value: str
    before: datetime
    within: bool = False


Hiding = Callable[[LakeTable, UUID], "Awaitable[Sequence[Hidden]]"]
"""What of a table is hidden in a tenant at this moment."""


def times_of(table: LakeTable) -> tuple[str, ...]:
    """When a row happened, and when it came in, if the table says so."""
    return tuple(name for name in ("at", "received_at") if name in table.schema.names)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What maintenance is asked to do to one table.

    `keep`: rows older than this go, by whole days. `compact_from`: a tenant's day with at least so many
    files is rewritten as one. `grace`: old snapshots and files that no snapshot names stay this long, so
    that running queries are not cut off.
    """

    keep: timedelta
    compact_from: int = 8
    grace: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class UpkeepReport:
    """What maintenance did to one table."""

    days_dropped: int = 0
    days_compacted: int = 0
    files_before: int = 0
    files_after: int = 0
    snapshots_expired: int = 0
    files_deleted: int = 0


OPENING = 16_384
"""Bytes at the end of a Parquet file that an engine reads first, to know where its columns are."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that holds rows of a scan. `columns` are the bytes that each column takes in it, where that is known."""

    path: str
    size: int
    rows: int
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """What reading a scan means at one moment: its files, whole, and its rows that are in no file yet.

    `fresh` has rows of the scan's tenant and time only. Files may hold rows outside the scan's time.
    """

    files: "tuple[DataFile, ...]"
    fresh: "pa.Table"

    def quote(self, columns: Sequence[str]) -> int:
        """Bytes to be read of these columns at most, with what it takes to find them in each file."""
        return sum(min(file.size, OPENING) for file in self.files) + self.size(columns)

    def size(self, columns: Sequence[str]) -> int:
        """Bytes that these columns take; where a file does not say, its whole size counts."""
        known = sum(
            sum(file.columns.get(name, 0) for name in columns) if file.columns else file.size
            for file in self.files
        )
        return known + int(sum(self.fresh.column(name).nbytes for name in columns))


class MarkMoved(Exception):
    """An append was refused: another writer has moved the table's mark since the caller read it."""


class Lake(Protocol):
    """Tables of tenants. One writer per table at a time; readers see whole appends or none."""

    async def ensure(self, table: LakeTable) -> None:
        """Make the table, or add the columns that the schema has gained."""
        ...

    async def append(
        self, table: LakeTable, rows: "pa.Table", *, mark: tuple[int, int] | None = None
    ) -> None:
        """Add rows in one atomic commit. With `mark=(from, to)` the commit also moves the table's mark.

        The mark is how a reader of a stream gets its rows in exactly once: rows and offset commit together.
        Raises MarkMoved when the mark does not stand at `from`.
        """
        ...

    async def mark(self, table: LakeTable) -> int:
        """Where the table's mark stands; 0 at first."""
        ...

    async def scan(self, scan: Scan) -> "pa.Table":
        """The rows of a scan."""
        ...

    async def plan(self, scan: Scan) -> ScanPlan:
        """What a reader outside this process would have to read.

        The scan's columns and conditions, and leaving out what is `hidden`, are left to that reader.
        """
        ...

    def hide(self, hiding: Hiding) -> None:
        """From now on scans and queries leave out what this names, besides what was named before."""
        ...

    async def hidden(self, table: LakeTable, tenant: UUID) -> tuple[Hidden, ...]:
        """What must not be read now, for readers of a plan."""
        ...

    async def erase(self, table: LakeTable, rows: Hidden) -> int:
        """Write the files that hold such rows again without them; how many rows went. Raises MarkMoved.

        The former files stay on disk for who reads them now, until `purge` or `upkeep`.
        """
        ...

    async def purge(self, table: LakeTable, rows: Hidden, *, before: datetime) -> int:
        """Delete files with such rows that were replaced before; how many such rows are in any file on disk still.

        Every file of the tenant is read for it, also those that nothing names any more.
        """
        ...

    async def query(self, sql: str, parameters: Mapping[str, Any], **relations: Scan) -> "pa.Table":
        """Run SQL over named scans. The statement sees these relations and nothing else of the lake."""
        ...

    async def upkeep(self, table: LakeTable, rule: Upkeep, *, now: datetime) -> UpkeepReport:
        """Drop what is past its time, compact, expire snapshots, delete files that nothing names."""
        ...

    async def writable(self) -> None:
        """Return when an append would be accepted, else raise the engine's error."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
