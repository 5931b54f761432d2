"""Settings of the policy spine."""

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class PolicySettings(BaseSettings):
    """Limits of deciding."""

    model_config = part_settings("policy")

    max_checks: int = Field(
        100, ge=1, le=1000, description="Checks that one call of POST /decisions may hold."
    )
    why_evaluations: int = Field(
        100,
        ge=1,
        le=10_000,
        description="How many sets of changes are tried for one explanation; each takes about 0.1 ms.",
    )
    clock_skew: int = Field(
        5, ge=0, description="How far in the future a sign-in may lie and still count, in seconds."
    )
    set_fresh_seconds: float = Field(
        0.5,
        ge=0,
        le=60,
        description="Longest time until every process decides with a newly applied policy set, in seconds.",
    )
    sets_in_memory: int = Field(
        1_000,
        ge=1,
        description="Tenants whose policies a process keeps ready; others are read when asked for.",
    )
    max_set_bytes: int = Field(65_536, ge=1, description="Longest text of a tenant's own policies, in bytes.")
    max_set_policies: int = Field(
        100, ge=1, description="Policies that a tenant may add to those of the house."
    )
    max_policy_characters: int = Field(
        4_000, ge=1, le=10_000, description="Longest policy of a tenant, in characters."
    )
    simulated_decisions: int = Field(
        1_000, ge=0, description="Recorded decisions that a proposal is tried on when it is made."
    )
    max_simulated_decisions: int = Field(
        10_000, ge=0, description="Recorded decisions that one simulation may be asked to try."
    )
    max_samples: int = Field(50, ge=1, description="Sample requests that one simulation may hold.")
    max_flips: int = Field(
        200, ge=1, description="Flipped decisions that a simulation lists; the rest is counted."
    )
