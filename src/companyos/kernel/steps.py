"""Step types: what a plan can do. A domain declares its own in `Domain.steps`; plans name them with `do:`.

A step type answers four questions, each a function of a Work and one `StepCall`:

    plan     what would this do, to what, and what must the asker be permitted?   reads only
    apply    do it                                                                once, under `call.key`
    verify   is it so?                                                            reads only
    undo     take it back                                                         once, under `call.undo_key`

`plan` may meet inputs that only an earlier step will give: `later(text)` tells them apart; say what can be said. All
four are asked inside a Work of the system actor, in the run's tenant and environment. What `apply` and `undo` write
through `work.db`, `work.record` and `work.emit` commits together with the word that the step is done, or not at all:
so an effect in the database happens exactly once, whatever dies. An effect elsewhere (`outside=True`) cannot share that
transaction: it is done under an idempotency key, and after a crash `verify` is asked before it is done again.

A type that lacks one of the four is refused by the dry run. One that cannot be taken back says so:
`undo=Irreversible(…)`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import msgspec

from .entities import EntityRef, Guarded, Resource

if TYPE_CHECKING:
    from .work import Work


class Inputs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a step type takes under `with:` in a plan; subclass it, with types and defaults.

    A field of type `SecretRef` takes `secret:name`; its value is asked for with `call.secret` when it is applied.
    """


def later(value: object) -> bool:
    """Whether an input stands for something that an earlier step of the run will give."""
    return isinstance(value, str) and "${" in value


class SecretRef(str):
    """The name of a secret, written `secret:name`; never its value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Need:
    """Something that whoever asks for a run must be permitted: an action on a resource."""

    action: str
    on: Guarded | Resource


@dataclass(frozen=True, slots=True)
class Effect:
    """What one step would do now.

    `sentence` tells it to a person ("Isolate checkout."); packs keep it, so it names nobody. `on` is what it touches;
    the blast radius starts there. `needs` is every action that doing it *and taking it back* amounts to: whoever asks
    for the run must be permitted them all, and policy is asked again when the step is due. `detail` is plain JSON that
    the approved hash covers, without the time of day; it comes back to `apply` as `call.planned`, so that it can
    refuse when the world has moved. `undo` says how it is taken back; None when it cannot be.
    """

    sentence: str
    on: tuple[EntityRef, ...] = ()
    needs: tuple[Need, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    undo: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step did: a sentence, values that later steps may name (plain JSON), and an excerpt of a log."""

    sentence: str
    output: Mapping[str, Any] = field(default_factory=dict)
    log: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the effect is there.

    `pending`: on its way, ask again (until the step's time-out), after `again_after` seconds when that is known.
    `absent`: it is not there. `failed`: it went wrong for good. `unknown`: nobody can tell. `output` is added to the
    outcome's.
    """

    state: Literal["done", "pending", "absent", "failed", "unknown"]
    sentence: str
    output: Mapping[str, Any] = field(default_factory=dict)
    again_after: float | None = None


class StepFailed(Exception):
    """A step could not do what it should. `again` says that another attempt may succeed."""

    def __init__(self, sentence: str, *, again: bool = True):
        super().__init__(sentence)
        self.sentence = sentence
        self.again = again


@dataclass(frozen=True, slots=True)
class StepCall:
    """One step of one run.

    `inputs` is the `takes` of its type. `key` is the idempotency key of its effect: the same in every attempt, another
    one for each step of each run. `asked_by` is the actor who asked for the run, as audit records name actors; `reason`
    is why. `planned` is the `detail` that was approved; empty while it is being planned. `secret` gives a secret's
    value, while the step is applied or undone; keep it out of outcomes, records and errors.
    """

    run: UUID
    plan: str
    step: str
    inputs: Any
    key: str
    asked_by: str
    reason: str = ""
    attempt: int = 1
    planned: Mapping[str, Any] = field(default_factory=dict)
    secret: "Callable[[SecretRef], Awaitable[str]] | None" = None

    @property
    def undo_key(self) -> str:
        """The idempotency key of taking it back."""
        return f"{self.key}:undo"


@dataclass(frozen=True, slots=True)
class Irreversible:
    """Stands for `undo` where nothing can be taken back; says why."""

    because: str


Plan = Callable[["Work", StepCall], Awaitable[Effect]]
"""Looks and changes nothing. Raises a Problem (Invalid, NotFound, Conflict) for what cannot be."""

Apply = Callable[["Work", StepCall], Awaitable[Outcome]]
"""Does it, once. Raises StepFailed or a Problem; what it wrote is then rolled back."""

Verify = Callable[["Work", StepCall, Outcome | None], Awaitable[Verdict]]
"""Looks whether it is so. The outcome is None when a crash has left open whether an effect outside came about."""

Undo = Callable[["Work", StepCall, Outcome], Awaitable[Outcome]]
"""Takes it back, once. Taking back what is not there any more is no error."""


@dataclass(frozen=True, slots=True)
class StepType:
    """One kind of step, `<domain>.<verb>` ("identity.lock_account").

    `takes` is its Inputs, `gives` the names of its outputs, `patience` how many seconds it may take when the plan does
    not say. `outside` says that its effect is not in our database. `repeatable` says that the other side recognises
    `call.key`, so that doing it again when nobody knows is harmless; without it a run whose effect nobody can tell
    waits for a person.
    """

    name: str
    title: str
    takes: type[Inputs] = Inputs
    plan: Plan | None = None
    apply: Apply | None = None
    verify: Verify | None = None
    undo: Undo | Irreversible | None = None
    gives: tuple[str, ...] = ()
    outside: bool = False
    repeatable: bool = False
    patience: float = 300.0

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the four it does not declare; a dry run fails when there is any."""
        return tuple(name for name in ("plan", "apply", "verify", "undo") if getattr(self, name) is None)
