"""The queue of runs and the leases of those who carry them out. All times are the database's: clocks may jump.

A run is held by one executor at a time. Whoever holds it proves that under the row's lock before each beat; an executor
whose lease has run out holds nothing any more.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from companyos.kernel.ports.live import WAKE

RUNS = "runs"
"""The work that executors are woken for."""


@dataclass(frozen=True, slots=True)
class Held:
    """A run that an executor has taken, for the round that it names."""

    tenant: UUID
    environment: str
    run: UUID
    round: int

    @property
    def workflow(self) -> str:
        """The id of its durable workflow."""
        return f"{self.run}/{self.round}"


_ENQUEUE = text("""
    insert into maestro.due (tenant_id, run, environment, at) values (:tenant, :run, :environment, now())
    on conflict (tenant_id, run) do update set at = now(), executor = null, round = maestro.due.round + 1
""")
_WAKE = text("select pg_notify(:channel, :work)")
_TAKE = text("""
    update maestro.due d set executor = :me, round = d.round + 1
    from (select tenant_id, run from maestro.due where executor is null and at <= now()
          order by at, run limit :most for update skip locked) due
    where d.tenant_id = due.tenant_id and d.run = due.run
    returning d.tenant_id, d.environment, d.run, d.round
""")
_NEXT = text("""
    select extract(epoch from least(
        (select min(at) from maestro.due where executor is null and at < 'infinity'),
        (select min(at) from maestro.alarm)
    ) - clock_timestamp())
""")
_HOLD = text("""
    select true from maestro.due d join maestro.executor e on e.id = d.executor
    where d.tenant_id = :tenant and d.run = :run and d.round = :round and d.executor = :me and e.until > now()
    for update of d
""")
_SLEEP = text("""
    update maestro.due set executor = null, at = now() + make_interval(secs => :seconds)
    where tenant_id = :tenant and run = :run and round = :round
""")
_DROP = text("""
    update maestro.due set executor = null, at = 'infinity' where tenant_id = :tenant and run = :run
""")
_RENEW = text("""
    insert into maestro.executor (id, since, until) values (:me, now(), now() + make_interval(secs => :lease))
    on conflict (id) do update set until = now() + make_interval(secs => :lease)
""")
_LEAVE = text("delete from maestro.executor where id = :me")
_ADOPT = text("""
    with gone as (delete from maestro.executor where until <= now() returning id)
    update maestro.due d set executor = null, at = now() + make_interval(secs => :grace)
    from (select tenant_id, run from maestro.due
          where executor is not null
            and (executor in (select id from gone) or executor not in (select id from maestro.executor))
          for update skip locked) lost
    where d.tenant_id = lost.tenant_id and d.run = lost.run
    returning d.tenant_id, d.environment, d.run, d.round
""")
_PUT_BACK = text("""
    update maestro.due set executor = null, at = now() + make_interval(secs => :pause)
    where tenant_id = :tenant and run = :run and round = :round and (executor is null or executor = :me)
""")
_MINE = text("select tenant_id, environment, run, round from maestro.due where executor = :me")
_WAITS = text("select true from maestro.due where tenant_id = :tenant and run = :run and at < 'infinity'")
_ALIVE = text("select true from maestro.executor where id = cast(:id as uuid) and until > now()")
_ONE = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
_TAKE_OVER = text("""
    update maestro.due d set executor = :me
    where d.tenant_id = :tenant and d.run = :run and d.round = :round
      and (d.executor is null or d.executor = :me
           or not exists (select from maestro.executor e where e.id = d.executor and e.until > now()))
    returning true
""")
_RINGING = text(
    "select tenant_id, plan, environment from maestro.alarm where at <= now() order by at limit :most"
)
_HOLD_ALARM = text("""
    select at from maestro.alarm
    where tenant_id = :tenant and plan = :plan and environment = :environment and at <= now()
    for update skip locked
