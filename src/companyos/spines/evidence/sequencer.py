"""The sequencer: gives committed records their places in the tree and signs a checkpoint over them.

A record waits in `evidence.pending` from its own transaction on. Each pass takes what is visible, in any order:
a transaction that commits late gets a later place, and one that never ends holds nothing up.
"""

from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy import select, text

from companyos.kernel.house import House
from companyos.kernel.ports.database import Database
from companyos.kernel.ports.keys import KeyRing

from . import note, sealing
from .chain import Chain, Stored
from .keys import USE, of_ring
from .settings import EvidenceSettings
from .tables import draft, pending

log = structlog.get_logger(__name__)


async def run(house: House) -> None:
    """One pass over every tenant that has something waiting. A tenant that fails does not hold up the others."""
    for tenant in await _tenants_waiting(house):
        try:
            while await sequence(house, tenant):
                pass
            await sealing.seal_drafts(house, tenant)
        except Exception as error:
            log.exception("evidence.sequencer_failed", tenant=str(tenant), exc_info=error)


async def sequence(house: House, tenant: UUID) -> bool:
    """Place one batch of a tenant's records; whether there may be more. One at a time per tenant."""
    batch = house.settings_of(EvidenceSettings).sequence_batch
    async with house.begin(tenant=tenant) as work:
        chain = Chain(work.db, tenant)
        await chain.alone()
        entries = await chain.waiting(batch)
        if not entries:
            return False
        frontier = await chain.frontier()
        await chain.grow(frontier, entries)
        await chain.publish(
            await _signed(house, note.Checkpoint(note.origin(tenant), frontier.size, frontier.root))
        )
    return len(entries) == batch


async def _signed(house: House, state: note.Checkpoint) -> Stored:
    ring = house.adapter(KeyRing)
    signature = await ring.sign(USE, "EdDSA", state.text)
    signed = note.write(state, signature.value, of_ring(signature.key))
    return Stored(state.size, datetime.now(UTC), signature.key.kid, signed)


async def _tenants_waiting(house: House) -> list[UUID]:
    engine = house.adapter(Database).app
    async with engine.connect() as db, db.begin():
        await db.execute(text("select set_config('companyos.sequencer', 'on', true)"))
        waiting = select(pending.c.tenant_id).union(select(draft.c.tenant_id))
        return list(await db.scalars(waiting))
