"""From stored OTLP requests to the columns of the lake's tables."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pyarrow as pa

from companyos.kernel.ports.lake import LakeTable
from companyos.kernel.ports.stream import Stored
from companyos.kernel.tail import OFFSET

from ..signals import LOGS, METRICS, RED, SPANS, SignalName
from . import logs, metrics, spans
from .request import parse_protobuf
from .values import Texts, resource_text, scope_text

Rows = dict[str, list[tuple[Any, ...]]]
"""Rows by table name, each a tuple in the order of the table's columns, the offset last."""


class Decoder:
    """Decodes records of one signal; keeps the JSON text of resources and scopes that it has seen."""

    def __init__(self, signal: SignalName):
        self.signal = signal
        self._texts = Texts()

    def tables(self, stored: Sequence[Stored]) -> dict[str, pa.Table]:
        """The rows of the records, by table name, with the stream's offset in a last column."""
        rows: Rows = defaultdict(list)
        for item in stored:
            headers = item.record.headers
            message: Any = parse_protobuf(self.signal, item.record.body)
            now = int(headers["received_ns"])
            owner = (headers["tenant"], headers["environment"])
            _ADD[self.signal](rows, message, owner, now, item.offset, self._resource, self._scope)
        return {table.name: to_table(table, rows[table.name]) for table in _TABLES[self.signal]}

    def _resource(self, resource: Any) -> tuple[str, str]:
        return self._texts.of(resource, resource_text)

    def _scope(self, scope: Any) -> str:
        return self._texts.of(scope, scope_text)[0]


def to_table(table: LakeTable, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    """Rows as an Arrow table of the schema and the offset."""
    schema = table.schema.append(pa.field(OFFSET, pa.int64()))
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


_ADD: dict[SignalName, Callable[..., None]] = {"traces": spans.add, "logs": logs.add, "metrics": metrics.add}
_TABLES = {"traces": (SPANS, RED), "logs": (LOGS,), "metrics": (METRICS,)}
