"""What the command line gives to the commands that a domain brings in its `commands.py`."""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import typer

if TYPE_CHECKING:
    from .domain import Domain
    from .house import House


MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$")
PIPED_COLUMNS = 1000  # a program that reads a table has no edge to wrap at


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
        if self.as_json:
            typer.echo(json.dumps(value, indent=2, default=str))
            return
        rows = value.get("items") if isinstance(value, dict) and "items" in value else value
        if isinstance(rows, list):
            from rich.console import Console  # slow to load, and only tables need it
            from rich.table import Table

            table = Table(box=None, header_style="bold", pad_edge=False)
            for (
                column
            ) in columns:  # nothing is cut off: ids stay whole on one line, so that they can be copied
                table.add_column(column, overflow="fold", no_wrap=column == "id")
            for row in rows:
                table.add_row(*(MOMENT.sub(r"\1 \2Z", _cell(row.get(c))) for c in columns))
            width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED_COLUMNS
            Console(width=width).print(table if rows else "Nothing found.")
        elif isinstance(rows, dict):
            for key in columns or rows:
                typer.echo(f"{key + ':':<19} {_cell(rows.get(key))}")
        else:
            typer.echo(str(rows))


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(_cell(v) for v in value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("slug") or json.dumps(value, default=str))
    return str(value)


def session(context: typer.Context) -> Session:
    """The Session of this run, from any command: `session(ctx).remote.get("/services")`."""
    return cast(Session, context.find_root().obj)
