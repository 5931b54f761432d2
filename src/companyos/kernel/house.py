"""The house: what compose has put together, as a Work sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .ports.gate import Gate
from .ports.ledger import Ledger

if TYPE_CHECKING:
    from .domain import Domain
    from .work import Work

T = TypeVar("T")


@dataclass(slots=True)
class House:
    """The adapters, spines and answers that one process runs with. Built once by `app.compose`."""

    gate: Gate
    ledger: Ledger
    parts: "tuple[Domain, ...]" = ()
    adapters: dict[type, Any] = field(default_factory=dict)
    settings: dict[type, Any] = field(default_factory=dict)
    answers: "Mapping[type, Callable[[Work], Any]]" = field(default_factory=dict)
    step_up_max_age: int = 300

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
        return cast(T, self.settings[kind])
