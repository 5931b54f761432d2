"""The manifest of a spine or domain, and how manifests are found.

A domain is one folder with a `domain.py` that holds `domain = Domain(…)`; a spine likewise with `spine.py`
and `spine = Domain(…)`. Compose reads that one symbol; nothing is listed by hand anywhere.
"""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter
from starlette.routing import BaseRoute

from .entities import EntityRef, Guarded
from .events import Event, Reaction
from .preflight import MakePreview
from .rows import Rows
from .steps import StepType

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from .demo import Demo
    from .house import House
    from .work import Work

Disclosure = Literal["say", "hide"]
LoadEntity = Callable[["Work", EntityRef], Awaitable[Guarded]]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing policy can be asked about, `<domain>:<noun>.<verb>` ("operations:deployment.roll_back").

    `risk="high"` asks for a fresh second factor and leaves an evidence pack. `deny="hide"` makes a refusal
    look like absence.
    """

    name: str
    title: str
    risk: Literal["none", "low", "high"] = "low"
    deny: Disclosure = "say"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One kind of audit record that a domain writes, `<domain>.<noun>.<past participle>`."""

    name: str
    title: str
    risk: Literal["none", "low", "high"] = "low"


@dataclass(frozen=True, slots=True)
class Job:
    """Background work that one process at a time does: `run(house)` is awaited every `every` seconds."""

    name: str
    run: "Callable[[House], Awaitable[None]]"
    every: float


@dataclass(frozen=True, slots=True)
class Domain:
    """What compose needs to know about a spine or domain. Everything has a default that means "none".

    `router` is served under `/api/v1`; `routes` are plain Starlette routes at the root (protocol endpoints
    and hot paths); those at `bulk` addresses keep limits of their own, as all under `/v1/` do.
    `reacts` gives reactions that depend on which parts there are. `graph` says how the
    domain's events change the graph: pure functions from an event to changes of the graph spine. `answers`
    maps a port of the domain's `public` to a function of a Work. `entities` maps an entity type
    ("operations.service") to how one is loaded for a decision; the loader raises NotFound for what the tenant
    does not have. `rows` says where the attributes of entities are in the domain's tables, for lists that policy
    filters (`work.visible`). `previews` maps an action to how what it would do is shown beforehand; every action with
    risk="high" has one. `steps` are the step types that plans may name. `middleware` wraps the application, inside
    the limits. `starts` and `stops` run with the house, `runs` for ever in each of its processes,
    `seed` fills the demo tenants. Migrations, policies, commands and pages are found by their place in the folder.
    """

    name: str
    title: str
    router: APIRouter | None = None
    routes: tuple[BaseRoute, ...] = ()
    bulk: frozenset[str] = frozenset()
    actions: tuple[Action, ...] = ()
    audit: tuple[AuditEvent, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    reacts: "Callable[[tuple[Domain, ...]], tuple[Reaction, ...]] | None" = None
    graph: "Mapping[type[Event], Callable[[Any], Iterable[Any]]]" = field(default_factory=dict)
    answers: "Mapping[type, Callable[[Work], Any]]" = field(default_factory=dict)
    entities: "Mapping[str, LoadEntity]" = field(default_factory=dict)
    rows: tuple[Rows, ...] = ()
    previews: "Mapping[str, MakePreview]" = field(default_factory=dict)
    steps: tuple[StepType, ...] = ()
    jobs: tuple[Job, ...] = ()
    settings: type | None = None
    middleware: "Callable[[ASGIApp, House], ASGIApp] | None" = None
    starts: "Callable[[House], Awaitable[None]] | None" = None
    stops: "Callable[[House], Awaitable[None]] | None" = None
    runs: "Callable[[House], Coroutine[Any, Any, None]] | None" = None
    seed: "Callable[[House, Demo], Awaitable[None]] | None" = None
    folder: Path = Path()

    @property
    def schema(self) -> str:
        """The PostgreSQL schema that belongs to it."""
        return self.name

    @property
    def migrations(self) -> Path:
        return self.folder / "migrations"

    @property
    def policies(self) -> Path:
        return self.folder / "policies"


def discover(tree: ModuleType, manifest: str) -> Iterator[Domain]:
    """Every folder of `tree` that holds `<manifest>.py`, in the order of their names.

    `manifest` is "domain" or "spine": the name of the file and of the symbol in it.
    """
    for found in sorted(pkgutil.iter_modules(tree.__path__), key=lambda m: m.name):
        folder = Path(tree.__path__[0]) / found.name
        if found.ispkg and (folder / f"{manifest}.py").exists():
            module = importlib.import_module(f"{tree.__name__}.{found.name}.{manifest}")
            yield replace(getattr(module, manifest), folder=folder)


def partners() -> Iterator[Domain]:
    """Domains that other installed packages bring under the entry point group `companyos.domains`."""
    for entry in entry_points(group="companyos.domains"):
        domain: Domain = entry.load()
        module = importlib.import_module(entry.module)
        yield replace(domain, folder=Path(module.__file__ or "").parent)
