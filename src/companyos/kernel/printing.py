"""How the command line prints what the API answers: as JSON, as a table, or field by field. Nothing is ever cut off."""

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$")
PIPED_COLUMNS = 1000
"""A program that reads a table has no edge to wrap at."""
LABEL = 19
NOTHING = "–"


def as_json(value: Any) -> str:
    """The value as the API answered it."""
    return json.dumps(value, indent=2, default=str)


def in_words(value: Any, columns: Sequence[str] = ()) -> str:
    """A list as a table of `columns`, one thing field by field, anything else as it is."""
    rows = value.get("items") if isinstance(value, dict) and "items" in value else value
    if isinstance(rows, list):
        return _table(rows, columns, _width()) if rows else "Nothing found."
    if isinstance(rows, dict):
        return _fields(rows, columns or tuple(rows))
    return str(rows)


def _width() -> int:
    """Of the terminal, in characters; a pipe has none."""
    at_terminal = sys.stdout.isatty() or "COLUMNS" in os.environ
    return shutil.get_terminal_size().columns if at_terminal else PIPED_COLUMNS


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], width: int) -> str:
    """A table where it fits; where it does not, each row field by field, because folded cells cannot be read."""
    from rich.console import Console  # slow to load, and only tables need it
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*(_moment(row.get(column)) for column in columns))
    told = io.StringIO()
    console = Console(file=told, width=width, force_terminal=sys.stdout.isatty(), markup=False, emoji=False)
    if console.measure(table, options=console.options.update(width=PIPED_COLUMNS)).maximum > width:
        return "\n\n".join(_fields(row, columns) for row in rows)
    console.print(table)
    return told.getvalue().rstrip("\n")


def _fields(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    return "\n".join(f"{column + ':':<{LABEL}} {_cell(row.get(column))}" for column in columns)


def _moment(value: Any) -> str:
    return MOMENT.sub(r"\1 \2Z", _cell(value))


def _cell(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(_cell(v) for v in value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("slug") or json.dumps(value, default=str))
    return str(value)
