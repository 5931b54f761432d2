"""The registry of one process: schemas ready to judge by, of every tenant that was asked about lately.

A process looks for newer versions when it has not looked for a second (`COMPANYOS_DATA_FRESH_SECONDS`): nothing can be
missed, as a notification could. Versions never change, so that what is compiled stays right.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from companyos.kernel.house import House

from .builtin import Builtin, builtin
from .rules.compiling import Compiled, compiled
from .rules.profile import Limits, understand
from .rules.schema import Schema, Version
from .settings import DataSettings
from .store import Schemas

LOOK_AGAIN_SECONDS = 0.1
"""What is not known was perhaps registered just now; so often is looked for what is not there."""


@dataclass(slots=True)
class _Shelf:
    """Which versions a tenant has of what, as this process knows, and when it last looked (monotonic seconds)."""

    number: int
    versions: Mapping[str, tuple[Version, ...]]
    looked_at: float


class Registry:
    """Schemas by tenant, name and version. Held in the house as an adapter of itself: `registry_of(house)`."""

    def __init__(self, house: House, clock: Callable[[], float] = time.monotonic) -> None:
        self._house = house
        self._clock = clock
        self.settings = house.settings_of(DataSettings)
        self.builtin: Builtin = builtin(house.parts)
        self._shelves: OrderedDict[UUID, _Shelf] = OrderedDict()
        self._compiled: OrderedDict[tuple[UUID | None, str, Version], Compiled] = OrderedDict()

    @property
    def limits(self) -> Limits:
        """How large the schemas of tenants may be."""
        given = self.settings
        return Limits(given.schema_properties, given.schema_depth, given.schema_values)

    async def find(self, tenant: UUID, name: str, version: str | None = None) -> Compiled | None:
        """The schema by which a tenant's events of that name are judged; None when there is none.

        Without a version it is the newest. An addition accepts what those before it accepted: for 1-0-1 the newest
        of 1-0-… is found, unless it is older. It may be `fresh_seconds` behind what another process registered.
        """
        ours = self.builtin.get(name)
        if ours is not None:
            wanted = fitting(tuple(ours), version)
        else:
            fresh = self.settings.fresh_seconds
            wanted = fitting((await self._shelf(tenant, fresh)).versions.get(name, ()), version)
            if wanted is None:
                soon = min(fresh, LOOK_AGAIN_SECONDS)
                wanted = fitting((await self._shelf(tenant, soon)).versions.get(name, ()), version)
        if wanted is None:
            return None
        key = (None if ours is not None else tenant, name, wanted)
        found = self._compiled.get(key)
        if found is None:
            found = compiled(ours[wanted] if ours is not None else await self._read(tenant, name, wanted))
            self._compiled[key] = found
            while len(self._compiled) > self.settings.compiled_in_memory:
                self._compiled.popitem(last=False)
        self._compiled.move_to_end(key)
        return found

    async def _shelf(self, tenant: UUID, fresh: float) -> _Shelf:
        shelf = self._shelves.get(tenant)
        if shelf and self._clock() - shelf.looked_at < fresh:
            return shelf
        looked_at = self._clock()
        if shelf:
            shelf.looked_at = looked_at  # one looks, the others go on with what is known
        async with self._house.begin(tenant=tenant) as work:
            number = await Schemas(work).newest_number()
            if shelf is None or shelf.number != number:
                shelf = _Shelf(number, _by_name(await Schemas(work).known()), looked_at)
        self._shelves[tenant] = shelf
        self._shelves.move_to_end(tenant)
        while len(self._shelves) > self.settings.tenants_in_memory:
            self._shelves.popitem(last=False)
        return shelf

    async def _read(self, tenant: UUID, name: str, version: Version) -> Schema:
        async with self._house.begin(tenant=tenant) as work:
            kept = await Schemas(work).version(name, version)
        return as_kept(name, version, kept.document)


def as_kept(name: str, version: Version, document: Mapping[str, object]) -> Schema:
    """A schema that was kept once: understood without limits, which may have become narrower since."""
    schema = understand(document, Limits(10**6, 64, 10**6))
    return replace(schema, name=name, version=version)


def fitting(known: tuple[Version, ...], asked: str | None) -> Version | None:
    """The version to judge by, of those known; None when none fits what was asked for."""
    if asked is None:
        return max(known, default=None)
    try:
        wanted = Version.parse(asked)
    except ValueError:
        return None
    return max((one for one in known if one[:2] == wanted[:2] and one >= wanted), default=None)


def registry_of(house: House) -> Registry:
    """The registry of this house."""
    return house.adapter(Registry)


def _by_name(known: list[tuple[str, Version]]) -> dict[str, tuple[Version, ...]]:
    found: dict[str, list[Version]] = {}
    for name, version in known:
        found.setdefault(name, []).append(version)
    return {name: tuple(versions) for name, versions in found.items()}
