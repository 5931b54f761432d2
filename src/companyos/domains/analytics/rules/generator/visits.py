"""One visit of one person as events."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from ..envelope import Envelope
from .chance import Chance, between, picked
from .errands import ERRANDS, Errand, Step, feature_of
from .population import Member
from .shapes import CONSENT, PURPOSE, Shape
from .story import Special

TIER = "synthetic"
"""Quality tier of everything that is made up, so that nobody takes it for real."""
MOST_ERRANDS = 4
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
_encode = msgspec.json.Encoder().encode


def visit(shape: Shape, seed: str, day: date, who: Member, number: int, special: Special) -> list[Envelope]:
    """The events of somebody's visit of a day, counted from 0; in their order, all of one session."""
    chance = Chance(f"{seed}/visit/{day}/{who.id}/{number}")
    telling = _Telling(shape, who, chance, _begin(shape, day, chance))
    telling.tell("companyos.session_started", "sign_in", sign_in=picked(chance, SIGN_INS), theme=_theme(who))
    weights = {name: errand.roles.get(who.role, 0.0) for name, errand in ERRANDS.items()}
    if special.kind == "outage" and special.role == who.role:
        weights["incident"] *= 8
    for _ in range(MOST_ERRANDS):
        _run(telling, ERRANDS[picked(chance, weights)])
        if chance.random() >= shape.again:
            break
    return telling.told


def _run(telling: "_Telling", errand: Errand) -> None:
    """One errand, as far as it gets."""
    telling.refused = False
    for count, step in enumerate(errand.steps, 1):
        _step(telling, step, errand.feature, count)
        lost = 1 - (1 - step.given_up) * telling.shape.patience
        if telling.refused or telling.chance.random() < lost:
            return


SIGN_INS = {"kept": 0.55, "password": 0.25, "passkey": 0.2}


@dataclass(slots=True)
class _Telling:
    """What was told of a visit so far, and when it goes on."""

    shape: Shape
    who: Member
    chance: Chance
    at: datetime
    told: list[Envelope] = field(default_factory=list)
    path: str = ""
    refused: bool = False
    session: str = ""

    def __post_init__(self) -> None:
        self.session = f"{self.chance.getrandbits(64):016x}"

    def tell(self, event: str, feature: str, **props: Any) -> None:
        self.told.append(
            Envelope(
                id=self._id(),
                event=event,
                at=self.at,
                region=self.shape.region,
                user_id=self.who.id,
                user_role=self.who.role,
                feature=feature,
                session_id=self.session,
                consent_scope=[CONSENT],
                purpose=PURPOSE,
                device=self.who.device,
                plan=self.shape.plan,
                experiment_arm=self.who.arm,
                quality_tier=TIER,
                props=msgspec.Raw(_encode(props)),
            )
        )
        self.at += between(self.chance, 1_500, 45_000) * MILLISECOND

    def _id(self) -> str:
        """A UUID version 7 (RFC 9562 §5.7) of the moment and of this visit's chance."""
        random = self.chance.getrandbits(74)
        milliseconds = (self.at - EPOCH) // MILLISECOND
        return str(
            UUID(int=milliseconds << 80 | 7 << 76 | (random >> 62) << 64 | 2 << 62 | random & (1 << 62) - 1)
        )


def _step(telling: _Telling, step: Step, feature: str, count: int) -> None:
    chance = telling.chance
    if step.kind == "page":
        load_ms = between(chance, 60, 240) + int(900 * chance.random() ** 8)
        telling.tell(
            "companyos.page_viewed",
            feature_of(step.what),
            path=step.what,
            referrer=telling.path,
            load_ms=load_ms,
        )
        telling.path = step.what
    elif step.kind == "search":
        found = int(9 * chance.random())
        chosen = 1 + int(found * chance.random() ** 2) if found else 0
        telling.tell(
            "companyos.search_made", "search", characters=between(chance, 2, 18), found=found, chosen=chosen
        )
    elif step.kind == "goal":
        telling.tell("companyos.goal_reached", feature, goal=step.what, steps=count - 1)
    else:
        _act(telling, step, feature)


def _act(telling: _Telling, step: Step, feature: str) -> None:
    chance = telling.chance
    telling.refused = chance.random() < step.refused
    outcome = "refused" if telling.refused else "failed" if chance.random() < 0.015 else "done"
    duration_ms = between(chance, 25, 220) + int(2_500 * chance.random() ** 10)
    telling.tell(
        "companyos.feature_used",
        feature,
        action=step.what,
        path=telling.path,
        duration_ms=duration_ms,
        outcome=outcome,
    )
    if telling.refused:
        telling.tell(
            "companyos.refusal_shown", "refusals", code="denied", action=step.what, path=telling.path
        )


def _begin(shape: Shape, day: date, chance: Chance) -> datetime:
    """Most begin around the busiest hour; early enough for a visit to end on its day."""
    hours = shape.busiest + 5.0 * (chance.random() + chance.random() + chance.random() - 1.5)
    seconds = int(min(max(hours, 0.0), 23.0) * 3600)
    return datetime.combine(day, time(), UTC) + timedelta(
        seconds=seconds, milliseconds=between(chance, 0, 1000)
    )


def _theme(who: Member) -> str:
    return "dark" if who.keen > 0.8 else "light"
