"""A signal as what a tail follows: its topic, its tables, and how records become rows."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from companyos.kernel.ports.lake import LakeTable
from companyos.kernel.ports.stream import Stored

from .otlp.columns import Decoder
from .signals import Signal


class SignalFeed:
    """The Feed of one signal. Records need nothing but themselves, so nothing happens before and after."""

    def __init__(self, signal: Signal):
        self.signal = signal
        self._decoder = Decoder(signal.name)

    @property
    def topic(self) -> str:
        return self.signal.topic

    @property
    def tables(self) -> tuple[LakeTable, ...]:
        return self.signal.tables

    async def begin(self, mark: int) -> None:
        return None

    def decode(self, stored: Sequence[Stored]) -> Mapping[str, pa.Table]:
        return self._decoder.tables(stored)

    async def settled(self, mark: int) -> None:
        return None

    def trimmed(self, mark: int) -> None:
        return None
