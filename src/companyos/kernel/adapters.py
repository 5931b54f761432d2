"""Adapters are chosen by URL: the scheme of a setting picks the maker that was offered for it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from .problems import Misconfigured

T = TypeVar("T")


class Adapters:
    """The makers of adapters by port and URL scheme."""

    def __init__(self) -> None:
        self._makers: dict[tuple[type, str], Callable[..., Any]] = {}

    def offer(self, port: type, scheme: str, make: Callable[..., Any]) -> None:
        """Say that `make(url, …)` builds an adapter of `port` for URLs of `scheme`."""
        self._makers[port, scheme] = make

    def resolve(self, port: type[T], variable: str, url: str, **given: Any) -> T:
        """Build the adapter for the URL that an environment variable names.

        Raises Misconfigured naming the variable, and the schemes that would work or what its adapter misses.
        """
        scheme = url.partition(":")[0] if ":" in url else ""
        make = self._makers.get((port, scheme))
        if make is None:
            known = sorted(s for p, s in self._makers if p is port)
            raise Misconfigured.at(
                variable,
                f"There is no adapter for {scheme or url!r}.",
                f"Write a URL that begins with one of: {', '.join(f'{s}:' for s in known)}",
            )
        try:
            return cast(T, make(url, **given))
        except ValueError as error:
            raise Misconfigured.at(variable, f"{error}.") from None
