"""From Arrow to JSON: what a cell of an answer is on the wire."""

import math
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

EXACT = 2**53
"""Beyond it a whole number is told as text: a reader in JavaScript would round it."""


def cells(table: pa.Table) -> list[list[Any]]:
    """The rows of a table, each as a list of JSON values in the order of its columns."""
    columns = [[cell(value) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def cell(value: Any) -> Any:
    """One value: times as RFC 3339 in UTC, lists and structs by their parts, numbers that JSON lacks as text."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) <= EXACT else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return float(value) if abs(value) <= EXACT else str(value)
        case bytes():
            return value.hex()
        case list() | tuple():
            return [cell(one) for one in value]
        case dict():
            return {str(name): cell(one) for name, one in value.items()}
    return str(value)


def kind(type_: pa.DataType) -> str:
    """What a column holds, in four words that a chart can choose by: number, time, truth, text."""
    numbers = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    if any(test(type_) for test in numbers):
        return "number"
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        return "time"
    return "truth" if pa.types.is_boolean(type_) else "text"
