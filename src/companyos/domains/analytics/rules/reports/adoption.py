"""Who uses which feature: people, sessions and conversions, by feature, role and day."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pyroaring import BitMap

from ..rollups import Cell, Use, joined

GOAL = "companyos.goal_reached"
"""The event that says that a feature has served: a session with it has converted."""
NOTHING = Use(0, BitMap(), BitMap())
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cells count; an empty word lets everything through."""

    feature: str = ""
    role: str = ""
    plan: str = ""

    def __call__(self, cell: Cell) -> bool:
        key = cell.key
        return (
            (not self.feature or key.feature == self.feature)
            and (not self.role or key.role == self.role)
            and (not self.plan or key.plan == self.plan)
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """How much something was used. `conversions` are sessions that reached the goal there."""

    people: int
    sessions: int
    events: int
    conversions: int

    @property
    def conversion(self) -> float | None:
        """Share of sessions that reached the goal; None without sessions."""
        return self.conversions / self.sessions if self.sessions else None


@dataclass(frozen=True, slots=True)
class FeatureAdoption:
    """One feature. `before` are the people of as many days before; `days` its people day by day."""

    feature: str
    taken: Taken
    before: int
    roles: tuple[tuple[str, Taken], ...]
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Adoption:
    """Everything together, by role, by day, and by feature, most used first."""

    taken: Taken
    before: int
    roles: tuple[tuple[str, Taken], ...]
    days: tuple[tuple[int, int, int], ...]
    """(day, people, sessions)."""
    features: tuple[FeatureAdoption, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """One day in numbers; `features` are people by feature."""

    people: int
    sessions: int
    features: Mapping[str, int]


def figures(cells: Iterable[Cell]) -> Figures:
    """The numbers of cells of one day."""
    by_feature = _uses(cells, lambda c: c.key.feature)
    every = joined(by_feature.values())
    return Figures(
        len(every.people), len(every.sessions), {name: len(use.people) for name, use in by_feature.items()}
    )


def pressed(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Cells of several days as if they were of one: all that a report over these days needs."""
    return tuple(Cell(key, use) for key, use in _uses(cells, lambda c: c.key._replace(day=0)).items())


def adoption(
    cells: Iterable[Cell], before: Figures, days: Sequence[tuple[int, Figures]], goal: str = GOAL
) -> Adoption:
    """The report over cells of these days, which may be pressed; `before` is as many days before in numbers."""
    every = list(cells)
    by_feature, with_feature = _uses(every, lambda c: c.key.feature), _grouped(every, lambda c: c.key.feature)
    reached = _uses([c for c in every if c.key.event == goal], lambda c: c.key.feature)
    features = [
        FeatureAdoption(
            name,
            _taken(use, reached.get(name, NOTHING)),
            before.features.get(name, 0),
            _by_role(with_feature[name], goal),
            tuple(of.features.get(name, 0) for _, of in days),
        )
        for name, use in by_feature.items()
        if name
    ]
    return Adoption(
        _taken(joined(by_feature.values()), joined(reached.values())),
        before.people,
        _by_role(every, goal),
        tuple((day, of.people, of.sessions) for day, of in days),
        tuple(sorted(features, key=lambda one: (-one.taken.people, one.feature))),
    )


def _by_role(cells: Sequence[Cell], goal: str) -> tuple[tuple[str, Taken], ...]:
    roles = _uses(cells, lambda c: c.key.role)
    reached = _uses([c for c in cells if c.key.event == goal], lambda c: c.key.role)
    found = [(role, _taken(use, reached.get(role, NOTHING))) for role, use in roles.items()]
    return tuple(sorted(found, key=lambda one: (-one[1].people, one[0])))


def _taken(use: Use, reached: Use) -> Taken:
    return Taken(len(use.people), len(use.sessions), use.events, len(reached.sessions & use.sessions))


def _grouped(cells: Iterable[Cell], of: Callable[[Cell], T]) -> dict[T, list[Cell]]:
    found: dict[T, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[of(cell)].append(cell)
    return found


def _uses(cells: Iterable[Cell], of: Callable[[Cell], T]) -> dict[T, Use]:
    return {name: joined(cell.use for cell in same) for name, same in _grouped(cells, of).items()}
