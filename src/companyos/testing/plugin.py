"""The pytest plugin of CompanyOS: its fixtures are there without importing anything."""

from .postgres import database, migration_lines, postgres, template

__all__ = ["database", "migration_lines", "postgres", "template"]
