"""What every Chat promises, over a real HTTP server and over the folder."""

import asyncio
import json

import pytest

from companyos.adapters.chat.webhook import WebhookChat
from companyos.adapters.mail.file import FileChat
from companyos.kernel.outbound import Outbound
from companyos.kernel.ports.chat import Post
from companyos.kernel.ports.mail import Undelivered

ALLOWED = Outbound(["127.0.0.0/8"])


class Room:
    """A room's webhook on a real socket: answers `status`, and keeps what was posted."""

    def __init__(self, status: str = "200 OK", body: bytes = b"ok"):
        self.status, self.body = status, body
        self.posts: list[dict[str, str]] = []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/services/SECRET"
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def _serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(
            next(h for h in head.lower().split(b"\r\n") if h.startswith(b"content-length")).split(b":")[1]
        )
        self.posts.append(json.loads(await reader.readexactly(length)))
        writer.write(
            f"HTTP/1.1 {self.status}\r\nlocation: http://127.0.0.1:1/\r\nconnection: close\r\n\r\n".encode()
        )
        writer.write(self.body)
        await writer.drain()
        writer.close()


async def test_a_post_arrives():
    async with Room() as room:
        said = await WebhookChat(ALLOWED).post(Post("1", room.url, "Checkout: rolled back"))
    assert said == "200 ok" and room.posts == [{"text": "Checkout: rolled back"}]


@pytest.mark.parametrize(
    ("status", "again"),
    [("500 No", True), ("429 Slow", True), ("404 Gone", False), ("302 Elsewhere", False)],
)
async def test_a_refusal_says_whether_to_come_again_and_never_the_url(status, again):
    async with Room(status) as room:
        with pytest.raises(Undelivered) as no:
            await WebhookChat(ALLOWED).post(Post("1", room.url, "x"))
    assert no.value.again is again and "SECRET" not in str(no.value)
    assert len(room.posts) == 1  # a redirect is not followed


async def test_a_room_that_never_stops_talking_is_not_listened_to():
    async with Room(body=b"x" * 5_000_000) as room:
        assert len(await WebhookChat(ALLOWED).post(Post("1", room.url, "x"))) < 300


async def test_what_stands_behind_our_walls_is_not_called():
    async with Room() as room:
        with pytest.raises(Undelivered, match="not a public address") as no:
            await WebhookChat(Outbound()).post(Post("1", room.url.replace("http:", "https:"), "x"))
    assert not no.value.again and room.posts == []


async def test_nobody_there():
    with pytest.raises(Undelivered) as no:
        await WebhookChat(ALLOWED).post(Post("1", "http://127.0.0.1:1/SECRET", "x"))
    assert no.value.again and "SECRET" not in str(no.value) and "SECRET" not in repr(Post("1", "SECRET", ""))


async def test_the_folder_keeps_the_post_and_not_the_secret(tmp_path):
    chat = FileChat.at_url("file:", folder=tmp_path)
    await chat.post(Post("018f-b", "https://hooks.chat.example/services/SECRET", "Checkout: rolled back"))
    kept = await chat.kept("018f-b")
    assert "Checkout: rolled back" in kept and "hooks.chat.example" in kept and "SECRET" not in kept
    assert await chat.kept("other") is None
