"""Which log entries each of CompanyOS's services writes in this process."""

import logging
from collections.abc import Mapping
from typing import Any

import structlog

from companyos.kernel.logs import write_from

from .instruments import SERVICE


class Levels:
    """The least severe entries of each of our services; `default` is the installation's own."""

    def __init__(self, default: str):
        self.default = default
        self._levels: dict[str, str] = {}

    def put(self, levels: Mapping[str, str]) -> None:
        """From now on these services write from these levels on, and all others from the default."""
        if self._levels == dict(levels):
            return
        self._levels = dict(levels)
        write_from(min((self.default, *levels.values()), key=_weight))

    def of(self, service: str) -> str:
        """The least severe entries that a service writes."""
        return self._levels.get(service, self.default)

    def sift(self, _: Any, method: str, entry: dict[str, Any]) -> dict[str, Any]:
        """structlog processor: drop what the service at work shall not write."""
        if self._levels and _weight(str(entry.get("level", method))) < _weight(self.of(SERVICE.get())):
            raise structlog.DropEvent
        return entry


def _weight(level: str) -> int:
    """The number of a level; what is none weighs like an error, so that it is written."""
    return logging.getLevelNamesMapping().get(level.upper(), logging.ERROR)
