"""What services write into their logs. Our own follow what is kept here; others are told by the deployer."""

from dataclasses import replace
from uuid import UUID

from companyos.kernel.entities import EntityRef
from companyos.kernel.http import check_version
from companyos.kernel.ids import new_id
from companyos.kernel.work import Work
from companyos.spines.telemetry.instruments.instruments import SERVICES
from companyos.spines.telemetry.instruments.own_tenant import OwnTenant

from ..public.events import LogLevelAsked, LogLevelSet
from ..public.ports import Answer
from ..public.types import Level, LogLevel
from ..store import LogLevels, Services


async def read(work: Work, service: str) -> LogLevel | None:
    """What a service was told last; None when it never was. Raises NotFound."""
    await work.permit("operations:service.read", on=await Services(work).named(service))
    return await LogLevels(work).of(service)


async def ask(
    work: Work,
    service: str,
    level: Level | None,
    *,
    reason: str,
    order: UUID | None = None,
    if_match: str | None = None,
) -> LogLevel:
    """Tell a service to write from `level` on; None is its own default. The same `order` is one command.

    Raises PreconditionFailed when `if_match` is not the version that stands; 0 is that of one never told.
    """
    on = await Services(work).named(service, lock=True)
    decision = await work.permit("operations:service.set_log_level", on=on)
    before = await LogLevels(work).of(service, lock=True)
    if before is not None and before.order == order:
        return before
    version = before.version if before else 0
    check_version(if_match, version)
    asked = LogLevel(
        service=service,
        environment=work.environment,
        order=order or new_id(),
        level=level,
        status="asked",
        actor=work.actor.ref,
        at=work.now,
        version=version + 1,
    )
    await LogLevels(work).put(asked)
    await work.record(
        "operations.service.log_level_asked",
        on.ref,
        decision=decision,
        level=level or "default",
        was=(before and before.level) or "default",
        reason=reason,
    )
    work.emit(
        LogLevelAsked(service=service, order=asked.order, level=level or "", asked_at=work.now, reason=reason)
    )
    return asked


async def settle(work: Work, event: LogLevelAsked, answer: Answer) -> None:
    """Keep what came of a command, unless another was given since; also when its service was archived since."""
    asked = await LogLevels(work).of(event.service, lock=True)
    if asked is None or asked.order != event.order:
        return
    failed = answer.status == "failed"
    ended = replace(
        asked,
        status="failed" if failed else "set",
        at=work.now,
        said=answer.log,
        version=asked.version + 1,
    )
    await LogLevels(work).put(ended)
    await work.record(
        "operations.service.log_level_set",
        EntityRef("operations.service", event.service),
        outcome="failed" if failed else "done",
        level=event.level or "default",
        said=answer.log,
    )
    work.emit(LogLevelSet(service=event.service, level=event.level, status=ended.status))


async def is_own(work: Work, service: str) -> bool:
    """Whether a service is one of those that CompanyOS itself is made of, where its telemetry belongs."""
    owner = await OwnTenant(work.house)()
    here = owner is not None and (owner.tenant, owner.environment) == (work.tenant, work.environment)
    return here and service in SERVICES
