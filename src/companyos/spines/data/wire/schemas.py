"""HTTP shapes of schemas."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import AwareDatetime, Field

from companyos.kernel.http import Wire

from ..registry import as_kept
from ..rules.compatibility import Kind
from ..rules.labels import Classification
from ..rules.typescript import declared
from ..service.keeping import Checked
from ..store import KeptSchema, KeptVersion

PLAIN = r"^[^\x00]*$"
VERSION = r"^[1-9][0-9]{0,5}(-(0|[1-9][0-9]{0,5})){2}$"
DOCUMENT: dict[str, Any] = {
    "title": "Order placed",
    "type": "object",
    "additionalProperties": False,
    "required": ["order"],
    "properties": {
        "order": {"type": "string", "maxLength": 64},
        "total": {"type": "number", "minimum": 0, "x-companyos": {"classification": "confidential"}},
        "email": {"type": "string", "format": "email", "x-companyos": {"pii": "direct"}},
    },
    "x-companyos": {"consent": "analytics", "purposes": ["product_improvement"], "feature": "checkout"},
}
NAME = "The schema's name."

SchemaName = Annotated[
    str, Path(max_length=100, pattern=PLAIN, description=NAME, examples=["shop.order_placed"])
]
SchemaVer = Annotated[
    str | None,
    Query(max_length=23, pattern=VERSION, description="MODEL-REVISION-ADDITION.", examples=["1-0-0"]),
]
Document = Annotated[
    dict[str, Any],
    Field(description="JSON Schema 2020-12, of the profile that CompanyOS understands.", examples=[DOCUMENT]),
]
Note = Annotated[str, Field(max_length=1000, pattern=PLAIN, description="Why, for those who come later.")]


class SchemaCheckIn(Wire):
    """A document to look at, for a schema that there is or is not."""

    name: str = Field(max_length=100, pattern=PLAIN, description=NAME, examples=["shop.order_placed"])
    document: Document


class SchemaIn(Wire):
    """A schema to register."""

    name: str = Field(max_length=100, pattern=PLAIN, description=NAME, examples=["shop.order_placed"])
    document: Document
    note: Note = ""


class SchemaEvolveIn(Wire):
    """The next version of a schema. `allow` is the gravest change that is meant; a graver one is refused."""

    document: Document
    allow: Kind = "addition"
    note: Note = ""


class SchemaOut(Wire):
    """A schema, without its document."""

    name: str = Field(examples=["shop.order_placed"])
    title: str
    version: str = Field(description="The newest.", examples=["1-0-2"])
    classification: Classification = Field(description="The strictest of its properties.")
    personal: bool = Field(description="Whether any property is personal data.")
    purposes: list[str] = Field(description="What such events may be used for; empty for anything.")
    consent: str = Field(description="The consent scope that must be given; empty for none.")
    feature: str
    builtin: bool = Field(description="It comes with CompanyOS, and changes with its releases only.")
    changed_at: AwareDatetime | None = Field(description="Null for a built-in one.")
    changed_by: str


class SchemaDetailOut(SchemaOut):
    """A schema with one of its versions."""

    shown: str = Field(description="The version whose document this is.", examples=["1-0-2"])
    document: dict[str, Any] = Field(description="The JSON Schema.", examples=[DOCUMENT])
    hash: str = Field(description="SHA-256 of the document's canonical JSON (RFC 8785).")
    note: str
    typescript: str = Field(
        description="A type for those who send such events.",
        examples=["export type ShopOrderPlaced = {\n  order: string;\n};\n"],
    )


class SchemaVersionOut(Wire):
    """One version of a schema; it never changes."""

    version: str = Field(examples=["1-0-2"])
    hash: str
    note: str
    at: AwareDatetime | None
    author: str


class SchemaChangeOut(Wire):
    """One difference to the version before. `pointer` points into the document."""

    pointer: str = Field(examples=["/properties/total/minimum"])
    kind: Kind
    sentence: str


class SchemaCheckOut(Wire):
    """What would become of a document."""

    outcome: Literal["new", "same", "addition", "revision", "model"]
    was: str | None = Field(description="The newest version that there is; null for a new schema.")
    becomes: str = Field(examples=["1-0-3"])
    changes: list[SchemaChangeOut]


def schema_out(kept: KeptSchema) -> SchemaOut:
    """A schema as lists show it."""
    return SchemaOut(**{name: getattr(kept, name) for name in SchemaOut.model_fields})


def schema_detail(kept: KeptSchema, version: KeptVersion) -> SchemaDetailOut:
    """A schema with one of its versions."""
    return SchemaDetailOut(
        **schema_out(kept).model_dump(),
        shown=str(version.version),
        document=dict(version.document),
        hash=version.hash,
        note=version.note,
        typescript=declared(as_kept(version.name, version.version, version.document)),
    )


def version_out(version: KeptVersion) -> SchemaVersionOut:
    """One version, without its document."""
    return SchemaVersionOut(
        version=str(version.version),
        hash=version.hash,
        note=version.note,
        at=version.at,
        author=version.author,
    )


def check_out(checked: Checked) -> SchemaCheckOut:
    """What would become of a document."""
    new = checked.was is None
    return SchemaCheckOut(
        outcome="new" if new else checked.kind or "same",
        was=None if new else str(checked.was),
        becomes=str(checked.becomes),
        changes=[SchemaChangeOut.model_validate(one) for one in checked.changes],
    )
