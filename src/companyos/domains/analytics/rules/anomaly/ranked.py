"""The latest numbers of a sequence, in order of size."""

from bisect import bisect_left, insort
from collections import deque


class Ranked:
    """The last `limit` numbers that were added; adding costs a move of memory, asking next to nothing."""

    def __init__(self, limit: int) -> None:
        self.ordered: list[float] = []
        self._arrived: deque[float] = deque()
        self._limit = limit

    def __len__(self) -> int:
        return len(self.ordered)

    def add(self, number: float) -> None:
        """Take a number in; the oldest goes when there are too many."""
        insort(self.ordered, number)
        self._arrived.append(number)
        if len(self._arrived) > self._limit:
            del self.ordered[bisect_left(self.ordered, self._arrived.popleft())]

    def median(self) -> float:
        """The upper median. Raises IndexError when there is none."""
        return self.ordered[len(self.ordered) // 2]

    def nearest(self, number: float, count: int) -> float:
        """The farthest of the `count` that are nearest to a number. Raises IndexError when there are fewer."""
        if not 0 < count <= len(self.ordered):
            raise IndexError(f"{count} nearest of {len(self.ordered)}")
        place = bisect_left(self.ordered, number)
        first, last = max(0, place - count), min(place, len(self.ordered) - count)
        while first < last:
            middle = (first + last) // 2
            if number - self.ordered[middle] > self.ordered[middle + count] - number:
                first = middle + 1
            else:
                last = middle
        low, high = self.ordered[first], self.ordered[first + count - 1]
        return low if number - low > high - number else high

    def at_least(self, number: float) -> int:
        """How many are as large or larger."""
        return len(self.ordered) - bisect_left(self.ordered, number)

    def exceeded_by(self, share: float) -> float:
        """The number that at most this share of them exceeds. Raises IndexError when there is none."""
        return self.ordered[-1 - min(int(share * len(self.ordered)), len(self.ordered) - 1)]
