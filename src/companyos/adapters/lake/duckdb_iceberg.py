"""`duckdb+iceberg:` lake: PyIceberg writes tables whose catalog is in PostgreSQL, DuckDB reads planned files."""

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pyarrow as pa
import structlog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.table import Table
from pyiceberg.transforms import DayTransform, IdentityTransform

from companyos.kernel.ports.database import Database
from companyos.kernel.ports.lake import (
    Hidden,
    Hiding,
    LakeTable,
    MarkMoved,
    Scan,
    ScanPlan,
    Upkeep,
    UpkeepReport,
)

from .erasing import purge, rewrite_without
from .query import Engine, only
from .upkeep import keep_up
from .view import MARK, View, view_of

log = structlog.get_logger("companyos.lake")

TABLE_PROPERTIES = {
    "write.parquet.compression-codec": "zstd",
    "write.parquet.compression-level": "3",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    # A retried commit would be rebased onto another writer's and could count the same records twice.
    "commit.retry.num-retries": "0",
}


class DuckDBIceberg:
    """Lake over a folder of Parquet files and a catalog in PostgreSQL.

    `catalog` is a synchronous SQLAlchemy URL. `stale_seconds`: how long another process's commits may stay
    unseen; own commits are seen at once. `memory` bounds what DuckDB may hold.
    """

    def __init__(
        self,
        warehouse: Path,
        catalog: str,
        *,
        memory: str = "512MB",
        threads: int = 2,
        stale_seconds: float = 1.0,
    ):
        self._warehouse, self._catalog_url, self._stale = warehouse, catalog, stale_seconds
        self._engine = Engine(memory=memory, threads=threads)
        self._opened: SqlCatalog | None = None
        self._opening = asyncio.Lock()
        self._writers: dict[str, asyncio.Lock] = {}
        self._views: dict[str, View] = {}
        self._seen: dict[str, float] = {}
        self._hiding: list[Hiding] = []

    @classmethod
    def at_url(cls, url: str, database: Database, *, folder: Path, **options: Any) -> "DuckDBIceberg":
        """`duckdb+iceberg:` keeps to the given folder, `duckdb+iceberg:///elsewhere` goes there.

        The catalog is in the started database.
        """
        path = unquote(urlsplit(url).path)
        return cls(Path(path) if path else folder, database.catalog_url, **options)

    async def ensure(self, table: LakeTable) -> None:
        if table.schema.names[:2] != ["tenant_id", "at"]:
            raise ValueError(f"the first columns of {table.name} must be tenant_id and at")
        catalog = await self._catalog()
        async with self._writer(table):
            await asyncio.to_thread(_ensure, catalog, table)
            await self._refresh(table)

    async def append(self, table: LakeTable, rows: pa.Table, *, mark: tuple[int, int] | None = None) -> None:
        catalog = await self._catalog()
        async with self._writer(table):
            try:
                await asyncio.to_thread(_append, catalog, table, rows, mark)
            except CommitFailedException as conflict:
                raise MarkMoved(
                    f"another process wrote {table.name} meanwhile; read its mark again"
                ) from conflict
            finally:
                await self._refresh(table)

    async def mark(self, table: LakeTable) -> int:
        return (await self._view(table)).mark

    async def scan(self, scan: Scan) -> pa.Table:
        return await self.query("select * from rows", {}, rows=scan)

    async def plan(self, scan: Scan) -> ScanPlan:
        view = await self._view(scan.table)
        # From here nothing is awaited: files and fresh rows are of one moment.
        fresh = scan.fresh(view.mark) if scan.fresh else ()
        files = tuple(file.known(view.fields) for file in view.planned_for(scan))
        return ScanPlan(files, only(scan, fresh))

    async def query(self, sql: str, parameters: Mapping[str, Any], **relations: Scan) -> pa.Table:
        hidden = [await self.hidden(scan.table, scan.tenant) for scan in relations.values()]
        for scan in relations.values():
            await self._view(scan.table)
        # From here to the thread nothing is awaited: all relations are of one moment, and so are `fresh` rows.
        bound = []
        for (name, scan), unread in zip(relations.items(), hidden, strict=True):
            view = self._views[scan.table.name]
            fresh = scan.fresh(view.mark) if scan.fresh else ()
            bound.append((name, scan, view.files_for(scan), fresh, unread))
        return await asyncio.to_thread(self._engine.run, sql, parameters, bound)

    def hide(self, hiding: Hiding) -> None:
        self._hiding.append(hiding)

    async def hidden(self, table: LakeTable, tenant: UUID) -> tuple[Hidden, ...]:
        return tuple([one for hiding in self._hiding for one in await hiding(table, tenant)])

    async def erase(self, table: LakeTable, rows: Hidden) -> int:
        catalog = await self._catalog()
        async with self._writer(table):
            try:
                return await asyncio.to_thread(
                    lambda: rewrite_without(_load(catalog, table), self._engine, table, rows)
                )
            except CommitFailedException as conflict:
                raise MarkMoved(f"another process wrote {table.name} meanwhile; erase again") from conflict
            finally:
                await self._refresh(table)

    async def purge(self, table: LakeTable, rows: Hidden, *, before: datetime) -> int:
        catalog = await self._catalog()
        async with self._writer(table):
            return await asyncio.to_thread(
                purge, lambda: _load(catalog, table), self._engine, table, rows, before
            )

    async def upkeep(self, table: LakeTable, rule: Upkeep, *, now: datetime) -> UpkeepReport:
        catalog = await self._catalog()
        async with self._writer(table):
            try:
                return await asyncio.to_thread(
                    keep_up, lambda: _load(catalog, table), self._engine, table, rule, now
                )
            finally:
                await self._refresh(table)

    async def writable(self) -> None:
        catalog = await self._catalog()

        def probe() -> None:
            catalog.list_namespaces()
            sign = self._warehouse / "writable"
            sign.write_bytes(b"yes")
            sign.unlink(missing_ok=True)

        await asyncio.to_thread(probe)

    async def close(self) -> None:
        self._engine.close()
        if self._opened:
            await asyncio.to_thread(self._opened.close)

    async def _catalog(self) -> SqlCatalog:
        async with self._opening:
            if self._opened is None:
                self._warehouse.mkdir(parents=True, exist_ok=True)
                self._opened = await asyncio.to_thread(
                    lambda: SqlCatalog(
                        "companyos",
                        uri=self._catalog_url,
                        warehouse=self._warehouse.absolute().as_uri(),
                        pool_pre_ping="true",
                    )
                )
            return self._opened

    def _writer(self, table: LakeTable) -> asyncio.Lock:
        return self._writers.setdefault(table.name, asyncio.Lock())

    async def _view(self, table: LakeTable) -> View:
        if time.monotonic() - self._seen.get(table.name, float("-inf")) > self._stale:
            await self._refresh(table)
        return self._views[table.name]

    async def _refresh(self, table: LakeTable) -> None:
        """Plan again when the table has moved. A view that was planned later never gives way to an older one."""
        catalog = await self._catalog()
        known = self._views.get(table.name)
        fresh = await asyncio.to_thread(lambda: view_of(_load(catalog, table), known))
        standing = self._views.get(table.name)
        if standing is None or fresh.version >= standing.version:
            self._views[table.name] = fresh
        self._seen[table.name] = time.monotonic()


