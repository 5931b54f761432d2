"""Settings of operations: `COMPANYOS_OPERATIONS_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class OperationsSettings(BaseSettings):
    """Where orders to deploy go, and the limits of what is taken in."""

    model_config = part_settings("operations")

    deployer: str = Field(
        "webhook:",
        description="Where orders to pause, roll back and redeploy go: `webhook:https://…`. "
        "Just `webhook:` is the demo's own receiver; without the demo it refuses every order.",
    )
    deployer_secret: str = Field(
        "", description="`whsec_…` with which orders are signed. Empty: one derived from the key ring."
    )
    deployer_timeout_seconds: float = Field(10.0, gt=0, description="Longest wait for the deployer's answer.")
    deployer_patience_seconds: int = Field(
        60, ge=1, description="An order that the deployer has not taken by then has failed."
    )
    hook_window_seconds: int = Field(
        300, ge=1, description="How far the timestamp of a signed report may be off."
    )
    hook_body_bytes: int = Field(65_536, ge=1024, description="Largest signed report, in bytes.")
    import_batch: int = Field(500, ge=1, description="Most deployments of one import request.")
    blast_depth: int = Field(3, ge=1, le=6, description="How far a preflight looks along the graph.")
