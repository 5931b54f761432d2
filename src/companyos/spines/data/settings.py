"""Settings of the data spine: `COMPANYOS_DATA_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class DataSettings(BaseSettings):
    """How large schemas may be, how soon every process knows a new one, and for how long who was erased is kept out."""

    model_config = part_settings("data")

    schema_bytes: int = Field(65_536, ge=256, description="Largest schema, in bytes of JSON.")
    schema_properties: int = Field(
        500, ge=1, le=10_000, description="Most properties of one schema, nested ones included."
    )
    schema_depth: int = Field(8, ge=1, le=32, description="Most levels of nesting of one schema.")
    schema_values: int = Field(1000, ge=1, description="Most values of one enum.")
    tenant_schemas: int = Field(1000, ge=1, description="Schemas that one tenant may keep.")
    schema_versions: int = Field(200, ge=1, description="Versions that one schema may have.")
    fresh_seconds: float = Field(
        1.0,
        ge=0,
        le=10,
        description="After how long a process looks for new schemas and erasures of a tenant, in seconds.",
    )
    compiled_in_memory: int = Field(2000, ge=1, description="Compiled schemas that one process keeps.")
    erased_days: int = Field(
        500,
        ge=1,
        description="Days for which events from before an erasure are refused; longer than events may be late.",
    )
    erasure_grace_seconds: float = Field(
        60.0,
        ge=0,
        description="How long a question may still be reading files that an erasure has replaced, in seconds.",
    )
    tenants_in_memory: int = Field(500, ge=1, description="Tenants whose list of schemas one process keeps.")
