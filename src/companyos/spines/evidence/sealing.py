"""Sealing: a pack that was asked for becomes one signed, immutable file once a checkpoint covers its record."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.house import House
from companyos.kernel.ports.keys import KeyRing, PublicKey

from . import archive, dsse
from .chain import Chain, Stored
from .keys import USE, VerifyKey, of_ring
from .pack import Contents, seal
from .record import stamp
from .rows import record_of
from .tables import decision, draft, pack, record, sealed

log = structlog.get_logger(__name__)


async def seal_drafts(house: House, tenant: UUID) -> None:
    """Seal every draft of a tenant that can be; one that fails does not hold up the others."""
    async with house.begin(tenant=tenant) as work:
        waiting = list(await work.db.scalars(select(draft.c.pack_id)))
    for pack_id in waiting:
        try:
            await seal_pack(house, tenant, pack_id)
        except Exception as error:
            log.exception("evidence.sealing_failed", pack=str(pack_id), exc_info=error)


async def seal_pack(house: House, tenant: UUID, pack_id: UUID) -> bool:
    """Seal one pack if a checkpoint covers its record; whether it did. Sealing twice changes nothing."""
    async with house.begin(tenant=tenant) as work:
        chain = Chain(work.db, tenant)
        await chain.alone()
        asked = select(pack, draft.c.attachments).join(draft, draft.c.pack_id == pack.c.id)
        row = (await work.db.execute(asked.where(pack.c.id == pack_id))).one_or_none()
        if row is None:
            return False
        index, latest = await chain.index_of(row.record_id), await chain.latest()
        if index is None or latest is None or index >= latest.size:
            return False
        ring = house.adapter(KeyRing)
        contents = await _contents(work.db, chain, row, index, latest, await ring.public(USE))
        signature = await ring.sign(USE, "EdDSA", dsse.pae(contents.statement))
        if signature.key.kid not in {key.kid for key in contents.keys}:
            return False  # the keys were rotated in between; the next pass reads them anew
        content = seal(contents, signature.key.kid, signature.value)
        values = {"at": datetime.now(UTC), "kid": signature.key.kid, "sha256": sha256(content).hexdigest()}
        await work.db.execute(
            insert(sealed).values(tenant_id=tenant, pack_id=pack_id, content=content, **values)
        )
        await work.db.execute(delete(draft).where(draft.c.pack_id == pack_id))
    return True


async def _contents(
    db: AsyncConnection, chain: Chain, asked: Row[Any], index: int, latest: Stored, ring: list[PublicKey]
) -> Contents:
    entry = (await db.execute(select(record).where(record.c.id == asked.record_id))).one()
    kept = None
    if entry.decision_id is not None:
        body = select(decision.c.body).where(decision.c.id == entry.decision_id)
        kept = json.loads((await db.execute(body)).scalar_one())
    return Contents(
        id=str(asked.id),
        title=asked.title,
        requested_at=stamp(asked.at),
        record=record_of(entry),
        decision=kept,
        proof=await chain.prove(index, latest.size),
        checkpoint=latest.note,
        keys=_keys(ring, latest.kid),
        attachments=archive.read(bytes(asked.attachments)) if asked.attachments else {},
    )


def _keys(ring: list[PublicKey], kid: str) -> list[VerifyKey]:
    """The key that signs now and the one that signed the checkpoint."""
    return [of_ring(key) for key in ring if key.until is None or key.kid == kid]
