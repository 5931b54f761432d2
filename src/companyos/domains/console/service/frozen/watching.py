"""What policy was asked while something was read: the ground on which somebody else may be shown the same."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql

from companyos.kernel.decision import Decision
from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.ports.gate import Gate
from companyos.kernel.work import Work


@dataclass(slots=True)
class Watch:
    """A gate that remembers what it permitted, and by which conditions it let rows be seen.

    `elsewhere` says that something was read in another transaction, such as another tenant's: unwatched.
    """

    gate: Gate
    grounds: list[tuple[str, Resource]] = field(default_factory=list)
    conditions: dict[str, str] = field(default_factory=dict)
    elsewhere: bool = False

    @property
    def roles(self) -> Mapping[str, str]:
        return self.gate.roles

    async def decide(self, work: Work, action: str, on: Resource, *, plan: str | None = None) -> Decision:
        decision = await self.gate.decide(work, action, on, plan=plan)
        if decision.allowed and (action, on) not in self.grounds:
            self.grounds.append((action, on))
        return decision

    async def decide_all(self, work: Work, asked: Iterable[tuple[str, Resource]]) -> list[Decision]:
        return [await self.decide(work, action, on) for action, on in asked]

    async def visible(self, work: Work, action: str) -> ColumnElement[bool]:
        condition = await self.gate.visible(work, action)
        self.conditions[action] = fingerprint(condition)
        return condition

    def __getattr__(self, name: str) -> Any:
        return getattr(self.gate, name)  # what only this house's gate has


def watched(work: Work) -> tuple[Work, Watch]:
    """The same Work once more, whose questions to policy are remembered; it ends in the same transaction."""
    house = copy.copy(work.house)
    watch = Watch(house.gate)
    house.gate, begin = cast(Gate, watch), house.begin

    def elsewhere(**context: Any) -> Any:
        watch.elsewhere = True
        return begin(**context)

    house.begin = elsewhere
    return replace(work, house=house, outbox=[], records=[], packs=[], elevated={}), watch


def fingerprint(condition: ColumnElement[bool]) -> str:
    """The same for two people exactly when they see the same rows by the same condition; SHA-256 in hex."""
    compiled = condition.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    return sha256(f"{compiled} {sorted(compiled.params.items())}".encode()).hexdigest()


def write_ground(action: str, on: Resource) -> dict[str, Any]:
    """A ground as plain JSON."""
    attrs = {name: _written(value) for name, value in on.attrs.items() if value is not None}
    return {"action": action, "on": str(on.ref), "attrs": attrs, "parents": [str(one) for one in on.parents]}


def read_ground(said: Mapping[str, Any]) -> tuple[str, Resource]:
    """A ground as `write_ground` wrote it."""
    attrs = {name: _read(value) for name, value in said["attrs"].items()}
    parents = tuple(EntityRef.parse(one) for one in said["parents"])
    return said["action"], Resource(EntityRef.parse(said["on"]), attrs, parents)


def _written(value: Any) -> Any:
    if isinstance(value, EntityRef):
        return {"entity": str(value)}
    if isinstance(value, set | frozenset):
        return sorted((_written(one) for one in value), key=str)
    if isinstance(value, list | tuple):
        return [_written(one) for one in value]
    return value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return EntityRef.parse(value["entity"])
    return [_read(one) for one in value] if isinstance(value, list) else value
