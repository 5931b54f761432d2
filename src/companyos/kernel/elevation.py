"""An elevation: what somebody may do for a time beyond their roles, because somebody else said so."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

ElevationKind = Literal["role", "act", "span"]


@dataclass(frozen=True, slots=True)
class Elevation:
    """One approved request, as long as it lasts.

    `kind` "role" adds `role` to what the person is. "act" is for exactly one act: `action` on `resource`
    (`type:id`), and for an action that has a preview only for the plan with the hash `plan`; it is used up by
    doing it, after which `spent` is True. "span" is like an act that may be repeated. `requester` and
    `approvers` are written as audit records name actors (`person:018f…`); `break_glass` had no approver.
    """

    id: UUID
    kind: ElevationKind
    requester: str
    reason: str
    approvers: tuple[str, ...]
    requested_at: datetime
    approved_at: datetime
    ends_at: datetime
    role: str = ""
    action: str = ""
    resource: str = ""
    plan: str = ""
    break_glass: bool = False
    spent: bool = False

    def fits(self, action: str, resource: str, plan: str | None) -> bool:
        """Whether it is for this act. `plan` is the hash of the plan, "" for none; None fits any plan."""
        return (
            self.kind != "role"
            and (self.action, self.resource) == (action, resource)
            and plan in (None, self.plan)
        )

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, for records and evidence packs."""
        told = {name: value for name, value in asdict(self).items() if value not in ("", None)}
        for name in ("requested_at", "approved_at", "ends_at"):
            told[name] = getattr(self, name).isoformat()
        return {**told, "id": str(self.id), "approvers": list(self.approvers)}
