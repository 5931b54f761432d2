"""Non-interference, shown by trying: what one tenant is told does not depend on what another tenant's rows say.

Questions at random are answered over a tenant's rows mixed with rows of others; then the others' rows are changed in
every way, and the same questions are answered again. Answers must be equal, and so must be failures.
"""

import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from companyos.kernel.ports.engine import Bounds, Engine, QueryFailed, Question, Source

from ..rules.sql import Catalogue, Guarded, Reader, Refused, Table, guard
from ..rules.sql.fuzzing import question
from .questions import asked

Outcome = tuple[str, tuple[str, ...]]
"""Whether it was answered, and the rows in words and in order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose answer another tenant's rows have changed: the proof that isolation does not hold."""

    question: str
    before: Outcome
    after: Outcome


@dataclass(slots=True)
class Proof:
    """What was tried. `refused` questions are ones that the guard did not let through; they prove nothing."""

    answered: int = 0
    failed: int = 0
    refused: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.differences and self.answered > 0


async def prove_isolation(
    engine: Engine,
    tables: Sequence[tuple[Table, pa.Table]],
    reader: Reader,
    *,
    questions: int,
    seed: int,
    bounds: Bounds,
) -> Proof:
    """Try so many questions of a reader over tables with their tenant's own rows.

    Rows of other tenants are made up from these, so that they look alike; real ones are neither read nor changed.
    """
    chance, proof = Random(seed), Proof()  # noqa: S311 - chance must be repeatable
    catalogue = Catalogue.of(*(table for table, _ in tables))
    known = tuple(table for table, _ in tables)
    with tempfile.TemporaryDirectory(prefix="companyos-isolation-") as folder:
        before = _world(tables, reader.tenant, chance, Path(folder) / "before")
        for number in range(questions):
            if number % 10 == 0:
                after = _world(tables, reader.tenant, chance, Path(folder) / f"after-{number}")
            text = question(chance, known)
            try:
                guarded = guard(text, catalogue, reader)
            except Refused:
                proof.refused += 1
                continue
            first = await _outcome(engine, _question(guarded, before), bounds)
            second = await _outcome(engine, _question(guarded, after), bounds)
            proof.answered += first[0] == "answered"
            proof.failed += first[0] != "answered"
            if first != second:
                proof.differences.append(Difference(text, first, second))
    return proof


def _question(guarded: Guarded, world: Mapping[str, Source]) -> Question:
    sources = {
        relation.source: replace(
            world[relation.table.name],
            columns=relation.reads,
            rows=world[relation.table.name].rows.select(relation.reads),  # type: ignore[union-attr]
        )
        for relation in guarded.relations
    }
    return asked(guarded, sources)


def _world(
    tables: Sequence[tuple[Table, pa.Table]], tenant: UUID, chance: Random, folder: Path
) -> dict[str, Source]:
    """The tenant's rows, and rows of others among them: in the same files and in what is in no file yet."""
    folder.mkdir()
    world = {}
    for number, (table, mine) in enumerate(tables):
        half = mine.num_rows // 2
        kept = pa.concat_tables([mine.slice(0, half), _others(mine, tenant, chance)])
        fresh = pa.concat_tables([_others(mine, tenant, chance), mine.slice(half)])
        order = list(range(kept.num_rows))
        chance.shuffle(order)
        file = folder / f"{number}.parquet"
        pq.write_table(kept.take(order), file, row_group_size=max(1, chance.randint(50, 500)))
        world[table.name] = Source(tuple(mine.column_names), (str(file),), fresh)
    return world


def _others(mine: pa.Table, tenant: UUID, chance: Random) -> pa.Table:
    """Rows that are not the tenant's: its own again, mixed up, emptied or made strange, under other tenants' ids."""
    ids = [str(UUID(int=chance.getrandbits(128))) for _ in range(3)]
    ids += [str(tenant).upper() + " ", f" {tenant}", "", str(tenant)[:-1]]
    rows = []
    own = mine.to_pylist()
    for _ in range(chance.randint(0, 2 * max(1, len(own)))):
        row = {
            name: _strange(chance, chance.choice(own)[name] if own else None) for name in mine.column_names
        }
        rows.append({**row, "at": row["at"] or chance.choice(own)["at"], "tenant_id": chance.choice(ids)})
    return pa.Table.from_pylist(rows, schema=mine.schema)


def _strange(chance: Random, value: Any) -> Any:
    if chance.random() < 0.6:
        return value
    match value:
        case bool() | None:
            return value
        case str():
            return chance.choice(
                (None, "", "0", "not a number", "99999999999999999999", value * 2, "ß'\";--")
            )
        case int():
            return chance.choice((None, 0, -value, 127))
        case float():
            return chance.choice((None, 0.0, -value, math.inf, 1e300))
        case list():
            return chance.choice((None, [], value + value))
    return value


async def _outcome(engine: Engine, question: Question, bounds: Bounds) -> Outcome:
    try:
        answer = await engine.run(question, bounds)
    except QueryFailed as failed:
        return failed.detail.partition(":")[0], ()
    rows = pa.ipc.open_stream(answer.stream).read_all()
    names = [str(number) for number in range(rows.num_columns)]
    found = rows.rename_columns(names).to_pylist()
    return "answered", tuple(sorted(repr([_rounded(value) for value in row.values()]) for row in found))


def _rounded(value: Any) -> Any:
    """Sums of floats differ in their last digits with the order of rows, which nothing promises."""
    return float(f"{value:.9g}") if isinstance(value, float) else value
