"""Settings of the evidence spine."""

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class EvidenceSettings(BaseSettings):
    """Limits of the ledger."""

    model_config = part_settings("evidence")

    sequence_batch: int = Field(
        10_000, ge=1, le=100_000, description="Records that one checkpoint of the sequencer covers at most."
    )
    seal_wait_seconds: float = Field(
        2.0, ge=0, le=10, description="How long a download waits for its pack to be sealed, in seconds."
    )
