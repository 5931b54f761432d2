"""What the command line gives to the commands that a domain brings in its `commands.py`."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import typer

from .printing import as_json, in_words

if TYPE_CHECKING:
    from .domain import Domain
    from .house import House


class Remote(Protocol):
    """A signed-in client of one CompanyOS; paths are below `/api/v1`. Raises Problem as told."""

    def get(self, path: str, **query: Any) -> Any: ...
    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any: ...
    def put(self, path: str, body: Mapping[str, Any]) -> Any: ...
    def patch(self, path: str, body: Mapping[str, Any]) -> Any: ...
    def delete(self, path: str) -> Any: ...
    def download(self, path: str) -> bytes: ...


@dataclass(slots=True)
class Session:
    """One run of the command line: the remote (connected on first use) and how to print.

    `parts` gives every spine and domain of this installation, `here` opens its database and key ring (of the data
    folder that is given), for commands that need no server. `every_page` says that lists are wanted whole; the
    remote sees to it.
    """

    connect: Callable[[], Remote]
    parts: "Callable[[], tuple[Domain, ...]]"
    as_json: bool = False
    every_page: bool = False
    here: "Callable[[Path | None], AbstractAsyncContextManager[House]] | None" = None
    _remote: Remote | None = None

    def installation(self, data: Path | None = None) -> "AbstractAsyncContextManager[House]":
        """The house of this computer with its database and key ring open, and nothing else started."""
        if self.here is None:
            raise LookupError("this run of the command line knows no installation")
        return self.here(data)

    @property
    def remote(self) -> Remote:
        if self._remote is None:
            self._remote = self.connect()
        return self._remote

    def show(self, value: Any, columns: Sequence[str] = ()) -> None:
        """Print a value: as JSON when asked, else a list as a table of `columns`, else field by field."""
        typer.echo(as_json(value) if self.as_json else in_words(value, columns))


def session(context: typer.Context) -> Session:
    """The Session of this run, from any command: `session(ctx).remote.get("/services")`."""
    return cast(Session, context.find_root().obj)
