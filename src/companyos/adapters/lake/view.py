"""What a table looks like at one moment: its mark and its files by tenant and day."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote, urlsplit

from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

from companyos.kernel.ports import lake as port
from companyos.kernel.ports.lake import Scan

MARK = "companyos.mark"
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One data file; `day` counts days since 1970-01-01 UTC."""

    path: str
    tenant: str
    day: int
    data: DataFile

    def known(self, fields: dict[int, str]) -> port.DataFile:
        """The file as the port tells it; `fields` are the columns by the ids of their parts."""
        sizes: dict[str, int] = {}
        for id, size in (self.data.column_sizes or {}).items():
            if id in fields:
                sizes[fields[id]] = sizes.get(fields[id], 0) + size
        return port.DataFile(self.path, self.data.file_size_in_bytes, self.data.record_count, sizes)


@dataclass(frozen=True, slots=True)
class View:
    """A table as of one metadata file. `version`, which its name begins with, grows with every change."""

    metadata: str
    version: int
    mark: int
    files: dict[tuple[str, int], tuple[PlannedFile, ...]]
    fields: dict[int, str] = field(default_factory=dict)

    def files_for(self, scan: Scan) -> list[str]:
        """Paths of the files that may hold rows of the scan's tenant and time."""
        return [file.path for file in self.planned_for(scan)]

    def planned_for(self, scan: Scan) -> list[PlannedFile]:
        """The files that may hold rows of the scan's tenant and time, by day."""
        tenant = str(scan.tenant)
        first, last = day_number(scan.start), day_number(scan.end - timedelta(microseconds=1))
        if last - first > len(self.files):
            days = sorted(d for t, d in self.files if t == tenant and first <= d <= last)
        else:
            days = list(range(first, last + 1))
        return [file for day in days for file in self.files.get((tenant, day), ())]


def view_of(table: Table, known: View | None) -> View:
    """Plan the current state of a table; the known view comes back when nothing has changed."""
    if known and known.metadata == table.metadata_location:
        return known
    files: dict[tuple[str, int], list[PlannedFile]] = {}
    for task in table.scan().plan_files():
        tenant, day = task.file.partition[0], task.file.partition[1]
        planned = PlannedFile(local(task.file.file_path), str(tenant), int(day), task.file)
        files.setdefault((planned.tenant, planned.day), []).append(planned)
    return View(
        table.metadata_location,
        int(table.metadata_location.rpartition("/")[2].partition("-")[0]),
        int(table.properties.get(MARK, 0)),
        {key: tuple(found) for key, found in files.items()},
        _leaves(table),
    )


def _leaves(table: Table) -> dict[int, str]:
    """The column that each field of the schema belongs to, by its id; parts of lists count to their column."""
    schema = table.schema()
    return {id: str(schema.find_column_name(id)).partition(".")[0] for id in schema.field_ids}


def day_number(moment: datetime) -> int:
    """Days since 1970-01-01 of a moment in UTC, as Iceberg's day transform counts them."""
    return (moment.astimezone(UTC).date() - EPOCH).days


def local(uri: str) -> str:
    """The path of a `file:` URI."""
    return unquote(urlsplit(uri).path) if uri.startswith("file:") else uri
