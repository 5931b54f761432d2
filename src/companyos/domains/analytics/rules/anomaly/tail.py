"""How rare a deviation is among those before it, also when none was ever as large."""

from math import log, log10

from .configuration import Configuration
from .ranked import Ranked

_LEAST_IN_TAIL = 5
_ROUNDING = 1e-9
"""Relative size of differences that are no more than rounding."""


class Tail:
    """Learns deviations (numbers ≥ 0) one by one and says of each how surprising it is.

    Within what was seen, that is its rank. Beyond, a Pareto tail through the largest share of deviations goes on:
    the excess over its beginning u, as log((v + u) / 2u), falls exponentially with the mean of those seen. Source
    of the idea: peaks over a threshold (Pickands 1975); a log so that bursts on bursts are no surprise.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._of = configuration
        self.seen = Ranked(configuration.remembered)

    def surprise(self, deviation: float) -> float:
        """−log10 of the chance of one as large or larger, less for long series; then learn it.

        0 while learning, and for what is exactly as expected.
        """
        told = 0.0
        if deviation and (count := len(self.seen)) >= self._of.learning:
            told = self._surprise(deviation) - self._of.patience * log10(count / self._of.length)
        self.seen.add(deviation)
        return min(max(told, 0.0), self._of.most_surprise)

    def _surprise(self, deviation: float) -> float:
        count = len(self.seen)
        in_tail = max(_LEAST_IN_TAIL, int(self._of.tail * count))
        begins = self.seen.ordered[-in_tail]
        if deviation <= begins * (1 + _ROUNDING):
            alike = self.seen.at_least(deviation * (1 - _ROUNDING))
            return log10((count + 1) / (alike + 1))
        largest = self.seen.ordered[-in_tail:]
        unit = begins or sum(largest) / in_tail
        if not unit:
            return self._of.most_surprise
        slope = sum(log((one + unit) / (begins + unit)) for one in largest) / in_tail
        least = self._of.least_slope * log((begins + unit) / (self.seen.median() + unit))
        slope = max(slope, least)
        if slope < _ROUNDING:
            return self._of.most_surprise
        return log10(count / in_tail) + log((deviation + unit) / (begins + unit)) / slope / log(10)
