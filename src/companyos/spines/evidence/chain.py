"""The tenant's tree as the database keeps it: leaves, complete nodes, checkpoints. Read and grown here only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, LargeBinary, SmallInteger, Uuid, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from .pack import Proof
from .tables import checkpoint, leaf
from .tree import (
    Coordinate,
    Frontier,
    consistency_ranges,
    frontier_nodes,
    inclusion_ranges,
    join,
    nodes_of,
    roots_of,
)

_ALONE = text("select pg_advisory_xact_lock(hashtextextended('companyos.ledger.' || :tenant, 0))")
_WAITING = text("select record_id, hash from evidence.pending order by number limit :batch")
_LEAVES = text(
    'insert into evidence.leaf (tenant_id, "index", record_id) '
    "select :tenant, :begin + place - 1, id from unnest(:ids) with ordinality as placed (id, place)"
).bindparams(bindparam("tenant", type_=Uuid), bindparam("ids", type_=ARRAY(Uuid)))
_NODES = text(
    'insert into evidence.node (tenant_id, level, "index", hash) '
    "select :tenant, * from unnest(:levels, :indexes, :hashes)"
).bindparams(
    bindparam("tenant", type_=Uuid),
    bindparam("levels", type_=ARRAY(SmallInteger)),
    bindparam("indexes", type_=ARRAY(BigInteger)),
    bindparam("hashes", type_=ARRAY(LargeBinary)),
)
_DONE = text("delete from evidence.pending where record_id = any(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)
_HASHES = text(
    'select level, "index", hash from evidence.node '
    'where (level, "index") in (select * from unnest(:levels, :indexes))'
).bindparams(bindparam("levels", type_=ARRAY(SmallInteger)), bindparam("indexes", type_=ARRAY(BigInteger)))


@dataclass(frozen=True, slots=True)
class Stored:
    """A checkpoint as it was published: the signed note, who signed it, when."""

    size: int
    at: datetime
    kid: str
    note: bytes


class MissingNode(LookupError):
    """The stored tree has a hole; `companyos audit verify` says where."""


class Chain:
    """One tenant's tree, in a transaction that carries that tenant."""

    def __init__(self, db: AsyncConnection, tenant: UUID) -> None:
        self._db = db
        self._tenant = tenant

    async def alone(self) -> None:
        """Wait until no other transaction grows or seals on this ledger; held until the transaction ends."""
        await self._db.execute(_ALONE, {"tenant": str(self._tenant)})

    async def waiting(self, batch: int) -> list[tuple[UUID, bytes]]:
        """Committed records without a place, oldest first, with their leaf hashes."""
        rows = await self._db.execute(_WAITING, {"batch": batch})
        return [(row.record_id, bytes(row.hash)) for row in rows]

    async def frontier(self) -> Frontier:
        """The right edge of the whole tree."""
        last = await self._db.scalar(select(func.max(leaf.c.index)))
        size = 0 if last is None else last + 1
        hashes = await self.hashes(frontier_nodes(size))
        return Frontier(size, [hashes[coordinate] for coordinate in frontier_nodes(size)])

    async def grow(self, frontier: Frontier, entries: Sequence[tuple[UUID, bytes]]) -> None:
        """Give the entries the next places, keep what they complete, and take them out of the queue."""
        begin, ids = frontier.size, [id_ for id_, _ in entries]
        nodes = frontier.extend(hash_ for _, hash_ in entries)
        await self._db.execute(_LEAVES, {"tenant": self._tenant, "begin": begin, "ids": ids})
        columns = {
            "levels": [level for (level, _), _ in nodes],
            "indexes": [index for (_, index), _ in nodes],
            "hashes": [hash_ for _, hash_ in nodes],
        }
        await self._db.execute(_NODES, {"tenant": self._tenant, **columns})
        await self._db.execute(_DONE, {"ids": ids})

    async def publish(self, new: Stored) -> None:
        """Keep a signed checkpoint."""
        values = {"size": new.size, "at": new.at, "kid": new.kid, "note": new.note}
        await self._db.execute(checkpoint.insert().values(tenant_id=self._tenant, **values))

    async def latest(self) -> Stored | None:
        """The newest checkpoint; None while the ledger is empty."""
        found = await self._db.execute(select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1))
        row = found.one_or_none()
        return None if row is None else Stored(row.size, row.at, row.kid, bytes(row.note))

    async def index_of(self, record_id: UUID) -> int | None:
        """The place of a record in the tree; None while it waits."""
        found: int | None = await self._db.scalar(select(leaf.c.index).where(leaf.c.record_id == record_id))
        return found

    async def prove(self, index: int, size: int) -> Proof:
        """That leaf `index` is in the tree of the first `size` leaves; O(log size) rows are read."""
        ranges, edge = inclusion_ranges(index, size), frontier_nodes(size)
        hashes = await self.hashes([(0, index), *nodes_of(ranges), *edge])
        root = join([hashes[coordinate] for coordinate in edge])
        path = [hash_.hex() for hash_ in roots_of(ranges, hashes)]
        return Proof(index, size, hashes[0, index].hex(), root.hex(), path)

    async def growth(self, old: int, new: int) -> list[bytes]:
        """The consistency proof between two sizes of the tree."""
        ranges = consistency_ranges(old, new)
        return roots_of(ranges, await self.hashes(nodes_of(ranges)))

    async def hashes(self, coordinates: Iterable[Coordinate]) -> dict[Coordinate, bytes]:
        """The stored nodes at these coordinates. Raises MissingNode when one is not there."""
        wanted = sorted(set(coordinates))
        columns = {"levels": [level for level, _ in wanted], "indexes": [index for _, index in wanted]}
        rows = await self._db.execute(_HASHES, columns)
        found = {(row[0], row[1]): bytes(row[2]) for row in rows}
        for level, index in wanted:
            if (level, index) not in found:
                raise MissingNode(f"node {index} of level {level} of the ledger {self._tenant} is missing")
        return found
