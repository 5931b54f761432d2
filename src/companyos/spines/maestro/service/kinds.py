"""The step types that there are: every part of the house declares its own."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from companyos.kernel.domain import Domain
from companyos.kernel.house import House
from companyos.kernel.steps import StepType

from ..rules.document import read_plan
from ..rules.plan import BRANCH, Plan
from ..store.plans import Version

READ_PLANS = 256


class StepTypes:
    """The step types of some parts, and plans read with them. Raises ValueError when one is declared twice."""

    def __init__(self, parts: Iterable[Domain]):
        found: dict[str, StepType] = {}
        for part in parts:
            for kind in part.steps:
                if kind.name in found or kind.name == BRANCH or not kind.name.startswith(f"{part.name}."):
                    raise ValueError(
                        f"the step type {kind.name} of {part.name} is named twice, or not after it"
                    )
                found[kind.name] = kind
        self.types: Mapping[str, StepType] = found
        self.read = lru_cache(maxsize=READ_PLANS)(self._read)

    def _read(self, source: str, file: str) -> Plan:
        return read_plan(source, self.types, file=file)


def step_types(house: House) -> Mapping[str, StepType]:
    """All of them by name."""
    return house.adapter(StepTypes).types


def understood(house: House, version: Version) -> Plan:
    """A kept version of a plan. Raises PlanRefused when it does not fit the step types of today."""
    return house.adapter(StepTypes).read(version.source, f"{version.name}.yaml")
