"""What a question is about, as policy sees it: its purpose, its tables, the kinds of data in them."""

from dataclasses import dataclass

from companyos.kernel.entities import EntityRef, Resource
from companyos.spines.data.rules.labels import Classification


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a question is for."""

    name: str

    @property
    def resource(self) -> Resource:
        return Resource(EntityRef("analytics.purpose", self.name), {"name": self.name})


@dataclass(frozen=True, slots=True)
class Named:
    """A table's rows of one environment, read for a purpose."""

    table: str
    environment: str
    purpose: str

    @property
    def resource(self) -> Resource:
        attrs = {"name": self.table, "environment": self.environment, "purpose": self.purpose}
        return Resource(EntityRef("analytics.table", self.table), attrs)


@dataclass(frozen=True, slots=True)
class Kind:
    """Data of a classification; `pii` is "none", "indirect" or "direct"."""

    classification: Classification
    pii: str
    purpose: str

    @property
    def resource(self) -> Resource:
        attrs = {"classification": self.classification, "pii": self.pii, "purpose": self.purpose}
        return Resource(
            EntityRef("analytics.data_label", f"{self.classification}/{self.pii}/{self.purpose}"), attrs
        )
