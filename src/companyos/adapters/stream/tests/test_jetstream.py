"""NATS that does not answer, or not like this, is told in words; one that comes back is found again."""

import asyncio
from contextlib import suppress

import pytest
from nats.errors import Error as NatsError

from companyos.adapters.stream.jetstream import JetStream
from companyos.kernel.ports.stream import Record
from companyos.kernel.problems import Unavailable


async def test_a_server_that_does_not_answer_is_named_without_its_password():
    stream = JetStream("nats://me:secret@127.0.0.1:9", timeout=1)
    with pytest.raises(
        Unavailable, match=r"No NATS answers at 127\.0\.0\.1:9 .*COMPANYOS_STREAM.*111"
    ) as told:
        await stream.append("test.topic", [Record(b"x")])
    assert "secret" not in told.value.detail
    await stream.close()


@pytest.mark.parametrize("url", ["nats://127.0.0.1:port", "nats://127.0.0.1?replicas=three"])
def test_an_address_that_cannot_be_is_refused_before_anything_starts(url):
    with pytest.raises(ValueError, match=r"port|three"):
        JetStream.at_url(url)


async def test_a_server_that_comes_back_is_found_again(nats_server):
    stream = JetStream(nats_server.url, timeout=5)
    assert await stream.append("again.topic", [Record(b"one")]) == 1
    nats_server.stop()
    with pytest.raises(Exception, match=r"."):
        await stream.read("again.topic", 0)
    nats_server.start()
    for _ in range(50):
        with suppress(NatsError, TimeoutError):
            assert await stream.append("again.topic", [Record(b"two")]) == 2
            break
        await asyncio.sleep(0.1)
    assert [stored.record.body for stored in await stream.read("again.topic", 0)] == [b"one", b"two"]
    await stream.close()


async def test_a_server_without_jetstream_is_told(plain_nats):
    stream = JetStream(plain_nats.url)
    with pytest.raises(Unavailable, match="has no JetStream"):
        await stream.append("test.topic", [Record(b"x")])
    await stream.close()
