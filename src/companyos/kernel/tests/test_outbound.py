"""No address behind our walls is called, however it is written down."""

import httpx
import pytest

from companyos.kernel.outbound import Forbidden, Outbound

INSIDE = [
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://localhost/",
    "https://10.0.0.8/", "https://192.168.1.1:8443/", "https://169.254.169.254/latest/meta-data/",
    "https://0.0.0.0/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[fe80::1]/", "https://[fd00::1]/",
    "https://[64:ff9b::a9fe:a9fe]/", "https://[2002:7f00:1::]/", "https://224.0.0.1/", "https://100.64.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
async def test_nothing_inside_is_called(url):
    async with Outbound().client(2.0) as client:
        with pytest.raises(Forbidden, match="not a public address"):
            await client.get(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.chat.example/x", "only https"),
        ("file:///etc/passwd", "names no host"),
        ("gopher://hooks.chat.example/", "only https"),
        ("https://user:secret@hooks.chat.example/", "credentials"),
        ("https://hooks.chat.example:99999/", "no URL"),
        ("https://", "names no host"),
    ],
)
def test_what_speaks_against_a_url_is_said(url, why):
    said = Outbound().refusal(url)
    assert said is not None and why in said and "secret@" not in said


def test_a_plain_https_url_may_be_written_down():
    assert Outbound().refusal("https://hooks.chat.example/services/T0/B0") is None


@pytest.mark.parametrize("allowed", ["127.0.0.0/8", "localhost,127.0.0.1", "::1, 127.0.0.1/32, localhost"])
async def test_what_a_setting_allows_is_reached(allowed):
    async with Outbound(allowed.split(",")).client(2.0) as client:
        with pytest.raises(httpx.ConnectError):  # it went there; nobody listens
            await client.get("http://127.0.0.1:1/")


async def test_one_private_address_among_the_public_ones_is_enough(monkeypatch):
    """A name that answers with both, hoping that the second is taken."""
    import asyncio

    async def both(host, port, **_):
        return [(0, 0, 0, "", ("93.184.216.34", port)), (0, 0, 0, "", ("10.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    async with Outbound().client(2.0) as client:
        with pytest.raises(Forbidden, match=r"10\.0\.0\.1"):
            await client.get("https://rebinding.example/")
