"""The moment that a question is about, as a condition on rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Moment:
    """True at `as_of`, by what was known at `known_at` (None: by all that is known)."""

    as_of: datetime
    known_at: datetime | None = None

    def holds(self, table: Any) -> sa.ColumnElement[bool]:
        """Whether a row of `entity` or `relation` (or an alias of one) holds at this moment."""
        c = table.c
        true_then = sa.and_(c.valid_from <= self.as_of, sa.or_(c.valid_to.is_(None), c.valid_to > self.as_of))
        if self.known_at is None:
            return sa.and_(c.recorded_to.is_(None), true_then)
        known = sa.and_(
            c.recorded_from <= self.known_at, sa.or_(c.recorded_to.is_(None), c.recorded_to > self.known_at)
        )
        return sa.and_(known, true_then)
