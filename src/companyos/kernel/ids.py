"""Identifiers: UUIDv7, so that rows sort by creation and ids never collide between processes."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74 random bits.

    Ids of one process always grow, also within a millisecond and when the clock steps back (§6.2, method 2:
    the random part counts on).
    """
    global _last
    fresh = (time.time_ns() // 1_000_000) << 74 | int.from_bytes(os.urandom(10)) >> 6
    with _lock:
        _last = fresh if fresh > _last else _last + 1
        value = _last
    milliseconds, random = value >> 74, value & ((1 << 74) - 1)
    return UUID(
        int=milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & ((1 << 62) - 1)
    )
