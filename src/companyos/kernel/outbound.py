"""Calls out of the house to addresses that people wrote down: only where they may go.

A webhook or a signed call names any host; without a guard it would reach what stands behind our own firewall
(server-side request forgery, CWE-918). Hence: https only, no redirects, no proxies of the environment, and every
address that the name resolves to must be public. The connection goes to the very address that was looked at, so a
name that answers differently the second time (DNS rebinding) gains nothing. What a setting allows by name or network
is let through, by http as well.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052 §2.1: the last 32 bits are an IPv4 address


class Forbidden(httpx.TransportError):
    """The call may not go there; the message says why and which setting would allow it."""


class Outbound:
    """Judges where calls may go. `allow` holds host names and networks (CIDR) that are let through as they are."""

    def __init__(self, allow: Iterable[str] = ()):
        self.networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        self.names: set[str] = set()
        for one in filter(None, (part.strip().lower() for part in allow)):
            try:
                self.networks.append(ipaddress.ip_network(one, strict=False))
            except ValueError:
                self.names.add(one)

    def client(self, timeout: float, **more: Any) -> httpx.AsyncClient:
        """An HTTP client that goes nowhere else; `timeout` in seconds."""
        return httpx.AsyncClient(
            transport=Guarded(self), timeout=timeout, follow_redirects=False, trust_env=False, **more
        )

    def refusal(self, url: str) -> str | None:
        """Why a URL cannot be called whatever its name resolves to; None when nothing speaks against it yet."""
        try:
            parts = urlsplit(url)
            port, host = parts.port, (parts.hostname or "").lower()
        except ValueError as error:
            return f"it is no URL: {error}"
        if not host:
            return "it names no host; write https://host/path"
        if parts.username is not None or parts.password is not None:
            return "it carries credentials; give them as a secret, not in the URL"
        if port == 0:
            return "port 0 is no port"
        literal = _address(host)
        if literal is not None and not self._may(host, literal):
            return f"{literal} is not a public address; {_ALLOW}"
        if parts.scheme == "https" or (parts.scheme == "http" and self._named(host, literal)):
            return None
        return "only https is spoken to the outside"

    async def resolve(self, host: str, port: int) -> str:
        """The address to connect to. Raises Forbidden when any that the name has is not public."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} has no address: {error}") from error
        addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        for address in addresses:
            if not self._may(host, address):
                raise Forbidden(f"{host} is at {address}, which is not a public address; {_ALLOW}")
        return str(addresses[0])

    def _named(self, host: str, address: Address | None) -> bool:
        if host in self.names:
            return True
        return address is not None and any(address in network for network in self.networks)

    def _may(self, host: str, address: Address) -> bool:
        return self._named(host, address) or public(address)


_ALLOW = "COMPANYOS_OUTBOUND_ALLOW would let it through"


class Guarded(httpx.AsyncBaseTransport):
    """Looks at the address first, and then connects to that one."""

    def __init__(self, outbound: Outbound):
        self.outbound = outbound
        self._inner = httpx.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        no = self.outbound.refusal(str(request.url))
        if no:
            raise Forbidden(no)
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        request.url = request.url.copy_with(host=await self.outbound.resolve(host, port))
        if request.url.scheme == "https":
            request.extensions = {
                **request.extensions,
                "sni_hostname": host,
            }  # the certificate is of the name
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def public(address: Address) -> bool:
    """Whether an address is reachable from everywhere, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inside is None and address in NAT64:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside:
            return public(inside)
    return address.is_global and not address.is_multicast


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
