"""HTTP shapes of repairs."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from pydantic import Field, JsonValue

from companyos.kernel.http import Wire

from ..rules.letters import Selection
from ..rules.mending import Kind, Operation
from ..rules.repair import Repair, State, Trial
from .text import PLAIN, When

Pointer = Annotated[str, Field(max_length=500, pattern=PLAIN, description="JSON pointer into the event.")]
Member = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
Asked = Annotated[str, Field(max_length=500, pattern=PLAIN)]
Amount = Annotated[Pointer, Field(examples=["/props/amount"])]


class RenameField(Wire):
    """Call the member at `at` otherwise."""

    do: Literal["rename"]
    at: Pointer = Field(examples=["/props/amuont"])
    to: Member = Field(description="Its new name.", examples=["amount"])


class MoveField(Wire):
    """Put what stands at `at` to `to`, if nothing stands there."""

    do: Literal["move"]
    at: Pointer = Field(examples=["/amount"])
    to: Amount


class SetDefaultField(Wire):
    """Say `value` at `at`, if nothing is said there."""

    do: Literal["set_default"]
    at: Amount
    value: JsonValue = Field(examples=[0])


class CastField(Wire):
    """Write the value at `at` as another type, if it can be."""

    do: Literal["cast"]
    at: Amount
    to: Kind = Field(examples=["integer"])


class DropField(Wire):
    """Leave out what stands at `at`."""

    do: Literal["drop"]
    at: Amount


class MapValueField(Wire):
    """Replace the value at `at` by the one that `values` has for its text."""

    do: Literal["map_value"]
    at: Pointer = Field(examples=["/plan"])
    values: dict[Asked, JsonValue] = Field(max_length=200, examples=[{"Gold": "gold"}])


OperationIn = Annotated[
    RenameField | MoveField | SetDefaultField | CastField | DropField | MapValueField,
    Field(discriminator="do"),
]


class LetterSelection(Wire):
    """Which dead letters: an empty text asks for nothing; without times all that are kept until now."""

    producer: Asked = Field("", examples=["shop"])
    event: Asked = Field("", examples=["shop.order_placed"])
    code: Asked = Field("", examples=["unknown_field"])
    pointer: Asked = Field("", examples=["/props/amuont"])
    since: When | None = None
    until: When | None = None


class RepairTrialIn(Wire):
    """Operations to be tried on the letters that wait; none replays them as they are, for a schema that has grown."""

    selection: LetterSelection
    operations: list[OperationIn] = Field(max_length=200)


class RepairIn(RepairTrialIn):
    """A repair to be proposed."""

    title: Annotated[
        str, Field(min_length=3, max_length=200, pattern=PLAIN, examples=["amount was misspelt"])
    ]


class ReplayIn(Wire):
    """Confirm a preflight of replaying a repair."""

    reason: Annotated[str, Field(min_length=3, max_length=1000, pattern=r"^[^\x00]*$")] = Field(
        description="Why, for the record.", examples=["The shop has released the fix."]
    )
    plan_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="`hash` of the preflight that was shown.")


class FailingOut(Wire):
    """What is still wrong with some of the letters; `letter` is one of them."""

    code: str
    pointer: str
    sentence: str
    fix: str
    letters: int
    letter: str


class RepairSampleOut(Wire):
    """A letter as it is kept and as it would be sent again; `sentence` says what is still wrong with it."""

    letter: str
    before: str
    after: str
    code: str
    sentence: str


class RepairTrialOut(Wire):
    """What a repair would do to the letters that wait. Nothing was written."""

    letters: int = Field(description="How many were looked at.", examples=[312])
    recovered: int = Field(description="How many of them would be accepted.", examples=[298])
    repeated: int = Field(description="How many of these hold an event that is there already.")
    more: bool = Field(description="Whether there are letters beyond those that were looked at.")
    failing: list[FailingOut]
    samples: list[RepairSampleOut]


class RepairOut(Wire):
    """A repair; the last three numbers say what became of its letters."""

    id: UUID
    title: str
    selection: LetterSelection
    operations: list[OperationIn]
    state: State
    letters: int = Field(description="As it was proposed: how many were looked at.")
    recovers: int = Field(description="As it was proposed: how many would be accepted.")
    proposed_by: str
    proposed_at: datetime
    ordered_at: datetime | None
    ended_at: datetime | None
    evidence: UUID | None
    replayed: int
    repeated: int
    refused: int


class RepairReadOut(RepairOut):
    """A repair and, while it waits and the reader may see letters, what it would do now."""

    trial: RepairTrialOut | None


class RepairReceipt(Wire):
    """What was ordered: the repair, and the evidence pack of the act."""

    repair: RepairOut
    evidence_id: UUID


def operations_of(body: RepairTrialIn) -> tuple[Operation, ...]:
    """The operations as rules know them."""
    return msgspec.convert([one.model_dump() for one in body.operations], tuple[Operation, ...])


def trial_out(found: Trial) -> RepairTrialOut:
    """What a repair would do."""
    return RepairTrialOut(
        letters=found.letters,
        recovered=len(found.recovered),
        repeated=len(found.repeated),
        more=found.more,
        failing=[
            FailingOut(
                **{name: getattr(one.fault, name) for name in ("code", "pointer", "sentence", "fix")},
                letters=one.letters,
                letter=one.letter,
            )
            for one in found.worst
        ],
        samples=[
            RepairSampleOut(
                letter=one.letter,
                before=one.before,
                after=one.after,
                code=one.fault.code if one.fault else "",
                sentence=one.fault.sentence if one.fault else "",
            )
            for one in sorted(found.samples, key=lambda one: one.fault is not None)
        ],
    )


def repair_out(one: Repair) -> RepairOut:
    """A repair as lists show it."""
    return RepairOut.model_validate(_told(one))


def repair_read(one: Repair, found: Trial | None) -> RepairReadOut:
    """A repair with what it would do."""
    return RepairReadOut.model_validate({**_told(one), "trial": trial_out(found) if found else None})


def _told(one: Repair) -> dict[str, Any]:
    kept = {name: getattr(one, name) for name in RepairOut.model_fields}
    return kept | {
        "selection": LetterSelection.model_validate(one.selection),
        "operations": msgspec.to_builtins(one.operations),
    }


def selection_of(body: LetterSelection, since: datetime, until: datetime) -> Selection:
    """Which letters, in a stretch of time that has both ends."""
    return Selection(since, until, body.producer, body.event, body.code, body.pointer)
