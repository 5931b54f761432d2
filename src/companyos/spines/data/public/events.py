"""What happened to schemas."""

from companyos.kernel.events import Event, event


@event("data.schema.registered", version=1)
class SchemaRegistered(Event, frozen=True):
    """Events of another name can be sent."""

    schema: str
    title: str
    schema_version: str


@event("data.schema.evolved", version=1)
class SchemaEvolved(Event, frozen=True):
    """A schema has another version; `change` says what it is to what was sent before."""

    schema: str
    title: str
    schema_version: str
    change: str
