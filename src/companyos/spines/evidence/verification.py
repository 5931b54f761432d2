"""`audit verify`: recompute a tenant's whole ledger from its records and hold it against what was signed.

Every record is read and hashed again from its columns. What the database says of places (`leaf`), of hashes (`node`)
and of checkpoints must all follow from the records; where it does not, the record or row is named.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.house import House
from companyos.kernel.ports.database import Database
from companyos.kernel.ports.keys import KeyRing

from . import note
from .companions import verify_decisions, verify_packs
from .findings import Audit
from .keys import USE, VerifyKey, of_ring
from .rows import record_of
from .tables import checkpoint, leaf, node, pending, record
from .tree import node_hash
from .walk import Walk

_WRONG_NODES = text(
    """
    select n.level, n."index", n.hash, l.hash, r.hash
    from evidence.node n
    left join evidence.node l
        on l.tenant_id = n.tenant_id and l.level = n.level - 1 and l."index" = 2 * n."index"
    left join evidence.node r
        on r.tenant_id = n.tenant_id and r.level = n.level - 1 and r."index" = 2 * n."index" + 1
    where n.level > 0
      and n.hash is distinct from sha256('\\x01'::bytea || l.hash || r.hash)
    order by n.level, n."index"
    """
)
_LOST_NODES = text(
    """
    select place from generate_series(0, :count - 1) as place
    where not exists (select from evidence.node where level = :level and "index" = place)
    """
)


async def verify_house(house: House, tenant: UUID, pinned: list[note.Checkpoint] | None = None) -> Audit:
    """Verify one tenant's ledger as it stands at this moment, with the keys of the key ring."""
    ring = house.adapter(KeyRing)
    keys = [of_ring(key) for key in await ring.public(USE)]
    async with snapshot(house, tenant) as db:
        return await verify_ledger(db, tenant, keys, pinned)


@asynccontextmanager
async def snapshot(house: House, tenant: UUID) -> AsyncIterator[AsyncConnection]:
    """A reading transaction of one tenant in which nothing moves, however long it takes."""
    engine = house.adapter(Database).app
    async with engine.connect() as raw:
        db = await raw.execution_options(isolation_level="REPEATABLE READ")
        async with db.begin():
            await db.execute(text("set transaction read only"))
            await db.execute(text("set local statement_timeout = 0"))
            entered = text("select set_config('companyos.tenant', :tenant, true)")
            await db.execute(entered, {"tenant": str(tenant)})
            yield db


async def verify_ledger(
    db: AsyncConnection, tenant: UUID, keys: list[VerifyKey], pinned: list[note.Checkpoint] | None = None
) -> Audit:
    """Verify one tenant's ledger in a snapshot.

    `keys` are all keys that ever signed. `pinned` are checkpoints that were kept elsewhere (in packs, say) and
    must be part of this history: they find even a ledger that was rewritten or cut short as a whole.
    """
    audit = Audit(tenant)
    signed = await _checkpoints(db, audit, keys)
    walk = Walk(db, audit, [*signed, *(pinned or [])])
    size, last = await walk.run(), signed[-1].size if signed else 0
    if size > last:
        sentence = f"the tree has {size} places, but the last checkpoint signs only {last}"
        audit.find("unsigned", f"checkpoint:{last}", sentence)
    await _nodes(db, audit, size, walk.repaired)
    await _strays(db, audit, walk.holes)
    await verify_decisions(db, audit)
    await verify_packs(db, audit, keys)
    return audit


async def _checkpoints(db: AsyncConnection, audit: Audit, keys: list[VerifyKey]) -> list[note.Checkpoint]:
    """The stored checkpoints that verify; the others are found and do not count."""
    good = []
    for row in await db.execute(select(checkpoint).order_by(checkpoint.c.size)):
        audit.checkpoints += 1
        try:
            state, signatures = note.read(bytes(row.note))
            if (state.origin, state.size) != (note.origin(audit.tenant), row.size):
                raise ValueError(f"it is of {state.origin} with {state.size} leaves")
            note.signed_by(state, signatures, keys)
            good.append(state)
        except ValueError as error:
            audit.find(
                "checkpoint_changed", f"checkpoint:{row.size}", f"checkpoint {row.size} was changed: {error}"
            )
    return good


async def _nodes(db: AsyncConnection, audit: Audit, size: int, repaired: dict[int, bytes]) -> None:
    """Every stored inner node must be the hash of its children, and none may be missing or too many."""
    right: dict[tuple[int, int], bytes] = {(0, index): hash_ for index, hash_ in repaired.items()}
    for level, index, hash_, left_hash, right_hash in await db.execute(_WRONG_NODES):
        left = right.get((level - 1, 2 * index), left_hash)
        other = right.get((level - 1, 2 * index + 1), right_hash)
        if left is None or other is None:
            continue  # a child is missing; that is found below
        right[level, index] = expected = node_hash(bytes(left), bytes(other))
        if expected != bytes(hash_):
            span = f"places {index << level} to {((index + 1) << level) - 1}"
            sentence = f"the node {index} of level {level} is not the hash of its two halves ({span})"
            audit.find("node_changed", f"node:{level}/{index}", sentence)
    counted = select(node.c.level, func.count(), func.max(node.c.index)).group_by(node.c.level)
    counts = {level: (count, last) for level, count, last in await db.execute(counted)}
    for level in range(max(size.bit_length(), max(counts, default=-1) + 1)):
        count, last = counts.get(level, (0, -1))
        if count == size >> level and last == count - 1:
            continue
        for place in await db.scalars(_LOST_NODES, {"level": level, "count": size >> level}):
            audit.find(
                "node_removed", f"node:{level}/{place}", f"the node {place} of level {level} was removed"
            )
        if last >= size >> level:
            audit.find(
                "node_inserted",
                f"node:{level}/{last}",
                f"level {level} has nodes beyond its end, up to {last}",
            )


async def _strays(db: AsyncConnection, audit: Audit, holes: dict[bytes, int]) -> None:
    """Records without a place: they wait, or lost their place, or came in by a side door."""
    placed = (leaf.c.tenant_id == record.c.tenant_id) & (leaf.c.record_id == record.c.id)
    queued = (pending.c.tenant_id == record.c.tenant_id) & (pending.c.record_id == record.c.id)
    joined = record.outerjoin(leaf, placed).outerjoin(pending, queued)
    query: Select[Any] = select(*record.c, pending.c.hash.label("queued")).select_from(joined)
    strays = await db.execute(query.where(leaf.c.index.is_(None)).order_by(record.c.id))
    for row in strays:
        audit.records += 1
        where = f"record:{row.id}"
        try:
            hash_ = record_of(row).hash
        except (ValueError, TypeError) as error:
            audit.find("record_changed", where, f"record {row.id} was changed: it cannot be read ({error})")
            continue
        if hash_ in holes:
            sentence = f"record {row.id} lost its place {holes.pop(hash_)} in the tree"
            audit.find("place_removed", where, sentence)
        elif row.queued is None:
            audit.find(
                "record_inserted", where, f"record {row.id} was inserted: it has no place and waits for none"
            )
        elif bytes(row.queued) != hash_:
            audit.find("record_changed", where, f"record {row.id} was changed while it waited for its place")
        else:
            audit.waiting += 1
    for place in holes.values():
        audit.find(
            "place_removed", f"place:{place}", f"place {place} of the tree was removed, and its record"
        )
