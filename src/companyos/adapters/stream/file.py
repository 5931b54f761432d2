"""`file:` stream: zstd segments in a folder; appenders share one fdatasync, then are acknowledged."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from companyos.kernel.ports.stream import Extent, Record, RecordTooLarge, Stored

from .segments import TopicLog, TornTail

SEGMENT_BYTES = 64 << 20
GROUP_BYTES = 8 << 20


class FileStream:
    """Stream over local files. One process owns a folder at a time."""

    def __init__(
        self,
        folder: Path,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        max_record_bytes: int = 64 << 20,
        level: int = 1,
    ):
        self.folder, self._segment_bytes, self._level = folder, segment_bytes, level
        self._max_record_bytes = max_record_bytes
        self._topics: dict[str, _Topic] = {}

    @classmethod
    def at_url(cls, url: str, *, folder: Path) -> "FileStream":
        """`file:` keeps to the given folder, `file:///elsewhere` goes there."""
        path = unquote(urlsplit(url).path)
        return cls(Path(path) if path else folder)

    @property
    def torn(self) -> list[TornTail]:
        """What recovery cut from the topics opened so far."""
        return [t.log.torn for t in self._topics.values() if t.log.torn]

    async def append(self, topic: str, records: Sequence[Record]) -> int:
        for record in records:
            if len(record.body) > self._max_record_bytes:
                raise RecordTooLarge(f"a record of {len(record.body)} bytes is over {self._max_record_bytes}")
        return await (await self._topic(topic)).append(records)

    async def read(self, topic: str, after: int, *, max_bytes: int = 8_388_608) -> list[Stored]:
        log = (await self._topic(topic)).log
        if after >= log.last:
            return []
        return await asyncio.to_thread(log.read, after, max_bytes)

    async def wait(self, topic: str, after: int, *, seconds: float) -> bool:
        opened = await self._topic(topic)
        try:
            async with asyncio.timeout(seconds), opened.grown:
                await opened.grown.wait_for(lambda: opened.log.last > after)
        except TimeoutError:
            return False
        return True

    async def extent(self, topic: str) -> Extent:
        log = (await self._topic(topic)).log
        return Extent(log.first, log.last, log.size)

    async def commit(self, topic: str, reader: str, offset: int) -> None:
        await self._topic(topic)
        await asyncio.to_thread(_replace, self._reader(topic, reader), str(offset).encode())

    async def committed(self, topic: str, reader: str) -> int:
        path = self._reader(topic, reader)
        return int(path.read_bytes()) if path.exists() else 0

    async def retain(self, topic: str, *, before: datetime, max_bytes: int, upto: int) -> int:
        opened = await self._topic(topic)
        before_ms = int(before.timestamp() * 1000)

        def forget() -> int:
            return opened.log.retain(before_ms=before_ms, max_bytes=max_bytes, upto=upto)

        return await asyncio.get_running_loop().run_in_executor(opened.writer, forget)

    async def forget(self, topic: str, upto: int) -> int:
        opened = await self._topic(topic)
        return await asyncio.get_running_loop().run_in_executor(opened.writer, opened.log.forget, upto)

    async def writable(self) -> None:
        await asyncio.to_thread(_replace, self.folder / "writable", b"yes")

    async def close(self) -> None:
        for opened in self._topics.values():
            await opened.close()
        self._topics.clear()

    async def _topic(self, name: str) -> "_Topic":
        known = self._topics.get(name)
        if known is None:
            if not name or not all(part.isidentifier() for part in name.split(".")):
                raise ValueError(f"{name!r} is no topic; use lower-case words joined by dots")
            log = TopicLog(self.folder / name, segment_bytes=self._segment_bytes, level=self._level)
            known = self._topics[name] = _Topic(log)
        return known

    def _reader(self, topic: str, reader: str) -> Path:
        return self.folder / topic / f"{reader}.reader"


class _Topic:
    """Group commit: appends that arrive while a write is on its way share the next one."""

    def __init__(self, log: TopicLog):
        self.log = log
        self.writer = ThreadPoolExecutor(1, thread_name_prefix=f"stream-{log.folder.name}")
        self.grown = asyncio.Condition()
        self._waiting: list[tuple[Sequence[Record], asyncio.Future[int]]] = []
        self._drain: asyncio.Task[None] | None = None

    async def append(self, records: Sequence[Record]) -> int:
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((records, done))
        if self._drain is None:
            self._drain = asyncio.create_task(self._write_groups())
        return await done

    async def close(self) -> None:
        if self._drain:
            await self._drain
        self.writer.shutdown()
        self.log.close()

    async def _write_groups(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                group = self._next_group()
                records = [r for batch, _ in group for r in batch]
                before = self.log.last
                try:
                    await loop.run_in_executor(self.writer, self.log.write, records)
                except Exception as error:  # noqa: BLE001 - whoever appended is told
                    for _, done in group:
                        if not done.done():
                            done.set_exception(error)
                    continue
                for batch, done in group:
                    before += len(batch)
                    if not done.done():
                        done.set_result(before)
                async with self.grown:
                    self.grown.notify_all()
        finally:
            self._drain = None

    def _next_group(self) -> list[tuple[Sequence[Record], asyncio.Future[int]]]:
        size = taken = 0
        for batch, _ in self._waiting:
            size += sum(len(r.body) for r in batch)
            if taken and size > GROUP_BYTES:
                break
            taken += 1
        group, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return group


def _replace(path: Path, data: bytes) -> None:
    """Write a small file so that after a crash it holds the old or the new bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
