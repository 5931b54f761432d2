"""Chance that is the same everywhere: only what Python promises not to change is used of `random`."""

from collections.abc import Mapping
from random import Random


class Chance(Random):
    """A source of chance for one purpose, named by a text. Use `random()` and `getrandbits()` of it, nothing else:
    other methods may draw differently in another Python.
    """


def picked(chance: Random, weights: Mapping[str, float]) -> str:
    """One of the words, as often as its weight says."""
    left = chance.random() * sum(weights.values())
    for word, weight in weights.items():
        left -= weight
        if left < 0:
            return word
    return word


def between(chance: Random, low: int, high: int) -> int:
    """A whole number from low on and below high."""
    return low + int(chance.random() * (high - low))
