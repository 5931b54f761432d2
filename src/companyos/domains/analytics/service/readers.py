"""Who asks, as the guard needs to know them: what policy shows them, for a purpose."""

import hmac
from dataclasses import replace
from datetime import UTC, datetime

from companyos.kernel.house import NO_TENANT, House
from companyos.kernel.work import Work
from companyos.spines.data.rules.labels import CLASSIFICATIONS, Classification
from companyos.spines.telemetry.telemetry import Telemetry

from ..rules.purpose import Kind, Named, Purpose
from ..rules.sql import Guarded, Reader
from ..tables import TABLES
from .analytics import analytics_of
from .questions import Place
from .readable import READABLE

PERSONAL = ("indirect", "direct")


async def reader_of(work: Work, purpose: str) -> Reader:
    """What policy shows the actor for a purpose. Every kind of data is decided for; a doubt is a no.

    Rows are those of the Work's environment. Raises Denied when the actor may not ask for this purpose.
    """
    await work.permit("analytics:question.ask", Purpose(purpose))
    keys = await analytics_of(work.house).intake.pseudonyms(work.tenant)
    key = hmac.digest(keys.key, b"companyos pseudonyms in answers", "sha256").hex()
    return replace(await sight_of(work, purpose), pseudonym_key=key)


async def sight_of(work: Work, purpose: str) -> Reader:
    """What policy shows the actor, without the key to tell one pseudonym from another. Raises Denied."""
    clearance: Classification | None = None
    for classification in CLASSIFICATIONS:
        if not await _shows(work, Kind(classification, "none", purpose)):
            break
        clearance = classification
    if clearance is None:
        await work.permit("analytics:data.read", Kind("public", "none", purpose))
    seen = clearance or "public"
    personal = frozenset([pii for pii in PERSONAL if await _shows(work, Kind(seen, pii, purpose))])
    return Reader(work.tenant, purpose, (work.environment,), seen, personal)


def places_of(house: House) -> list[Place]:
    """Every table that questions may name, with its rows that are not in the lake yet."""
    now = datetime.now(UTC)
    found = []
    for table, kept in READABLE:
        keeper = analytics_of(house) if kept in TABLES else house.adapter(Telemetry)
        found.append(Place(table, kept, keeper.scan(kept, NO_TENANT, now, now).fresh))
    return found


async def permit_tables(work: Work, guarded: Guarded, reader: Reader) -> None:
    """See that the actor may read every table of a question. Raises Denied."""
    for relation in guarded.relations:
        await work.permit(
            "analytics:table.read", Named(relation.table.name, work.environment, reader.purpose)
        )


async def _shows(work: Work, kind: Kind) -> bool:
    return (await work.decide("analytics:data.read", kind)).allowed
