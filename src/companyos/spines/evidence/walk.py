"""The walk over a ledger: every record is hashed again at its place, every checkpoint held against the tree."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from . import note
from .findings import Audit, Mismatch, name_mismatches
from .rows import record_of
from .tables import leaf, node, record
from .tree import Frontier, frontier_nodes, join

_STREAM = {"yield_per": 2000}


@dataclass(slots=True)
class Walk:
    """Grows one tree from the records (`fresh`) and one from the hashes that the database keeps (`kept`).

    At each checkpoint one of the two should have the signed root. When the records have it, differences are in the
    kept hashes; when the kept hashes have it, differences are in the records. After either the walk goes on
    from the tree that was right, so that faults in different places are told apart.
    """

    db: AsyncConnection
    audit: Audit
    states: list[note.Checkpoint]
    fresh: Frontier = field(default_factory=Frontier)
    kept: Frontier = field(default_factory=Frontier)
    good: int = 0
    lost: bool = False
    mismatches: list[Mismatch] = field(default_factory=list)
    holes: dict[bytes, int] = field(default_factory=dict)
    repaired: dict[int, bytes] = field(default_factory=dict)

    async def run(self) -> int:
        """Walk all leaves; the number of places seen. `holes` then maps the hash of a lost place to it."""
        self.states.sort(key=lambda state: state.size)
        await self._judge()
        async with self.db.stream(_leaves(), execution_options=_STREAM) as rows:
            async for row in rows:
                while self.fresh.size < row.place:
                    await self._hole()
                await self._step(row)
        name_mismatches(self.audit, self.mismatches, intact=False)
        for state in self.states:
            sentence = (
                f"a checkpoint signs {state.size} places, the tree has {self.fresh.size}: its end was cut off"
            )
            self.audit.find("cut_off", f"checkpoint:{state.size}", sentence)
        return self.fresh.size

    async def _step(self, row: Row[Any]) -> None:
        kept = None if row.kept is None else bytes(row.kept)
        computed = self._hash(row)
        if computed is not None and kept is not None and computed != kept:
            self.mismatches.append(Mismatch(row.place, row.record_id, computed, kept))
        await self._advance(computed or kept, kept or computed)

    def _hash(self, row: Row[Any]) -> bytes | None:
        """The record's hash, made anew from its columns; None when there is nothing to hash."""
        where = f"record:{row.record_id}"
        if row.id is None:
            self.audit.find(
                "record_removed", where, f"record {row.record_id} at place {row.place} was removed"
            )
            return None
        self.audit.records += 1
        try:
            return record_of(row).hash
        except (ValueError, TypeError) as error:
            sentence = f"record {row.record_id} at place {row.place} was changed: it cannot be read ({error})"
            self.audit.find("record_changed", where, sentence)
            return None

    async def _hole(self) -> None:
        place = self.fresh.size
        hash_ = await self.db.scalar(select(node.c.hash).where(node.c.level == 0, node.c.index == place))
        if hash_ is None:
            self.audit.find("place_removed", f"place:{place}", f"place {place} of the tree was removed")
        else:
            self.holes[bytes(hash_)] = place
        await self._advance(hash_, hash_)

    async def _advance(self, computed: bytes | None, kept: bytes | None) -> None:
        for tree, hash_ in ((self.fresh, computed), (self.kept, kept)):
            tree.extend([bytes(hash_) if hash_ is not None else bytes(32)])
        await self._judge()

    async def _judge(self) -> None:
        """Hold every checkpoint of this size against the two trees."""
        while self.states and self.states[0].size <= self.fresh.size:
            state = self.states.pop(0)
            if state.root in (self.fresh.root, self.kept.root):
                intact = state.root == self.fresh.root
                if intact:
                    self.repaired |= {mismatch.index: mismatch.computed for mismatch in self.mismatches}
                name_mismatches(self.audit, self.mismatches, intact)
                right: Frontier | None = self.fresh if intact else self.kept
            else:
                name_mismatches(self.audit, self.mismatches, intact=False)
                right = await self._stored(state)
                self._name_range(state, rejoined=right is not None)
            self.mismatches, self.good = [], state.size
            if right is not None:
                self.fresh = Frontier(right.size, list(right.hashes))
                self.kept = Frontier(right.size, list(right.hashes))

    async def _stored(self, state: note.Checkpoint) -> Frontier | None:
        """The tree of that size by its stored larger nodes, if these still lead to the signed root."""
        edge = []
        for level, index in frontier_nodes(state.size):
            found = select(node.c.hash).where(node.c.level == level, node.c.index == index)
            edge.append(bytes(await self.db.scalar(found) or b""))
        return Frontier(state.size, edge) if join(edge) == state.root else None

    def _name_range(self, state: note.Checkpoint, rejoined: bool) -> None:
        if self.lost:
            return  # nothing after the first lost root can have the signed one
        self.lost = not rejoined
        span = f"places {self.good} to {state.size - 1}" if state.size > self.good else f"size {state.size}"
        sentence = (
            f"{span} do not lead to the root that checkpoint {state.size} signs: "
            "records and the hashes kept of them were changed together, or the checkpoint is of another history"
        )
        self.audit.find("root", f"checkpoint:{state.size}", sentence)


def _leaves() -> Any:
    """Every place in order, with its record and the hash kept for it, where these exist."""
    hashes = (node.c.tenant_id == leaf.c.tenant_id) & (node.c.level == 0) & (node.c.index == leaf.c.index)
    records = (record.c.tenant_id == leaf.c.tenant_id) & (record.c.id == leaf.c.record_id)
    columns = (leaf.c.index.label("place"), leaf.c.record_id, node.c.hash.label("kept"), *record.c)
    joined = leaf.outerjoin(node, hashes).outerjoin(record, records)
    return select(*columns).select_from(joined).order_by(leaf.c.index)
