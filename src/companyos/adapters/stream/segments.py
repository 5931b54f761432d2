"""One topic on disk: a folder of append-only segment files named by their first offset.

Only the newest segment is written. A write becomes visible to readers after fdatasync, so nobody ever sees a
record that a power cut could take back.
"""

import errno
import fcntl
import os
import time
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

import structlog

from companyos.kernel.ports.stream import Record, Stored, StreamFull

from . import frames

log = structlog.get_logger("companyos.stream")

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_INDEX_EVERY = 65_536


@dataclass(slots=True)
class Segment:
    """One file: its first offset, its durable size, and a sparse index of (offset, position)."""

    path: Path
    first: int
    size: int
    newest_ms: int = 0
    marks: list[tuple[int, int]] = field(default_factory=list)

    def index(self, first: int, position: int) -> None:
        if not self.marks or position - self.marks[-1][1] >= _INDEX_EVERY:
            self.marks.append((first, position))

    def position_before(self, offset: int) -> int:
        """A position at or before the block that holds `offset`."""
        found = bisect_right(self.marks, offset, key=itemgetter(0)) - 1
        return self.marks[found][1] if found >= 0 else 0


@dataclass(frozen=True, slots=True)
class TornTail:
    """What recovery cut: bytes of a write that was never acknowledged."""

    segment: Path
    position: int
    bytes: int


