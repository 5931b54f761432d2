"""Asking: guard a question, plan what it would read, quote it, and have it answered in the engine's own process."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa

from companyos.kernel.ports.engine import Answer, Bounds, Engine, QueryFailed, Question, Source
from companyos.kernel.ports.lake import Lake, LakeTable, Scan, ScanPlan
from companyos.kernel.problems import Invalid
from companyos.spines.data.rules.labels import Label

from ..rules.sql import Catalogue, Column, Guarded, Limits, Reader, Refused, Table, guard
from ..settings import AnalyticsSettings

Fresh = Callable[[int], Sequence[pa.Table]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a readable table is: in the lake, with those of its rows that are not there yet."""

    table: Table
    lake: LakeTable
    fresh: Fresh | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A question that may run, and what it would read. `quote` is in bytes: the most that its files make it read."""

    guarded: Guarded
    reader: Reader
    reads: Mapping[str, ScanPlan]
    quote: int

    @property
    def fresh(self) -> int:
        """Bytes of the quote that are in no file yet; they are handed to the engine, which does not count them."""
        return sum(
            int(sum(self.reads[relation.source].fresh.column(name).nbytes for name in relation.reads))
            for relation in self.guarded.relations
        )


def catalogue_of(places: Sequence[Place]) -> Catalogue:
    """What may be asked about, if the reader's purpose and labels allow."""
    return Catalogue.of(*(place.table for place in places))


def readable(table: LakeTable, labels: Mapping[str, Label], **rest: object) -> Table:
    """A table of the lake as questions see it; columns without a label get the default one."""
    columns = tuple(
        Column(field.name, trino_type(field.type), labels.get(field.name, Label())) for field in table.schema
    )
    return Table(table.name, columns, **rest)  # type: ignore[arg-type]


def trino_type(kind: pa.DataType) -> str:
    """Trino's name of an Arrow type that the lake uses. Raises ValueError for any other."""
    if pa.types.is_list(kind):
        return f"array({trino_type(kind.value_type)})"
    if pa.types.is_timestamp(kind):
        return "timestamp(6) with time zone" if kind.tz else "timestamp(6)"
    names = {
        pa.string(): "varchar",
        pa.bool_(): "boolean",
        pa.int8(): "tinyint",
        pa.int16(): "smallint",
        pa.int32(): "integer",
        pa.int64(): "bigint",
        pa.float32(): "real",
        pa.float64(): "double",
        pa.date32(): "date",
    }
    if kind not in names:
        raise ValueError(f"{kind} has no name in Trino's dialect here")
    return names[kind]


def bounds_of(settings: AnalyticsSettings) -> Bounds:
    """What one question may take."""
    return Bounds(
        memory=settings.query_memory_bytes,
        cpu=settings.query_cpu_seconds,
        wall=settings.query_wall_seconds,
        rows=settings.query_rows,
        answer=settings.query_answer_bytes,
        threads=settings.query_threads,
    )


def limits_of(settings: AnalyticsSettings) -> Limits:
    """How long and deep the text of a question may be."""
    return Limits(settings.query_characters, settings.query_words, settings.query_depth)


async def plan(
    lake: Lake,
    places: Sequence[Place],
    text: str,
    reader: Reader,
    *,
    start: datetime,
    end: datetime,
    limits: Limits | None = None,
) -> Planned:
    """Guard a question and see what it would read of `[start, end)`. Raises Invalid with every Reason."""
    hidden = {place.table.name: await lake.hidden(place.lake, reader.tenant) for place in places}
    try:
        bounded = replace(reader, since=start, until=end, hidden=hidden)
        guarded = await asyncio.to_thread(guard, text, catalogue_of(places), bounded, limits)
    except Refused as refused:
        first = refused.reasons[0]
        raise Invalid(f"{first.sentence} ({first.where})", reasons=refused.reasons) from None
    by_name = {place.table.name: place for place in places}
    reads: dict[str, ScanPlan] = {}
    quote = 0
    for relation in guarded.relations:
        place = by_name[relation.table.name]
        scan = Scan(place.lake, reader.tenant, start, end, fresh=place.fresh)
        reads[relation.source] = await lake.plan(scan)
        quote += reads[relation.source].quote(relation.reads)
    return Planned(guarded, bounded, reads, quote)


async def answer(engine: Engine, planned: Planned, bounds: Bounds) -> Answer:
    """Run a planned question. Raises QueryFailed, OverBounds or EngineLost."""
    sources = {
        relation.source: Source(
            relation.reads,
            tuple(file.path for file in read.files),
            read.fresh.select(relation.reads),
        )
        for relation in planned.guarded.relations
        for read in [planned.reads[relation.source]]
    }
    try:
        return await engine.run(asked(planned.guarded, sources), bounds)
    except QueryFailed as failed:
        key = planned.reader.pseudonym_key
        if key and key in failed.detail:  # an engine's own fault may quote the guard
            raise QueryFailed("The engine could not compute this question.") from None
        raise


def asked(guarded: Guarded, sources: Mapping[str, Source]) -> Question:
    """What the engine is asked: the guarded statement over these sources, with its barrier."""
    return Question(
        sql=guarded.sql,
        sources=sources,
        barred=guarded.barred,
        barrier={relation.rows: relation.body for relation in guarded.relations},
    )
