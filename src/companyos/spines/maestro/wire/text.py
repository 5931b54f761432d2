"""Texts and hashes as requests carry them."""

from typing import Annotated

from pydantic import Field

PLAIN = r"^[^\x00]*$"
SHA256 = "9f86d081884c7d65" * 4
HASH = Field(pattern=r"^[0-9a-f]{64}$", description="`hash` of the dry run.", examples=[SHA256])
Text = Annotated[str, Field(max_length=1000, pattern=PLAIN)]
