"""The verbs of evidence: read the trail, prove a record, fetch a pack, verify the ledger."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.http import Slice
from companyos.kernel.ports.keys import KeyRing
from companyos.kernel.problems import Conflict, NotFound
from companyos.kernel.work import Work
from companyos.spines.identity.store import people
from companyos.spines.identity.tables import person

from . import sealing, sequencer, view
from .chain import Chain, Stored
from .findings import Audit
from .keys import USE, VerifyKey, of_ring
from .pack import Proof
from .settings import EvidenceSettings
from .store import Packs, Records, Wanted
from .verification import verify_house
from .verify import Report, verify

READ_AUDIT = "evidence:audit.read"
READ_PACK = "evidence:pack.read"
MOST_NAMES = 100
"""People of one pack whose names are looked up for its reader."""
_PERSON = re.compile(rb"person:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Proved:
    """A record, the proof that the checkpoint's tree holds it, and the key that signed the checkpoint."""

    record: Row[Any]
    proof: Proof
    checkpoint: Stored
    key: VerifyKey


async def trail(work: Work, wanted: Wanted, slice_: Slice) -> Sequence[Row[Any]]:
    """Records of the tenant, newest first; one more than the page."""
    await work.permit(READ_AUDIT, on=work.tenancy)
    return await Records(work).page(wanted, slice_)


async def one(work: Work, id_: UUID) -> tuple[Row[Any], str | None]:
    """One record, and the decision it was made under as JSON text. Raises NotFound."""
    await work.permit(READ_AUDIT, on=work.tenancy)
    row = await _record(work, id_)
    return row, row.decision_id and await Records(work).decision(row.decision_id)


async def prove(work: Work, id_: UUID) -> Proved:
    """That the ledger holds a record. Raises NotFound, and Conflict for a second after the act."""
    await work.permit(READ_AUDIT, on=work.tenancy)
    row, chain = await _record(work, id_), Chain(work.db, work.tenant)
    latest = await chain.latest()
    if row.place is None or latest is None:
        raise _too_early("The record has no place in the ledger yet; it gets one within a second.")
    return Proved(row, await chain.prove(row.place, latest.size), latest, await _key(work, latest.kid))


async def latest_checkpoint(work: Work) -> tuple[Stored, VerifyKey]:
    """The newest signed checkpoint of the tenant. Raises NotFound while its ledger is empty."""
    await work.permit(READ_AUDIT, on=work.tenancy)
    latest = await Chain(work.db, work.tenant).latest()
    if latest is None:
        raise NotFound("The ledger is empty; its first checkpoint comes with its first record.")
    return latest, await _key(work, latest.kid)


async def audit_ledger(work: Work) -> Audit:
    """Verify the tenant's whole ledger; takes about half a minute for a million records."""
    await work.permit(READ_AUDIT, on=work.tenancy)
    return await verify_house(work.house, work.tenant)


async def packs(work: Work, wanted: Wanted, record: UUID | None, slice_: Slice) -> Sequence[Row[Any]]:
    """Packs of the tenant, newest first; one more than the page."""
    await work.permit(READ_PACK, on=work.tenancy)
    return await Packs(work).page(wanted, record, slice_)


async def download(work: Work, id_: UUID) -> bytes:
    """The sealed pack. Raises NotFound, and Conflict when it cannot be sealed within the time that settings allow."""
    await work.permit(READ_PACK, on=work.tenancy)
    return await _content(work, id_)


async def viewable(work: Work, id_: UUID) -> bytes:
    """The sealed pack as one HTML file that verifies it against the ledger's keys of today."""
    content = await download(work, id_)
    keys, names = await public_keys(work.house.adapter(KeyRing)), await _names(work, content)
    return view.page(content, f"evidence-{id_}.zip", keys, names)


async def summary(work: Work, id_: UUID) -> tuple[Row[Any], Report]:
    """What a pack is and holds, verified here and now against the ledger's keys."""
    await work.permit(READ_PACK, on=work.tenancy)
    content = await _content(work, id_)
    row = await Packs(work).one(id_)
    if row is None:
        raise NotFound()
    return row, verify(content, await public_keys(work.house.adapter(KeyRing)))


async def public_keys(ring: KeyRing) -> list[VerifyKey]:
    """Every key that ever signed for the ledger, newest first."""
    return [of_ring(key) for key in await ring.public(USE)]


async def _content(work: Work, id_: UUID) -> bytes:
    """The sealed bytes; a pack that still waits is placed and sealed now instead of by the next pass."""
    store = Packs(work)
    if await store.one(id_) is None:
        raise NotFound()
    content = await store.content(id_)
    if content is None and await store.waits(id_):
        patience = work.settings(EvidenceSettings).seal_wait_seconds
        try:
            async with asyncio.timeout(patience):
                while await sequencer.sequence(work.house, work.tenant):
                    pass
                await sealing.seal_pack(work.house, work.tenant, id_)
        except TimeoutError:
            raise _too_early(f"The pack could not be sealed within {patience:g} s.") from None
        content = await store.content(id_)
    if content is not None:
        return content
    if await store.waits(id_):
        raise _too_early("The pack is not sealed yet; a checkpoint must cover its record first.")
    raise NotFound()


async def _names(work: Work, content: bytes) -> dict[str, str]:
    """What the people that a pack speaks of are called, of those whom the actor may see."""
    ids = sorted({UUID(found.decode()) for found in _PERSON.findall(content)})[:MOST_NAMES]
    query = people.members(work.db, work.tenant, None, MOST_NAMES, person.c.id.in_(ids))
    met = [one for one in await query if (await work.decide("identity:person.read", on=one)).allowed]
    return {f"person:{one.id}": one.name for one in met}


async def _record(work: Work, id_: UUID) -> Row[Any]:
    row = await Records(work).one(id_)
    if row is None:
        raise NotFound()
    return row


async def _key(work: Work, kid: str) -> VerifyKey:
    keys = await public_keys(work.house.adapter(KeyRing))
    found = [key for key in keys if key.kid == kid]
    if not found:
        raise LookupError(f"the key ring has no public key {kid}; restore keys/{USE} from a backup")
    return found[0]


def _too_early(sentence: str) -> Conflict:
    remedy = Remedy("wait", "Try again in a second.")
    return Conflict(
        sentence, reasons=[Reason("not_sealed", sentence, None, remedy)], headers={"Retry-After": "1"}
    )
