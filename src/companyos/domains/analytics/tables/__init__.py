"""Tables of analytics: `lake` holds events and dead letters, `postgres` what is kept beside them."""

from .lake import DEAD_LETTERS, EVENTS, IDS_TOPIC, TABLES, TIME, TOPIC

__all__ = ["DEAD_LETTERS", "EVENTS", "IDS_TOPIC", "TABLES", "TIME", "TOPIC"]
