"""What a plan says, read from its text. Times are in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ParameterType = Literal["string", "integer", "number", "boolean"]
OnFailure = Literal["undo", "stop"]

BRANCH = "branch"
"""The step type that chooses between two lists of steps; the engine carries it out itself."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a run is told. Without a default it must be given."""

    name: str
    type: ParameterType = "string"
    title: str = ""
    default: Any = None
    required: bool = True
    one_of: tuple[Any, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a step is tried, and the wait between: `wait`, then `factor` times as long, up to `longest`."""

    attempts: int = 1
    wait: float = 1.0
    factor: float = 2.0
    longest: float = 300.0

    def pause(self, attempt: int) -> float:
        """Seconds to wait after this many attempts."""
        return min(self.wait * self.factor ** min(attempt - 1, 60), self.longest)


@dataclass(frozen=True, slots=True)
class Arm:
    """A step is part of one side of a branch, and runs when the branch went that way."""

    branch: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `condition` is what a branch asks, `guard` what must hold before the step; both are CEL expressions."""

    name: str
    do: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    retry: Retry = field(default_factory=Retry)
    guard: str = ""
    undo: bool = True
    condition: str = ""
    arm: Arm | None = None
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Concurrency:
    """At most `limit` runs at once of those whose `key` reads the same; the others wait in the queue."""

    limit: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When runs start by themselves: a cron expression in a time zone, with these parameters."""

    cron: str
    zone: str = "UTC"
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as written. Branches are flattened: their steps follow them, each with the arm it belongs to."""

    name: str
    title: str
    steps: tuple[Step, ...]
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    approval: bool = False
    guards: tuple[str, ...] = ()
    concurrency: Concurrency | None = None
    schedule: Schedule | None = None
    timeout: float = 86_400.0
    on_failure: OnFailure = "undo"

    def step(self, name: str) -> Step:
        """The step of that name."""
        return next(step for step in self.steps if step.name == name)
