"""Adapters are chosen by URL: the scheme of a setting picks the maker that was offered for it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from .problems import Invalid

T = TypeVar("T")


class Adapters:
    """The makers of adapters by port and URL scheme."""

    def __init__(self) -> None:
        self._makers: dict[tuple[type, str], Callable[..., Any]] = {}

    def offer(self, port: type, scheme: str, make: Callable[..., Any]) -> None:
        """Say that `make(url, …)` builds an adapter of `port` for URLs of `scheme`."""
        self._makers[port, scheme] = make

    def resolve(self, port: type[T], url: str, **given: Any) -> T:
        """Build the adapter for a URL. Raises Invalid naming the schemes that would work."""
        scheme = urlsplit(url).scheme
        make = self._makers.get((port, scheme))
        if make is None:
            known = sorted(s for p, s in self._makers if p is port)
            raise Invalid(
                f"no {port.__name__.lower()} adapter for {scheme or url!r}; use one of {', '.join(known)}"
            )
        return cast(T, make(url, **given))
