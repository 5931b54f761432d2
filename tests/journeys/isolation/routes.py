"""Every route there is, and requests to it with any value in any place: read from the house, never listed."""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
from starlette.routing import Route

from companyos.kernel.house import House
from companyos.testing.world import Client

Schema = Mapping[str, Any]

ENDLESS = frozenset({"stream_events"})
"""Operations whose answer never ends; they have tests of their own."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a request that takes a text: a path or query parameter, or a leaf of the body."""

    where: str
    name: tuple[str, ...]
    schema: Schema

    def takes(self, value: str) -> bool:
        """Whether the value could stand there, so far as the schema says."""
        kinds = self.schema.get("anyOf", [self.schema])
        return any(_fits(kind, value) for kind in kinds if kind.get("type") == "string")


def _fits(kind: Schema, value: str) -> bool:
    if "enum" in kind or kind.get("format") in ("date-time", "date"):
        return False
    if kind.get("format") == "uuid":
        return bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value))
    return (
        len(value) <= kind.get("maxLength", 10_000) and re.search(kind.get("pattern", ""), value) is not None
    )


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the OpenAPI document."""

    id: str
    method: str
    path: str
    slots: tuple[Slot, ...]
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def mutates(self) -> bool:
        return self.method != "GET"

    @property
    def naming(self) -> list[Slot]:
        """Places that say which thing is meant: without them the request cannot be made."""
        return [slot for slot in self.slots if slot.where == "path" or slot.name[0] in self.query]


@dataclass(frozen=True, slots=True)
class Call:
    """A request: an operation and what stands in its places."""

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def put(self, slot: Slot, value: str) -> "Call":
        """The same request with a value in a place."""
        if slot.where == "body":
            return replace(self, body=_put(copy.deepcopy(self.body), slot.name, value))
        there = {**getattr(self, slot.where), slot.name[0]: value}
        return replace(self, path=there) if slot.where == "path" else replace(self, query=there)

    @property
    def text(self) -> str:
        return f"{self.operation.method} {self.operation.path} {self.path} {self.query} {self.body}"

    async def send(self, who: Client, **headers: str) -> httpx.Response:
        values = {name: quote(value, safe="") for name, value in self.path.items()}
        url = self.operation.path.removeprefix("/api/v1").format(**values)
        return await who.send(self.operation.method, url, self.body, headers=headers, params=dict(self.query))


def _put(body: Any, name: tuple[str, ...], value: str) -> Any:
    if not name:
        return value
    first, *rest = name
    if first == "*":
        return [_put(body[0] if body else {}, tuple(rest), value)]
    return {
        **(body if isinstance(body, dict) else {}),
        first: _put((body or {}).get(first), tuple(rest), value),
    }


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation of an OpenAPI document, reads first."""
    found = []
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            slots, query, body = [], {}, None
            for one in said.get("parameters", []):
                if one["in"] in ("path", "query"):
                    slots.append(Slot(one["in"], (one["name"],), one["schema"]))
                    if one["in"] == "query" and one.get("required"):
                        query[one["name"]] = _asked(one, document)
            for content in said.get("requestBody", {}).get("content", {}).values():
                body = example(content["schema"], document)
                slots += [Slot("body", name, leaf) for name, leaf in _leaves(content["schema"], document)]
            found.append(Operation(said["operationId"], method.upper(), path, tuple(slots), body, query))
    return sorted(found, key=lambda operation: operation.mutates)


def plain(house: House) -> Iterator[tuple[str, str]]:
    """Method and path of every route outside the OpenAPI document."""
    for part in house.parts:
        for route in part.routes:
            assert isinstance(route, Route)
            yield from ((method, route.path) for method in sorted(route.methods or ()))


def _asked(said: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    if said["name"] == "to":
        return (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    if said["name"] == "from":
        return (datetime.now(UTC) - timedelta(minutes=30)).isoformat()
    return str(example(said["schema"], document))


def example(schema: Schema, document: Mapping[str, Any]) -> Any:
    """A value that the schema allows; of an object only what it requires."""
    schema = _resolve(schema, document)
    for given in ("examples", "enum"):
        if schema.get(given):
            return schema[given][0]
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], document)
    match schema.get("type"):
        case "object":
            return {
                k: example(v, document)
                for k, v in schema.get("properties", {}).items()
                if k in schema.get("required", ())
            }
        case "array":
            return [example(schema["items"], document)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
    if schema.get("format") == "uuid":
        return str(UUID(int=1))
    return "2026-11-01T10:00:00Z" if schema.get("format") == "date-time" else "x" * schema.get("minLength", 3)


def _leaves(
    schema: Schema, document: Mapping[str, Any], at: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Schema]]:
    schema = _resolve(schema, document)
    for choice in schema.get("anyOf", [schema]):
        one = _resolve(choice, document)
        if one.get("type") == "string":
            yield at, one
        elif one.get("type") == "array":
            yield from _leaves(one["items"], document, (*at, "*"))
        for name, inner in one.get("properties", {}).items():
            yield from _leaves(inner, document, (*at, name))


def _resolve(schema: Schema, document: Mapping[str, Any]) -> Schema:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema
