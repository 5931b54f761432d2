"""The job that carries erasures through: erase at each place, prove that nothing is left, certify.

Every step is kept before the next, so that a restart goes on where it stood; doing a step again does no harm.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from companyos.kernel.house import House
from companyos.kernel.ports.database import Database
from companyos.spines.identity.store import tenants

from ..erased import erased_of
from ..places import Place, places_of
from ..public.events import SubjectErased
from ..rules.erasure import Subject, Trace, certificate, plan_of
from ..settings import DataSettings
from ..store.erasures import Erasure, Erasures
from ..tables.erasures import due

log = structlog.get_logger("companyos.erasure")


async def wipe(house: House) -> None:
    """Go on with every erasure that is on its way. One that fails does not hold up the others."""
    for tenant, id in await _due(house):
        try:
            await go_on(house, tenant, id, datetime.now(UTC))
        except Exception as error:
            log.exception("erasure.failed", tenant=str(tenant), erasure=str(id), exc_info=error)


async def go_on(house: House, tenant: UUID, id: UUID, now: datetime) -> bool:
    """Do what can be done of one erasure at `now`; whether it is through. A place that fails is asked again later."""
    async with house.begin(tenant=tenant) as work:
        erasure, traces = await Erasures(work).get(id), await Erasures(work).traces(id)
    erased_of(house).look_again()  # whatever this process read before, it reads less now
    subject = erasure.of(tenant, now)
    for trace in traces:
        if not trace.done:
            try:
                await _at(house, places_of(house)[trace.place], trace, id, subject, now)
            except Exception as error:
                log.exception("erasure.place_failed", place=trace.place, erasure=str(id), exc_info=error)
    return await _certify(house, tenant, id, now)


async def _at(house: House, place: Place, trace: Trace, id: UUID, subject: Subject, now: datetime) -> None:
    erased = await place.erase(house, subject)
    remaining = await place.prove(house, subject, now)
    told = replace(
        trace,
        erased=trace.erased + erased,
        remaining=remaining,
        erased_at=now if erased or not trace.erased_at else trace.erased_at,
        proved_at=now,
    )
    async with house.begin(tenant=subject.tenant) as work:
        await Erasures(work).told(id, told)


async def _certify(house: House, tenant: UUID, id: UUID, now: datetime) -> bool:
    """When all places are proved to be empty: the certificate, signed with the act that it is about."""
    async with house.begin(tenant=tenant) as work:
        store = Erasures(work)
        erasure, traces = await store.get(id, lock=True), await store.traces(id)
        if erasure.state != "erasing" or not all(trace.done for trace in traces) or erasure.record is None:
            return erasure.state == "erased"
        said = certificate(_about(tenant, erasure, now), traces)
        files = {
            "plan.json": plan_of(id, erasure.subject, [trace.place for trace in traces]),
            "certificate.json": said,
        }
        if erasure.elevation:
            files["elevation.json"] = dict(erasure.elevation)
        title = f"Subject {erasure.subject[:8]} was erased"
        evidence = await work.evidence(erasure.record, title=title, attachments=files)
        await store.put(replace(erasure, state="erased", ended_at=now, evidence=evidence))
        await store.end(id)
        sums = {trace.place: trace.erased for trace in traces}
        await work.record("data.erasure.certified", erasure.ref, evidence=str(evidence), erased=sums)
        work.emit(SubjectErased(erasure=id, subject=erasure.subject, evidence=evidence))
    return True


def _about(tenant: UUID, erasure: Erasure, now: datetime) -> dict[str, object]:
    return {
        "erasure": str(erasure.id),
        "tenant": str(tenant),
        "subject": erasure.subject,
        "reference": erasure.reference,
        "requested_at": erasure.requested_at,
        "requested_by": erasure.requested_by,
        "begun_at": erasure.begun_at,
        "begun_by": erasure.begun_by,
        "certified_at": now,
    }


async def forget_keys(house: House) -> None:
    """Forget the pseudonyms of those of whom nothing from before can come in any more, tenant by tenant."""
    days = house.settings_of(DataSettings).erased_days
    async with house.begin() as work:
        every = await tenants.all_ids(work.db)
    for tenant in every:
        async with house.begin(tenant=tenant) as work:
            await Erasures(work).forget_keys(work.now - timedelta(days=days))


async def _due(house: House) -> list[tuple[UUID, UUID]]:
    async with house.adapter(Database).app.connect() as db, db.begin():
        await db.execute(sa.text("select set_config('companyos.erasing', 'on', true)"))
        rows = await db.execute(sa.select(due.c.tenant_id, due.c.erasure).order_by(due.c.erasure))
        return [(row.tenant_id, row.erasure) for row in rows]
