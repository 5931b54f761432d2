"""The blob store: whole objects under keys. Keys are path-like: `evidence/2026/11/018f….zip`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """One object: its key, size in bytes and time of the last put."""

    key: str
    size: int
    at: datetime


class BlobMissing(LookupError):
    """There is no object under this key."""


class BlobFull(Exception):
    """Nothing was put: the storage has no room."""


class Blob(Protocol):
    """Put, get, find, delete. A put is atomic and durable when it returns: readers see old or new."""

    async def put(self, key: str, data: bytes) -> None:
        """Store an object, replacing any. Raises BlobFull, or ValueError for a key that is no plain path."""
        ...

    async def get(self, key: str) -> bytes:
        """The object's bytes. Raises BlobMissing."""
        ...

    def find(self, prefix: str = "") -> AsyncIterator[BlobInfo]:
        """All objects whose key starts with `prefix`, in order of key."""
        ...

    async def delete(self, key: str) -> None:
        """Forget an object; absent ones are no error."""
        ...