def _load(catalog: SqlCatalog, table: LakeTable) -> Table:
    try:
        return catalog.load_table(table.name)
    except NoSuchTableError:
        raise LookupError(f"the lake has no table {table.name}; ensure it first") from None


def _ensure(catalog: SqlCatalog, table: LakeTable) -> None:
    catalog.create_namespace_if_not_exists(table.name.rpartition(".")[0])
    if not catalog.table_exists(table.name):
        _create(catalog, table)
    known = catalog.load_table(table.name)
    missing = set(table.schema.names) - set(known.schema().column_names)
    if missing:
        with known.update_schema() as change:
            change.union_by_name(table.schema)
        log.info("lake.columns_added", table=table.name, columns=sorted(missing))


def _create(catalog: SqlCatalog, table: LakeTable) -> None:
    try:
        with (
            catalog.create_table_transaction(
                table.name, schema=table.schema, properties=TABLE_PROPERTIES
            ) as new,
            new.update_spec() as spec,
        ):
            spec.add_field("tenant_id", IdentityTransform(), "tenant")
            spec.add_field("at", DayTransform(), "day")
    except (CommitFailedException, TableAlreadyExistsError):
        log.info("lake.table_made_by_another_process", table=table.name)


def _append(catalog: SqlCatalog, table: LakeTable, rows: pa.Table, mark: tuple[int, int] | None) -> None:
    standing = _load(catalog, table)
    with standing.transaction() as change:
        if mark:
            if int(standing.properties.get(MARK, 0)) != mark[0]:
                raise MarkMoved(f"the mark of {table.name} stands at {standing.properties.get(MARK, 0)}")
            change.set_properties({MARK: str(mark[1])})
        if rows.num_rows:
            change.append(rows.select(table.schema.names).cast(table.schema))
