"""The tables of the schema `data`, as queries see them; `migrations/` makes them."""

from . import erasures, schemas

rows = (*schemas.rows, *erasures.rows)
"""Where policy finds what it tests: it filters lists."""
