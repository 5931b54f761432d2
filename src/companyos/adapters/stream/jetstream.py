"""`nats://` stream: one JetStream stream per topic, readers' offsets in a key-value bucket.

Durability is the server's: set `jetstream { sync_interval: always }` (or three replicas) if an acknowledged
record must survive a power cut; JetStream's own default flushes every two minutes.

The records of one append go in as one atomic batch (ADR-50 of nats-architecture-and-design, server 2.12+); beyond
500 records an append is several batches, and only each of them is all or nothing.
"""

import asyncio
import json
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js.errors import KeyNotFoundError

from companyos.kernel.ports.stream import Extent, Record, RecordTooLarge, Stored, StreamFull
from companyos.kernel.problems import Unavailable

log = structlog.get_logger(__name__)

_OWN = "Companyos-"
_BATCH = 500
_POLL = 0.05
_ALREADY_IN_USE = 10058


class JetStream:
    """Stream over NATS. Connects on first use, and again by itself however long the server was away.

    Everything raises Unavailable while no server ever answered.
    """

    def __init__(self, url: str, *, replicas: int = 1, timeout: float = 5.0):
        self._url, self._replicas, self._timeout = url, replicas, timeout
        self._client: Client | None = None
        self._connecting = asyncio.Lock()
        self._made: set[str] = set()
        self._readers: Any = None

    @classmethod
    def at_url(cls, url: str) -> "JetStream":
        """`nats://user:password@host:4222`, or several separated by commas; `?replicas=3` for a cluster."""
        address, _, query = url.partition("?")
        replicas = parse_qs(query).get("replicas", ["1"])[0]
        if not replicas.isdecimal():
            raise ValueError(f"replicas={replicas} is no number")
        for server in address.split(","):
            _ = urlsplit(server).port  # raises ValueError for one that cannot be
        return cls(address, replicas=int(replicas))

    async def append(self, topic: str, records: Sequence[Record]) -> int:
        client = await self._topic(topic)
        for record in records:
            if (size := len(record.body)) > client.max_payload - 4096:
                raise RecordTooLarge(
                    f"a record of {size} bytes is over the server's max_payload {client.max_payload}"
                )
        last = 0
        for start in range(0, len(records), _BATCH):
            last = await self._append_batch(client, topic, records[start : start + _BATCH])
        return last

    async def _append_batch(self, client: Client, topic: str, records: Sequence[Record]) -> int:
        batch = uuid.uuid4().hex
        for number, record in enumerate(records, 1):
            headers = {_OWN + k: v for k, v in record.headers.items()}
            final = number == len(records)
            if len(records) > 1:
                headers |= {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
                if final:
                    headers["Nats-Batch-Commit"] = "1"
            if final or number == 1:
                reply = await client.request(
                    _subject(topic), record.body, timeout=self._timeout, headers=headers or None
                )
                if reply.data:
                    answer = _checked(json.loads(reply.data))
            else:
                await client.publish(_subject(topic), record.body, headers=headers)
        return int(answer["seq"])

    async def read(self, topic: str, after: int, *, max_bytes: int = 8_388_608) -> list[Stored]:
        client = await self._topic(topic)
        inbox = client.new_inbox()
        answers = await client.subscribe(inbox)
        ask = {"seq": after + 1, "batch": 1000, "max_bytes": max_bytes}
        found: list[Stored] = []
        try:
            await client.publish(f"$JS.API.DIRECT.GET.{_name(topic)}", json.dumps(ask).encode(), reply=inbox)
            while (message := await answers.next_msg(timeout=self._timeout)) and not _ends(message):
                headers = message.headers or {}
                own = {k.removeprefix(_OWN): v for k, v in headers.items() if k.startswith(_OWN)}
                found.append(Stored(int(headers["Nats-Sequence"]), Record(message.data, own)))
        finally:
            await answers.unsubscribe()
        return found

    async def wait(self, topic: str, after: int, *, seconds: float) -> bool:
        until = asyncio.get_running_loop().time() + seconds
        while (await self.extent(topic)).last <= after:
            if asyncio.get_running_loop().time() >= until:
                return False
            await asyncio.sleep(_POLL)
        return True

    async def extent(self, topic: str) -> Extent:
        await self._topic(topic)
        state = (await self._call(f"STREAM.INFO.{_name(topic)}"))["state"]
        last = int(state["last_seq"])
        return Extent(int(state["first_seq"]) if state["messages"] else last + 1, last, int(state["bytes"]))

    async def commit(self, topic: str, reader: str, offset: int) -> None:
        await (await self._bucket()).put(f"{topic}.{reader}", str(offset).encode())

    async def committed(self, topic: str, reader: str) -> int:
        with suppress(KeyNotFoundError):
            return int((await (await self._bucket()).get(f"{topic}.{reader}")).value)
        return 0

    async def retain(self, topic: str, *, before: datetime, max_bytes: int, upto: int) -> int:
        """Sizes are taken as the average of the topic's records: JetStream tells no other."""
        extent = await self.extent(topic)
        count = extent.last - extent.first + 1
        if count <= 0:
            return 0
        kept = max_bytes * count // max(extent.bytes, 1)
        first = max(await self._first_since(topic, extent, before), extent.last - kept + 1)
        first = min(first, upto + 1, extent.last + 1)
        if first <= extent.first:
            return 0
        purged = await self._call(f"STREAM.PURGE.{_name(topic)}", {"seq": first})
        return int(purged["purged"])

    async def forget(self, topic: str, upto: int) -> int:
        extent = await self.extent(topic)
        if extent.first > min(upto, extent.last):
            return 0
        first = min(upto, extent.last) + 1
        return int((await self._call(f"STREAM.PURGE.{_name(topic)}", {"seq": first}))["purged"])

    async def writable(self) -> None:
        await (await self._bucket()).put("writable", b"yes")

    async def close(self) -> None:
        if self._client:
            await self._client.close()
        self._client, self._readers = None, None
        self._made.clear()

    async def _first_since(self, topic: str, extent: Extent, moment: datetime) -> int:
        """The first offset that is not older than `moment`, by bisection over the records' times."""
        low, high = extent.first, extent.last + 1
        while low < high:
            middle = (low + high) // 2
            found = await self._call(f"STREAM.MSG.GET.{_name(topic)}", {"seq": middle})
            if _time(found["message"]["time"]) < moment:
                low = middle + 1
            else:
                high = middle
        return low

    async def _topic(self, topic: str) -> Client:
        if not topic or not all(part.isidentifier() for part in topic.split(".")):
            raise ValueError(f"{topic!r} is no topic; use lower-case words joined by dots")
        client = await self._connected()
        if topic not in self._made:
            config = {
                "name": _name(topic),
                "subjects": [_subject(topic)],
                "storage": "file",
                "num_replicas": self._replicas,
                "allow_direct": True,
                "allow_atomic": True,
                "compression": "s2",
            }
            with suppress(_Exists):
                await self._call(f"STREAM.CREATE.{_name(topic)}", config)
            self._made.add(topic)
        return client

    async def _connected(self) -> Client:
        async with self._connecting:
            if self._client is None:
                self._client = await self._connect()
            return self._client

    async def _connect(self) -> Client:
        client, heard = Client(), ["it takes too long"]

        async def hear(error: Exception) -> None:
            heard.append(str(error) or heard[0])
            if client.is_connected or client.is_reconnecting:
                log.warning("nats.error", error=heard[-1])

        try:
            async with asyncio.timeout(self._timeout):
                await client.connect(
                    self._url.split(","),
                    connect_timeout=int(self._timeout),
                    max_reconnect_attempts=-1,
                    error_cb=hear,
                )
        except (TimeoutError, OSError, NatsError) as error:
            await client.close()
            why = heard[-1] if isinstance(error, TimeoutError) else str(error)
            raise Unavailable(
                f"No NATS answers at {self._where()} as COMPANYOS_STREAM names it: {why}."
            ) from None
        try:
            await client.request("$JS.API.INFO", timeout=self._timeout)
        except NoRespondersError:
            await client.close()
            raise Unavailable(
                f"The NATS at {self._where()}, which COMPANYOS_STREAM names, has no JetStream: start it with -js."
            ) from None
        return client

    def _where(self) -> str:
        """The addresses without the passwords."""
        return ", ".join(url.rpartition("@")[2].removeprefix("nats://") for url in self._url.split(","))

    async def _bucket(self) -> Any:
        if self._readers is None:
            client = await self._connected()
            self._readers = await client.jetstream().create_key_value(
                bucket="companyos-readers", replicas=self._replicas
            )
        return self._readers

    async def _call(self, what: str, ask: dict[str, Any] | None = None) -> dict[str, Any]:
        client = await self._connected()
        body = json.dumps(ask).encode() if ask is not None else b""
        reply = await client.request(f"$JS.API.{what}", body, timeout=self._timeout)
        return _checked(json.loads(reply.data))


class _Exists(Exception):
    """The stream is there already, perhaps with another configuration, which is the operator's choice."""


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    error = answer.get("error")
    if not error:
        return answer
    if error.get("err_code") == _ALREADY_IN_USE:
        raise _Exists
    if error.get("code") == 503 or "maximum" in error.get("description", "") or "resource" in str(error):
        raise StreamFull(f"NATS refused the append: {error.get('description')}; raise its storage limit")
    raise ConnectionError(f"NATS answered {error}")


def _ends(message: Msg) -> bool:
    return "Nats-Sequence" not in (message.headers or {})


def _name(topic: str) -> str:
    return "COMPANYOS_" + topic.replace(".", "_").upper()


def _subject(topic: str) -> str:
    return f"companyos.{topic}"


def _time(text: str) -> datetime:
    """NATS writes nanoseconds; Python reads microseconds."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    moment = datetime.fromisoformat(seconds).replace(tzinfo=UTC)
    return moment.replace(microsecond=int((fraction + "000000")[:6])) if fraction else moment
