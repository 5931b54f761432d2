"""One shape for every yes, no and why in the company.

Access denied, event rejected, row quarantined, rollout held: all carry `Reason`s of this one type, through
problem+json to the same component on the screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

RemedyKind = Literal["step_up", "request_access", "fix_input", "sign_in", "wait", "none"]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the person who was refused can do about it; `kind` is what a client acts on."""

    kind: RemedyKind
    sentence: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why. `code` is stable and for machines, `sentence` is for people.

    `where` points at the cause: a JSON pointer into the request (`/services/0/name`), `file:line` in a
    policy or manifest, or a policy id.
    """

    code: str
    sentence: str
    where: str | None = None
    remedy: Remedy | None = None


ChangeKind = Literal["grant", "elevation", "attribute", "authentication", "time", "environment"]


@dataclass(frozen=True, slots=True)
class Change:
    """One element of the smallest change that would flip a decision; `remedy` is how to bring it about."""

    kind: ChangeKind
    sentence: str
    granted_by: str | None = None
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A yes or a no, with its reasons and what it was made with.

    `policies` are the ids of the policies that determined it, `version` the hash of the policy set.
    `hidden` says that a refusal must look like absence. `elevation` is the one that it took to say yes, or that was
    there and did not suffice. `id` is set when the decision was recorded.
    `inputs` is what it was made from, as plain JSON, so that it can be kept and made again; it never goes
    on the wire.
    """

    allowed: bool
    action: str
    resource: str
    reasons: tuple[Reason, ...]
    policies: tuple[str, ...] = ()
    version: str = ""
    changes: tuple[Change, ...] = ()
    hidden: bool = False
    elevation: UUID | None = None
    id: UUID | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
