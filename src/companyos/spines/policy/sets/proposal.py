"""A proposal to decide with other policies, and a version that is or was in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from companyos.kernel.entities import EntityRef, Resource

State = Literal["open", "applied", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The whole text of a tenant's own policies as somebody wants them to be.

    `after` is the number of the version it was made against (0: none), `restores` of the earlier one it brings
    back, `house` the version of the policies that ship. `hash` is of its plan: what an approval is bound to.
    `simulation` tells, as plain JSON, which recorded decisions flipped when it was made.
    """

    id: UUID
    content: str
    own_hash: str
    hash: str
    why: str
    after: int
    restores: int | None
    author: str
    at: datetime
    house: str
    simulation: Mapping[str, Any]
    state: State = "open"
    applied_as: int | None = None
    ended_at: datetime | None = None

    @property
    def ref(self) -> EntityRef:
        return EntityRef("policy.proposal", str(self.id))

    @property
    def resource(self) -> Resource:
        kind, _, id_ = self.author.partition(":")
        by = EntityRef("identity.person", id_) if kind == "person" else None
        return Resource(self.ref, {"author": by, "state": self.state})

    @property
    def simulation_json(self) -> str:
        return msgspec.json.encode(self.simulation).decode()


@dataclass(frozen=True, slots=True)
class Version:
    """Policies that a tenant applied: number 1 is the first, the highest is in force. 0 stands for none."""

    number: int
    content: str
    own_hash: str
    why: str
    proposal: UUID
    restores: int | None
    author: str
    applied_by: str
    approved_by: str
    at: datetime
    record: UUID
    evidence: UUID
