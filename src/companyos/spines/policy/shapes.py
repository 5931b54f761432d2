"""What the schema lets exist: attributes and parents of entity types, and what actions can be about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import cedarpy

_ENTITY = re.compile(r"^  entity (\w+)(?: in \[([^\]]*)\])?(?: = \{\n(.*?)\n  \})?;", re.M | re.S)
_ATTRIBUTE = re.compile(r"^    (\w+)(\??): ([\w<>]+),?$", re.M)
_APPLIES = re.compile(
    r'^  action "([^"]+)"[^{;]*\{\s*principal: \[([^\]]*)\],\s*resource: \[([^\]]*)\]', re.M
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of an entity type; `kind` as Cedar writes it: `Long`, `Set<String>`, `Person`."""

    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """An entity type: its attributes, and the types that its direct parents can have."""

    attributes: Mapping[str, Attribute]
    parents: tuple[str, ...]


def shapes(schema: cedarpy.Schema) -> Mapping[str, Shape]:
    """Every entity type, read off the schema as Cedar prints it."""
    return {
        name: Shape(
            {a: Attribute(kind, not optional) for a, optional, kind in _ATTRIBUTE.findall(body)},
            tuple(re.findall(r"\w+", parents)),
        )
        for name, parents, body in _ENTITY.findall(str(schema))
    }


def resource_types(schema: cedarpy.Schema) -> Mapping[str, tuple[str, ...]]:
    """The entity types that each action can be about."""
    return {
        action: tuple(re.findall(r"\w+", resources)) for action, _, resources in _APPLIES.findall(str(schema))
    }
