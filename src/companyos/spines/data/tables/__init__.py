"""The tables of the schema `data`, as queries see them; `migrations/` makes them."""

from . import schemas

rows = (*schemas.rows,)
"""Where policy finds what it tests: it filters lists."""
