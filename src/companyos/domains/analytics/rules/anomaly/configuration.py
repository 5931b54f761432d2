"""The numbers of the detector. One frozen set serves every series."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that can be turned; the defaults are what is frozen, measured and reported.

    Counts are points of the series, shares are parts of one. None depends on the unit or the size of the values.
    """

    remembered: int = 20_000
    """So many points are remembered at most; older ones are forgotten."""
    learning: int = 100
    """So many deviations are seen before any is called rare."""
    tail: float = 0.05
    """The largest share of deviations that make up the tail which rarer ones are judged by."""
    least_slope: float = 0.1
    """The tail falls at least as slowly as this share of the way from the median to its beginning."""
    length: int = 1_000
    """So many points seen let a surprise count as it is."""
    patience: float = 0.5
    """Surprise falls with this power of the points seen: long series hold more of what is rare."""
    most_surprise: float = 20.0
    """Powers of ten at which surprise ends: a first move after a long flat line is no more than this."""
    likes: float = 0.01
    """A value is compared with the nearest that it has this share of all values between, at least `least_likes`."""
    least_likes: int = 5
    """So many values come nearer than the one that it is compared with."""
    level: int = 48
    """Points of a level: long enough to see a shift, short enough to see it soon."""
    spread: int = 48
    """Points of a spread."""
    season_level: int = 6
    """Points of a level that is compared by time of day."""
    days: int = 7
    """Days that are looked back at the same time of day."""
    around: float = 1_800.0
    """Seconds before and after that count as the same time of day."""
    least_alike: int = 3
    """So many points of the same time of day are needed to expect anything of it."""
    most_alike: int = 25
    """So many points around the same time of one day are used at most, the middle ones."""
    joint: float = 2.5
    """Power of the mean of surprises: from 1, their sum, to infinity, the largest alone."""
    alarm: float = 4.2
    """Joint surprise that is a score of 0.5, from which on a point is called an anomaly."""
    rest: float = 0.03
    """After an anomaly, this share of the points so far only tells what is stranger: one event, one alarm."""
    band: float = 0.01
    """Share of points that are expected outside the band."""


FROZEN = Configuration()
