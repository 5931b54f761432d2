"""Settings of the console."""

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class ConsoleSettings(BaseSettings):
    """How much one answer holds, and how long a screen may listen."""

    model_config = part_settings("console")

    overview_days: int = Field(31, ge=1, description="Longest range of the overview, in days.")
    overview_deployments: int = Field(20, ge=1, le=200, description="Deployments on the overview.")
    overview_changes: int = Field(50, ge=1, le=500, description="Changes in the overview's digest.")
    overview_counted: int = Field(
        2000, ge=100, description="Changes of the range that the overview counts at most."
    )
    search_letters: int = Field(200, ge=10, description="Longest search, in characters.")
    search_words: int = Field(8, ge=1, description="Most words of one search.")
    heartbeat_seconds: float = Field(
        15.0,
        gt=0,
        description="Time between heartbeats of an event stream; the sign-in is checked with each.",
    )
    streams_per_person: int = Field(
        50, ge=1, description="Event streams that one person may keep open at one process."
    )
    frozen_reads: int = Field(30, ge=1, le=200, description="Reads of one frozen view.")
    frozen_bytes: int = Field(2_000_000, ge=1000, description="Most data of one frozen view, in bytes.")
    frozen_days: int = Field(90, ge=1, le=3650, description="How long a frozen view is kept, in days.")
    frozen_per_person: int = Field(
        500, ge=1, description="Frozen views that one person may keep in one environment."
    )
