"""A repair: which dead letters, what is done to each, and how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from companyos.kernel.entities import EntityRef, Resource
from companyos.spines.data.rules.fault import Fault

from .letters import Letter, Selection
from .mending import Operation

ACCEPTED_SAMPLES = 2
State = Literal["proposed", "ordered", "replayed"]


@dataclass(frozen=True, slots=True)
class Repair:
    """`letters` and `recovers` are as it was proposed; the last three say what became of the letters."""

    id: UUID
    environment: str
    title: str
    selection: Selection
    operations: tuple[Operation, ...]
    state: State
    letters: int
    recovers: int
    proposed_by: str
    proposed_at: datetime
    ordered_at: datetime | None = None
    ended_at: datetime | None = None
    evidence: UUID | None = None
    replayed: int = 0
    repeated: int = 0
    refused: int = 0

    @property
    def ref(self) -> EntityRef:
        return EntityRef("analytics.repair", str(self.id))

    @property
    def resource(self) -> Resource:
        return Resource(self.ref, {"state": self.state, "environment": self.environment})


@dataclass(slots=True)
class Failing:
    """What is still wrong with some letters; `letter` is one of them."""

    fault: Fault
    letter: str
    letters: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """One letter as it was kept and as it would be sent again; `fault` says what is still wrong with it."""

    letter: str
    before: str
    after: str
    fault: Fault | None


@dataclass(slots=True)
class Trial:
    """What operations would do to real letters. Nothing was written.

    `recovered` are letters that would be accepted; of these `repeated` hold an event that is there already or that
    an earlier letter holds as well. `more` says that there are letters beyond those that were looked at.
    """

    letters: int = 0
    more: bool = False
    recovered: list[Letter] = field(default_factory=list)
    repeated: set[str] = field(default_factory=set)
    failing: dict[tuple[str, str], Failing] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    def shows(self, letter: Letter, after: str, fault: Fault | None) -> None:
        """Take a letter as a sample: some that would be accepted, and one of each kind that would not."""
        alike = sum(
            (one.fault and (one.fault.code, one.fault.pointer)) == (fault and (fault.code, fault.pointer))
            for one in self.samples
        )
        if letter.raw and alike < (1 if fault else ACCEPTED_SAMPLES):
            self.samples.append(Sample(letter.letter, letter.raw, after, fault))

    def fails(self, letter: Letter, fault: Fault) -> None:
        """Count a letter that would be refused."""
        told = self.failing.setdefault((fault.code, fault.pointer), Failing(fault, letter.letter))
        told.letters += 1

    @property
    def worst(self) -> Sequence[Failing]:
        """What is still wrong, most letters first."""
        return sorted(
            self.failing.values(), key=lambda one: (-one.letters, one.fault.code, one.fault.pointer)
        )


def plan_of(repair: Repair, trial: Trial, digest: str) -> Mapping[str, Any]:
    """What a person confirms: the repair, and by a digest of their ids exactly the letters that it replays."""
    return {
        "verb": "replay",
        "repair": str(repair.id),
        "letters": len(trial.recovered),
        "repeated": len(trial.repeated),
        "digest": digest,
    }
