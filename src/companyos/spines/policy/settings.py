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
    clock_skew: int = Field(
        5, ge=0, description="How far in the future a sign-in may lie and still count, in seconds."
    )