class TopicLog:
    """The segments of one topic. Methods block; `write`, `retain` and `forget` belong to one thread."""

    def __init__(self, folder: Path, *, segment_bytes: int, level: int):
        self.folder, self.segment_bytes, self.level = folder, segment_bytes, level
        self.torn: TornTail | None = None
        self.last = 0
        self._fd = -1
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = self._own()
        self.segments = [
            Segment(path, int(path.stem), path.stat().st_size) for path in sorted(folder.glob("*.seg"))
        ]
        self._recover()

    @property
    def first(self) -> int:
        return self.segments[0].first if self.segments else self.last + 1

    @property
    def size(self) -> int:
        return sum(s.size for s in self.segments)

    def write(self, records: Sequence[Record]) -> int:
        """Append the records as one block, make them durable, return the offset of the last."""
        now_ms = time.time_ns() // 1_000_000
        try:
            segment = self._open_for_write()
            block = frames.encode(self.last + 1, now_ms, records, level=self.level)
            self._write_all(block, segment.size)
            os.fdatasync(self._fd)
        except OSError as error:
            self._abandon()
            if error.errno in _NO_ROOM:
                raise StreamFull(
                    f"no room left to append to {self.folder}; free space or add storage"
                ) from error
            raise
        segment.index(self.last + 1, segment.size)
        segment.newest_ms = max(segment.newest_ms, now_ms)
        segment.size += len(block)
        self.last += len(records)
        return self.last

    def read(self, after: int, max_bytes: int) -> list[Stored]:
        """Records above `after`, whole blocks at a time, until `max_bytes` of raw data are reached."""
        found: list[Stored] = []
        raw = 0
        start = max(0, bisect_right([s.first for s in self.segments], after + 1) - 1)
        for segment in self.segments[start:]:
            position = segment.position_before(after + 1)
            with segment.path.open("rb") as file:
                while position < segment.size and raw < max_bytes:
                    file.seek(position)
                    head = frames.header(file.read(frames.HEADER_BYTES))
                    if head and head.last <= after:
                        segment.index(head.first, position)
                        position += head.size
                        continue
                    block, data, position = self._block_at(file.fileno(), segment, position, head)
                    if block is None:
                        break
                    found += (s for s in frames.decode(block, data) if s.offset > after)
                    raw += block.raw
            if raw >= max_bytes:
                break
        return found

    def retain(self, *, before_ms: int, max_bytes: int, upto: int) -> int:
        """Delete whole segments from the front that are too old or too much; the newest always stays."""
        forgotten = 0
        while len(self.segments) > 1:
            oldest, next_first = self.segments[0], self.segments[1].first
            stale = (oldest.newest_ms or oldest.path.stat().st_mtime_ns // 1_000_000) < before_ms
            if next_first - 1 > upto or not (stale or self.size > max_bytes):
                break
            oldest.path.unlink()
            self.segments = self.segments[1:]
            forgotten += next_first - oldest.first
        return forgotten

    def forget(self, upto: int) -> int:
        """Begin a new segment, then delete whole segments from the front that hold nothing above `upto`."""
        if self.segments and self.segments[-1].first <= min(upto, self.last):
            self._open_for_write(anew=True)
        forgotten = 0
        while len(self.segments) > 1 and self.segments[1].first - 1 <= upto:
            oldest, next_first = self.segments[0], self.segments[1].first
            oldest.path.unlink()
            self.segments = self.segments[1:]
            forgotten += next_first - oldest.first
        return forgotten

    def close(self) -> None:
        self._abandon()
        os.close(self._lock)

    def _own(self) -> int:
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise BlockingIOError(
                error.errno, f"another process writes {self.folder}; one process owns a file: stream"
            ) from error
        return lock

    def _recover(self) -> None:
        if not self.segments:
            return
        newest = self.segments[-1]
        data = newest.path.read_bytes()
        view = memoryview(data)
        position, self.last = 0, newest.first - 1
        while position < len(data):
            block = frames.whole(view[position:])
            if block is None:
                position = self._heal(newest, data, position)
                continue
            newest.index(block.first, position)
            newest.newest_ms = max(newest.newest_ms, block.at_ms)
            self.last = block.last
            position += block.size

    def _heal(self, segment: Segment, data: bytes, position: int) -> int:
        """Past a harmed place: on to the next whole block, or cut the tail when none follows."""
        following = frames.find_whole(data, position + 1)
        if following >= 0:
            log.error(
                "stream.damaged", segment=str(segment.path), position=position, bytes=following - position
            )
            return following
        self.torn = TornTail(segment.path, position, len(data) - position)
        log.warning(
            "stream.torn_tail_cut", segment=str(segment.path), position=position, bytes=self.torn.bytes
        )
        os.truncate(segment.path, position)
        segment.size = position
        return len(data)

    def _block_at(
        self, fd: int, segment: Segment, position: int, head: frames.Block | None
    ) -> tuple[frames.Block | None, bytes, int]:
        """The next whole block at or after a position, its bytes, and the position behind it."""
        data = os.pread(fd, head.size, position) if head else b""
        block = frames.whole(data)
        if block is None:
            data = os.pread(fd, segment.size - position, position)
            skip = frames.find_whole(data, 1)
            log.error("stream.damaged", segment=str(segment.path), position=position, resumes=position + skip)
            data = data[skip:] if skip > 0 else b""
            block, position = frames.whole(data), position + skip
        if block is None:
            return None, b"", segment.size
        segment.index(block.first, position)
        return block, data, position + block.size

    def _open_for_write(self, *, anew: bool = False) -> Segment:
        full = self.segments and (anew or self.segments[-1].size >= self.segment_bytes)
        if self._fd >= 0 and not full:
            return self.segments[-1]
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        if full or not self.segments:
            path = self.folder / f"{self.last + 1:020d}.seg"
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            directory = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
            self.segments = [*self.segments, Segment(path, self.last + 1, 0)]
        else:
            self._fd = os.open(self.segments[-1].path, os.O_RDWR)
        return self.segments[-1]

    def _write_all(self, block: bytes, position: int) -> None:
        view = memoryview(block)
        while view:
            written = os.pwrite(self._fd, view, position)
            view, position = view[written:], position + written

    def _abandon(self) -> None:
        """After a failed write: cut what may have reached the file and never reuse its descriptor.

        (A descriptor whose fsync failed may report success the next time although the pages are gone.)
        """
        if self._fd < 0:
            return
        with suppress(OSError):
            os.ftruncate(self._fd, self.segments[-1].size)
        os.close(self._fd)
        self._fd = -1
