"""HTTP shape of a step type."""

from typing import Any

from pydantic import Field

from companyos.kernel.http import Wire


class StepTypeOut(Wire):
    """Something that plans can do."""

    name: str = Field(examples=["maestro.wait"])
    title: str
    inputs: dict[str, Any] = Field(description="JSON Schema of what stands under `with:`.")
    gives: list[str]
    missing: list[str] = Field(
        description="What it does not declare; a plan with it is refused by the dry run."
    )
