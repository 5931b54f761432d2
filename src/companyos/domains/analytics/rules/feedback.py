"""What a producer is told of its refused events, and how it is signed.

The message travels as Standard Webhooks 1.0 writes it (standardwebhooks.com): `webhook-id`, `webhook-timestamp` (Unix
seconds) and `webhook-signature` (`v1,` and base64 of HMAC-SHA-256 of "id.timestamp.body").
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from companyos.kernel.entities import EntityRef, Resource

SECRET_PREFIX = "whsec_"  # noqa: S105 - how a secret begins, not one
MOST_REASONS = 50
"""Reasons that one message tells, most events first."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """Where a producer is told of its refused events; letters until `upto` were told."""

    environment: str
    producer: str
    url: str
    key_id: str
    set_by: str
    set_at: datetime
    upto: datetime
    told_at: datetime | None = None
    said: str = ""

    @property
    def ref(self) -> EntityRef:
        return EntityRef("analytics.feedback", f"{self.environment}/{self.producer}")

    @property
    def resource(self) -> Resource:
        return Resource(self.ref, {"producer": self.producer, "environment": self.environment})


def written(key: bytes) -> str:
    """A secret as people copy it."""
    return SECRET_PREFIX + base64.b64encode(key).decode()


def signed(key: bytes, id: UUID, at: int, body: bytes) -> Mapping[str, str]:
    """The headers of a message."""
    digest = hmac.digest(key, f"{id}.{at}.".encode() + body, "sha256")
    return {
        "content-type": "application/json",
        "webhook-id": str(id),
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def message(
    feedback: Feedback, since: datetime, until: datetime, reasons: list[dict[str, Any]]
) -> dict[str, Any]:
    """What a producer is told: how many of its events were refused, why, and what to do. No event, no person."""
    return {
        "type": "companyos.analytics.events_refused",
        "producer": feedback.producer,
        "environment": feedback.environment,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "refused": sum(one["refused"] for one in reasons),
        "reasons": reasons[:MOST_REASONS],
    }
