"""The ack path of OTLP/HTTP: unpack, check, append; acknowledged only when durable.

The body is parsed by the protobuf runtime, which proves that it can be decoded later, and every item is judged; no
row is built here. Consolidation judges by the same rules, so what was refused here is not kept there.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from companyos.kernel.bodies import unpack
from companyos.kernel.ports.stream import Record, RecordTooLarge, Stream, StreamFull
from companyos.kernel.problems import TooLarge, Unavailable

from .otlp.request import Verdict, check, parse_json, parse_protobuf
from .settings import TelemetrySettings
from .signals import SIGNALS, SignalName

FULL_RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose telemetry it is."""

    tenant: UUID
    environment: str


@dataclass(slots=True)
class Counts:
    """What passed since the process started, by outcome, for `/metrics`."""

    requests: int = 0
    accepted: int = 0
    refused: int = 0
    bytes: int = 0


class Intake:
    """Accepts OTLP bodies for owners who are already known."""

    def __init__(self, stream: Stream, settings: TelemetrySettings):
        self._stream, self._settings = stream, settings
        self.waiting = 0
        self.counts: dict[SignalName, Counts] = {name: Counts() for name in ("traces", "logs", "metrics")}

    async def accept(
        self, signal: SignalName, owner: Owner, body: bytes, *, json: bool = False, packing: str = "identity"
    ) -> Verdict:
        """Keep a body. Durable when this returns.

        Raises Malformed, UnsupportedMedia, TooLarge, or Unavailable when nothing can be kept now.
        """
        raw = unpack(body, packing, self._settings.max_unpacked_bytes)
        message = parse_json(signal, raw) if json else parse_protobuf(signal, raw)
        now = time.time_ns()
        verdict = check(signal, message, now)
        if verdict.accepted:
            await self._append(signal, owner, message.SerializeToString() if json else raw, now)
        counts = self.counts[signal]
        counts.requests += 1
        counts.accepted += verdict.accepted
        counts.refused += verdict.refused
        counts.bytes += len(raw)
        return verdict

    async def _append(self, signal: SignalName, owner: Owner, body: bytes, now: int) -> int:
        headers = {"tenant": str(owner.tenant), "environment": owner.environment, "received_ns": str(now)}
        try:
            return await self._stream.append(SIGNALS[signal].topic, [Record(body, headers)])
        except RecordTooLarge as error:
            raise TooLarge(f"The body is too large for the stream: {error}. Send smaller batches.") from error
        except (StreamFull, ConnectionError, TimeoutError) as error:
            raise Unavailable(
                f"Nothing of this request was kept: {error}.", retry_after=FULL_RETRY_SECONDS
            ) from error
