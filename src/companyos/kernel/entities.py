"""What a thing is called across domains, and what policy needs to know about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class EntityRef:
    """The name of one entity, the only thing that one domain stores of another's.

    `type` is `<domain>.<noun>` ("operations.service"); `id` is unique within the tenant.
    Written as `operations.service:018f…`.
    """

    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "EntityRef":
        """Read the written form. Raises ValueError when the text has no type or no id."""
        type_, separator, id_ = text.partition(":")
        if not (type_ and separator and id_):
            raise ValueError(f"{text!r} is not an entity reference; write it as domain.noun:id")
        return cls(type_, id_)


@dataclass(frozen=True, slots=True)
class Resource:
    """An entity as policy sees it: its name, the attributes that policies may test, and its parents.

    `attrs` holds str, int, bool, lists of these, and `EntityRef` for references. The tenant and the
    environment are added by the gate from the Work, so no domain can forget or forge them.
    """

    ref: EntityRef
    attrs: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[EntityRef, ...] = ()


class Guarded(Protocol):
    """Anything that a decision can be asked about: it can describe itself as a Resource."""

    @property
    def resource(self) -> Resource: ...
