"""HTTP shapes of consents."""

from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime, Field, StrictBool

from companyos.kernel.http import Wire

SCOPE = "What consent is asked for."
ConsentScope = Annotated[
    str, Path(max_length=100, pattern=r"^[a-z0-9_.]+$", description=SCOPE, examples=["product_analytics"])
]


class ConsentIn(Wire):
    """A choice."""

    given: StrictBool = Field(
        description="True to agree, false to refuse or to take it back.", examples=[True]
    )


class ConsentOut(Wire):
    """What the caller chose about a scope."""

    scope: str = Field(description=SCOPE, examples=["product_analytics"])
    given: bool | None = Field(description="Null until they answered; then nothing is collected either.")
    since: AwareDatetime | None = Field(description="When they answered.")


class ConsentsOut(Wire):
    """Everything that there is to agree to."""

    items: list[ConsentOut]
