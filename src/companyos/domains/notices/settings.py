"""Settings of notices: `COMPANYOS_NOTICES_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings

from companyos.kernel.settings import part_settings


class NoticesSettings(BaseSettings):
    """Limits of notices."""

    model_config = part_settings("notices")

    patience_seconds: int = Field(300, ge=1, description="A notice that nobody has taken by then has failed.")
    max_channels: int = Field(200, ge=1, description="Channels that one tenant may have.")
    max_recipients: int = Field(50, ge=1, le=500, description="Addresses of one mail channel.")
