"""Settings of the data spine: `COMPANYOS_DATA_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class DataSettings(BaseSettings):
    """How large schemas may be, how many a tenant keeps, and how soon every process knows a new one."""

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
        description="After how long a process looks for new schemas of a tenant, in seconds.",
    )
    compiled_in_memory: int = Field(2000, ge=1, description="Compiled schemas that one process keeps.")
    tenants_in_memory: int = Field(500, ge=1, description="Tenants whose list of schemas one process keeps.")
