"""Settings of Maestro: `COMPANYOS_MAESTRO_…`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class MaestroSettings(BaseSettings):
    """How much runs at once, how fast, and how long a process is taken to be alive."""

    model_config = part_settings("maestro")

    executor_runs: int = Field(
        4,
        ge=1,
        description="Runs that one process carries out at once; each may hold a connection to the database.",
    )
    tenant_runs: int = Field(
        8, ge=1, description="Runs of one tenant that go on at once; others wait in the queue."
    )
    tenant_queue: int = Field(
        100, ge=1, description="Runs of one tenant that may be live, waiting ones included."
    )
    tenant_starts_per_minute: int = Field(60, ge=1, description="Runs that one tenant may start in a minute.")
    tenant_plans: int = Field(500, ge=1, description="Plans that one tenant may keep.")
    lease_seconds: float = Field(
        4.0,
        ge=1,
        le=30,
        description="How long a process that does not answer is taken to be alive, in seconds.",
    )
    look_seconds: float = Field(
        1.0,
        gt=0,
        le=5,
        description="Longest pause between two looks at the queue, in seconds; what is due is taken at once anyway.",
    )
    blast_depth: int = Field(
        3, ge=1, le=10, description="How many steps the blast radius of a dry run follows."
    )
    blast_most: int = Field(200, ge=1, description="Most entities that a dry run names as affected.")
    log_characters: int = Field(
        20_000, ge=100, description="Longest log excerpt kept of one step, in characters."
    )
    http_seconds: float = Field(30.0, gt=0, description="Longest signed HTTP call of a plan, in seconds.")
    http_answer_bytes: int = Field(
        65_536, ge=1, description="Longest answer that is read of a signed HTTP call, in bytes."
    )
    approval_minutes: int = Field(
        60, ge=1, description="How long an approval within a run holds, in minutes."
    )
    secrets: Path | None = Field(
        None,
        description='JSON file of the secrets that plans name: `{"tenant-slug": {"name": "value"}}`. Readable by the '
        "owner only.",
    )
