"""The house: what compose has put together, as a Work sees it."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from uuid import UUID

from .ports.gate import Gate
from .ports.ledger import Ledger
from .settings import Settings

if TYPE_CHECKING:
    from .domain import Domain
    from .work import Actor, Work

T = TypeVar("T")

NO_TENANT = UUID(int=0)
"""The tenant of a Work that has none (yet): row-level security shows it no tenant's rows."""


class Begin(Protocol):
    """Opens a Work outside a request: `async with house.begin(tenant=…) as work:` commits on leaving."""

    def __call__(
        self,
        *,
        tenant: UUID = NO_TENANT,
        environment: str = "",
        actor: "Actor | None" = None,
        trace_id: str = "",
    ) -> "AbstractAsyncContextManager[Work]": ...


@dataclass(slots=True)
class House:
    """The adapters, spines and answers that one process runs with. Built once by `app.compose`.

    `gate` and `ledger` are set by the policy and evidence spines when they start, `begin` by the app. `closing` is
    set when the house is about to stop: answers that have no end of their own, end then.
    """

    settings: Settings
    gate: Gate = field(init=False)
    ledger: Ledger = field(init=False)
    begin: Begin = field(init=False)
    parts: "tuple[Domain, ...]" = ()
    adapters: dict[type, Any] = field(default_factory=dict)
    part_settings: dict[type, Any] = field(default_factory=dict)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    answers: "Mapping[type, Callable[[Work], Any]]" = field(default_factory=dict)

    def adapter(self, port: type[T]) -> T:
        """The adapter chosen by URL for a port. Raises LookupError when none was composed."""
        try:
            return cast(T, self.adapters[port])
        except KeyError:
            raise LookupError(f"no adapter for {port.__name__} was composed") from None

    def answer(self, port: type[T]) -> "Callable[[Work], T]":
        """Who answers a question between domains. Raises LookupError when nobody does."""
        try:
            return cast("Callable[[Work], T]", self.answers[port])
        except KeyError:
            raise LookupError(f"no domain answers {port.__name__}") from None

    def settings_of(self, kind: type[T]) -> T:
        """The settings object of one spine or domain."""
        return cast(T, self.part_settings[kind])

    @property
    def public_url(self) -> str:
        """The address that browsers and clients use, without a trailing slash."""
        given = self.settings.public_url or f"http://{self.settings.host}:{self.settings.port}"
        return given.rstrip("/")
