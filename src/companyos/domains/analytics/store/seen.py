"""Which ids came before: fingerprints of 64 bits in two generations, so that a repeated event is kept once.

A generation is a stretch of `repeat_hours`, counted by when events came in; an id is known for the rest of its
generation and all of the next. Of n remembered ids one new id in 2^64 / n is taken for a repeat: with ten million,
one in two million million. Held in open-addressed tables (linear probing, at most half full), cut into parts so that
growing one is short.
"""

from array import array
from collections.abc import Iterable
from hashlib import blake2b

PARTS = 64
LAST_PART = PARTS - 1
FIRST_SLOTS = 256


def fingerprints(key: bytes, ids: Iterable[str]) -> "array[int]":
    """64 bits of BLAKE2b (RFC 7693) of each id within what ids are unique in; never 0."""
    made = array("Q", b"".join([blake2b(key + id.encode(), digest_size=8).digest() for id in ids]))
    return made if 0 not in made else array("Q", [one or 1 for one in made])


class Part:
    """A set of fingerprints; 0 marks a free slot."""

    __slots__ = ("count", "mask", "slots")

    def __init__(self, slots: int = FIRST_SLOTS):
        self.slots, self.mask, self.count = array("Q", bytes(8 * slots)), slots - 1, 0

    def add(self, one: int) -> bool:
        """Remember it; False when it was there."""
        slots, mask = self.slots, self.mask
        at = (one >> 6) & mask
        while (there := slots[at]) != 0:
            if there == one:
                return False
            at = (at + 1) & mask
        slots[at] = one
        self.count += 1
        if self.count * 2 > mask:
            self._grow()
        return True

    def __contains__(self, one: int) -> bool:
        slots, mask = self.slots, self.mask
        at = (one >> 6) & mask
        while (there := slots[at]) != 0:
            if there == one:
                return True
            at = (at + 1) & mask
        return False

    def _grow(self) -> None:
        wider = Part(2 * (self.mask + 1))
        for one in self.slots:
            if one:
                wider.add(one)
        self.slots, self.mask = wider.slots, wider.mask


class Generation:
    """The ids of one stretch of time."""

    def __init__(self, number: int):
        self.number = number
        self.parts = tuple(Part() for _ in range(PARTS))

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)


class Seen:
    """The ids of this generation and the one before. `most` ids of one generation begin the next one early."""

    def __init__(self, most: int):
        self._most = most
        self._now, self._before = Generation(0), Generation(-1)
        self._room = most
        self.repeats = 0
        self.shortened = 0

    @property
    def count(self) -> int:
        """How many ids are remembered."""
        return self._now.count + self._before.count

    def new(self, generation: int, prints: "array[int]") -> list[bool]:
        """Which fingerprints, in their order, come for the first time; they are remembered from then on."""
        if generation > self._now.number or self._room <= 0:
            self._turn(max(generation, self._now.number))
        now, before = self._now.parts, self._before.parts
        told = [one not in before[one & LAST_PART] and now[one & LAST_PART].add(one) for one in prints]
        fresh = told.count(True)
        self._room -= fresh
        self.repeats += len(told) - fresh
        return told

    def _turn(self, generation: int) -> None:
        """Go on. What was this generation is remembered as the one before, however far a clock has jumped."""
        self.shortened += self._room <= 0
        self._before, self._now = self._now, Generation(generation)
        self._room = self._most
