"""HTTP shapes of feedback to producers."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from companyos.kernel.http import Wire

from ..rules.feedback import Feedback
from .text import PLAIN

ProducerName = Annotated[
    str, Path(max_length=200, pattern=PLAIN, description="The service account that sends.", examples=["shop"])
]


class FeedbackIn(Wire):
    """Where a producer is told of its refused events."""

    url: str = Field(
        max_length=2000,
        pattern=PLAIN,
        description="https address that takes signed messages (Standard Webhooks 1.0).",
        examples=["https://shop.example/hooks/companyos"],
    )


class FeedbackOut(Wire):
    """Where a producer is told of its refused events, and what it answered last."""

    id: str = Field(examples=["prod/shop"])
    producer: str = Field(examples=["shop"])
    environment: str = Field(examples=["prod"])
    url: str
    set_by: str
    set_at: datetime
    told_at: datetime | None = Field(description="When a message was sent last.")
    said: str = Field(description="What the other side answered last.", examples=["204 No Content"])


class FeedbackSetOut(FeedbackOut):
    """The same with the secret that messages are signed with; it is in this answer and nowhere else."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class FeedbacksOut(Wire):
    """Every producer of the environment that is told."""

    items: list[FeedbackOut]


def feedback_out(one: Feedback) -> FeedbackOut:
    """Where a producer is told."""
    kept = {name: getattr(one, name) for name in FeedbackOut.model_fields if name != "id"}
    return FeedbackOut(id=one.ref.id, **kept)
