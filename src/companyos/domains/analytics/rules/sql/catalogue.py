"""What a question may read, and who asks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from companyos.kernel.ports.lake import Hidden
from companyos.spines.data.rules.labels import Classification, Label


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type in Trino's words ("varchar", "array(varchar)"), and its label.

    A label without purposes means those of the table.
    """

    name: str
    type: str
    label: Label = field(default_factory=Label)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that may be asked about, under one full name ("analytics.events").

    `purposes` are what its rows may be used for; none is none. `consents` maps a purpose to the consent scope that
    a row must carry, in `consent_column` (a list, or text as `|one||two|`), to be read for it; a purpose that is
    absent there needs no consent. A row that says in `purpose_column` what it was collected for is read for that
    alone.
    `environment_column` is "" where rows are of no environment, `purpose_column` where rows do not say.
    """

    name: str
    columns: tuple[Column, ...]
    purposes: tuple[str, ...]
    environment_column: str = "environment"
    purpose_column: str = ""
    consents: Mapping[str, str] = field(default_factory=dict)
    consent_column: str = "consent_scope"

    def __post_init__(self) -> None:
        names = [column.name.lower() for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"two columns of {self.name} have the same name")
        needed = ["tenant_id", *filter(None, [self.environment_column, self.purpose_column])]
        needed += [self.consent_column] if self.consents else []
        if missing := [name for name in needed if name.lower() not in names]:
            raise ValueError(f"{self.name} has no column {missing[0]}, by which its rows are guarded")

    def column(self, name: str) -> Column | None:
        """The column of this name; case does not matter, as everywhere in Trino."""
        return next((column for column in self.columns if column.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every table there is, by full name in lower case."""

    tables: Mapping[str, Table]

    @classmethod
    def of(cls, *tables: Table) -> "Catalogue":
        return cls({table.name.lower(): table for table in tables})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, for what, and what policy shows them.

    `environments`: the ones whose rows are shown; None shows all. `clearance`: the highest classification in clear.
    `pii`: the kinds of personal data in clear. `rows`: conditions of policy by table, as Trino SQL over its columns;
    they come from policies, never from the question. Rows at or after `since` and before `until` are shown; None is
    no bound. `hidden` are rows by table that nobody may read any more. `pseudonym_key` is the tenant's secret behind
    pseudonyms.
    """

    tenant: UUID
    purpose: str
    environments: tuple[str, ...] | None = None
    clearance: Classification = "internal"
    pii: frozenset[str] = frozenset()
    rows: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    hidden: Mapping[str, Sequence[Hidden]] = field(default_factory=dict)
    pseudonym_key: str = field(default="", repr=False)