""")


async def enqueue(db: AsyncConnection, tenant: UUID, environment: str, run: UUID) -> None:
    """There is something to do for a run, now; whoever held it does so no more."""
    await db.execute(_ENQUEUE, {"tenant": tenant, "run": run, "environment": environment})
    await db.execute(_WAKE, {"channel": WAKE, "work": RUNS})


async def take(db: AsyncConnection, me: UUID, most: int) -> list[Held]:
    """Take runs that are due, each for a new round."""
    rows = await db.execute(_TAKE, {"me": me, "most": most})
    return [Held(row.tenant_id, row.environment, row.run, row.round) for row in rows]


async def next_due(db: AsyncConnection) -> float | None:
    """Seconds until a run or a schedule is due, 0 when one is; None when none ever is."""
    seconds = await db.scalar(_NEXT)
    return None if seconds is None else max(float(seconds), 0.0)


async def holds(db: AsyncConnection, held: Held, me: UUID) -> bool:
    """Whether this executor still holds the run, now and until the transaction ends."""
    asked = {"tenant": held.tenant, "run": held.run, "round": held.round, "me": me}
    return await db.scalar(_HOLD, asked) is not None


async def sleep(db: AsyncConnection, held: Held, seconds: float) -> None:
    """Let go of a run until then; somebody takes it again."""
    asked = {"tenant": held.tenant, "run": held.run, "round": held.round, "seconds": seconds}
    await db.execute(_SLEEP, asked)


async def drop(db: AsyncConnection, tenant: UUID, run: UUID) -> None:
    """There is nothing to do for a run until somebody says otherwise.

    Its row stays with the round that it had: a round's workflow is done once, so an undo must not get an old one.
    """
    await db.execute(_DROP, {"tenant": tenant, "run": run})


async def renew(db: AsyncConnection, me: UUID, lease: float) -> None:
    """Live on for another `lease` seconds."""
    await db.execute(_RENEW, {"me": me, "lease": lease})


async def leave(db: AsyncConnection, me: UUID) -> None:
    """Give everything up at once, for others to take."""
    await db.execute(_LEAVE, {"me": me})


async def adopt(db: AsyncConnection, grace: float) -> list[Held]:
    """Free the runs of executors whose lease has run out; each keeps its round for `grace` seconds to come back in."""
    rows = await db.execute(_ADOPT, {"grace": grace})
    return [Held(row.tenant_id, row.environment, row.run, row.round) for row in rows]


async def take_over(db: AsyncConnection, held: Held, me: UUID) -> bool:
    """Hold a run that a durable workflow came back for, unless somebody who is alive does."""
    asked = {"tenant": held.tenant, "run": held.run, "round": held.round, "me": me}
    return await db.scalar(_TAKE_OVER, asked) is not None


async def put_back(db: AsyncConnection, held: Held, me: UUID, pause: float) -> None:
    """Let a run be taken anew in `pause` seconds: what went wrong with it may go wrong again."""
    asked = {"tenant": held.tenant, "run": held.run, "round": held.round, "me": me, "pause": pause}
    await db.execute(_PUT_BACK, asked)


async def mine(db: AsyncConnection, me: UUID) -> list[Held]:
    """What this executor holds."""
    rows = await db.execute(_MINE, {"me": me})
    return [Held(row.tenant_id, row.environment, row.run, row.round) for row in rows]


async def waits(db: AsyncConnection, tenant: UUID, run: UUID) -> bool:
    """Whether there is anything to do for a run, now or later."""
    return await db.scalar(_WAITS, {"tenant": tenant, "run": run}) is not None


async def alive(db: AsyncConnection, executor: str) -> bool:
    """Whether an executor's lease stands."""
    return bool(executor) and await db.scalar(_ALIVE, {"id": executor}) is not None


async def one_at_a_time(db: AsyncConnection, tenant: UUID) -> None:
    """Hold the tenant's limits against others who begin a run, until the transaction ends."""
    await db.execute(_ONE, {"name": f"maestro.limits/{tenant}"})


async def ringing(db: AsyncConnection, most: int) -> list[tuple[UUID, str, str]]:
    """The alarms that are due: tenant, plan, environment."""
    rows = await db.execute(_RINGING, {"most": most})
    return [(row.tenant_id, row.plan, row.environment) for row in rows]


async def hold_alarm(db: AsyncConnection, tenant: UUID, plan: str, environment: str) -> datetime | None:
    """When an alarm was due, held against others; None when somebody else has it, or it is not due any more."""
    asked = {"tenant": tenant, "plan": plan, "environment": environment}
    found: datetime | None = await db.scalar(_HOLD_ALARM, asked)
    return found
