"""The way of events to the answer: judge each, make pseudonyms, append once; acknowledged only when durable."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from companyos.kernel.ids import new_id
from companyos.kernel.ports.keys import KeyRing
from companyos.kernel.ports.stream import Record, RecordTooLarge, Stream, StreamFull
from companyos.kernel.problems import TooLarge, Unavailable
from companyos.spines.data.pseudonyms import PseudonymKeys
from companyos.spines.data.rules.compiling import Compiled
from companyos.spines.data.rules.fault import Fault
from companyos.spines.data.rules.pseudonyms import Pseudonyms

from ..rules.dead import DeadLetter, letter
from ..rules.envelope import Envelope, Unfit, Verdict
from ..rules.judging import Bounds, Judge, Known, Owner, erased
from ..settings import AnalyticsSettings
from ..store.records import records
from ..tables import TOPIC

log = structlog.get_logger("companyos.analytics")

Events = Sequence[Envelope | Unfit]


Erased = Callable[[UUID], Awaitable[Mapping[str, datetime]]]
"""Who of a tenant was erased: by pseudonym, the time until which nothing of them is taken in."""


class Schemas(Protocol):
    """Where schemas are found: the data spine's Registry."""

    async def find(self, tenant: UUID, name: str, version: str | None = None) -> Compiled | None:
        """The schema of a tenant's events of that name; None when there is none."""
        ...


@dataclass(slots=True)
class Counts:
    """What passed since the process started, for `/metrics`; `refused` by reason code."""

    batches: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)


class Intake:
    """Accepts events of owners who are already known.

    `waiting` counts bytes that are being received; `refused_of` holds the tenant, environment and name of producers
    with refused events, until somebody has seen to telling them.
    """

    def __init__(
        self,
        stream: Stream,
        ring: KeyRing,
        schemas: Schemas,
        settings: AnalyticsSettings,
        erased: Erased | None = None,
    ):
        self.settings, self._stream, self._schemas, self._erased = settings, stream, schemas, erased
        self._keys = PseudonymKeys(ring, remembered=settings.pseudonyms_in_memory)
        self._bounds = Bounds(
            timedelta(hours=settings.ahead_hours),
            timedelta(days=settings.past_days),
            settings.max_event_bytes,
        )
        self.waiting = 0
        self.counts = Counts()
        self.refused_of: set[tuple[UUID, str, str]] = set()

    async def pseudonyms(self, tenant: UUID) -> Pseudonyms:
        """A tenant's pseudonyms. Raises OSError when the key ring cannot be read."""
        return await self._keys.of(tenant)

    async def accept(
        self, owner: Owner, events: Events, *, hide: Callable[[str], str] | None = None
    ) -> list[Verdict]:
        """A verdict for each event, in their order. What is accepted, and dead letters, are durable when this returns.

        Takes the envelopes over: they are completed, and their `user_id` becomes a pseudonym: by the tenant's key, or
        by `hide` for events that came in before. Raises TooLarge, or Unavailable when nothing can be kept now; then
        nothing of the batch was acknowledged.
        """
        if len(events) > self.settings.max_batch_events:
            most = self.settings.max_batch_events
            raise TooLarge(
                f"{len(events)} events are over the limit of {most} in one batch; send smaller batches."
            )
        now = datetime.now(UTC)
        judged = (await self._judge(owner, events, now)).faults
        hide = hide or (await self._pseudonyms(owner.tenant)).of
        gone = await self._erased(owner.tenant) if self._erased else {}
        verdicts: list[Verdict] = []
        kept: list[Envelope] = []
        dead: list[DeadLetter] = []
        for event in events:
            faults = judged(event) if isinstance(event, Envelope) else (event.fault,)
            if gone and isinstance(event, Envelope) and event.user_id:
                before = gone.get(hide(event.user_id))
                if before and (event.at or now) < before:
                    faults = (erased(before),)
            if faults or isinstance(event, Unfit):
                dead.append(letter(event, faults, hide, self.settings.keep_dead_bytes, str(new_id())))
                verdicts.append(Verdict(event.id, False, faults[0]))
                continue
            if event.user_id:
                event.user_id = hide(event.user_id)
            kept.append(event)
            verdicts.append(Verdict(event.id, True))
        if events:
            await self._append(records(owner, now, kept, dead))
        self.counts.batches += 1
        self.counts.accepted += len(kept)
        self.counts.refused.update(one.reason.code for one in dead)
        if dead:
            self.refused_of.add((owner.tenant, owner.environment, owner.producer))
        return verdicts

    async def try_out(self, owner: Owner, events: Sequence[Envelope]) -> list[tuple[Fault, ...]]:
        """Why each event would be refused now, if it would. Keeps nothing; completes the events."""
        judge = await self._judge(owner, events, datetime.now(UTC))
        return [judge.faults(event) for event in events]

    async def _judge(self, owner: Owner, events: Events, now: datetime) -> Judge:
        return Judge(owner, now, self._bounds, await self._known(owner.tenant, events))

    async def _known(self, tenant: UUID, events: Events) -> dict[tuple[str, str], Known | None]:
        """The schemas that a batch names."""
        found: dict[tuple[str, str], Known | None] = {}
        for name, version in {(one.event, one.schema) for one in events if isinstance(one, Envelope)}:
            schema = await self._schemas.find(tenant, name, version or None) if name else None
            found[name, version] = Known(schema) if schema else None
        return found

    async def _pseudonyms(self, tenant: UUID) -> Pseudonyms:
        try:
            return await self._keys.of(tenant)
        except OSError as error:
            log.exception("analytics.keys_unreadable", exc_info=error)
            raise self._unavailable("the key ring cannot be used") from error

    async def _append(self, batch: list[Record]) -> None:
        try:
            await self._stream.append(TOPIC, batch)
        except RecordTooLarge as error:
            raise TooLarge(
                f"The batch is too large for the stream: {error}. Send smaller batches."
            ) from error
        except (StreamFull, OSError) as error:
            raise self._unavailable(str(error)) from error

    def _unavailable(self, why: str) -> Unavailable:
        told = f"Nothing of this batch was kept: {why}. Send it again."
        return Unavailable(told, retry_after=self.settings.retry_seconds)
