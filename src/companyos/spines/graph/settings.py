"""Settings of the graph: `COMPANYOS_GRAPH_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class GraphSettings(BaseSettings):
    """How much one answer holds."""

    model_config = part_settings("graph")

    blast_most: int = Field(500, ge=1, description="Most entities that one blast radius lists.")
    blast_depth: int = Field(6, ge=1, le=10, description="Deepest blast radius that may be asked for.")
