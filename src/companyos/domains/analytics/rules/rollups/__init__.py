"""Who used what on which day, as sets of numbers: sets can be joined in any order and any number of times.

`counting` makes cells of events, `cells` joins them. Pure; `store/rollups` keeps them. ADR 21 says why so.
"""

from .cells import Cell, Key, Use, joined
from .counting import Counted, Names, counted, people_of, sessions_of

__all__ = ["Cell", "Counted", "Key", "Names", "Use", "counted", "joined", "people_of", "sessions_of"]
