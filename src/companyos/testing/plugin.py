"""The pytest plugin of CompanyOS: its fixtures are there without importing anything."""

from .houses import app_client, house, world
from .postgres import database, migration_lines, postgres, template

__all__ = ["app_client", "database", "house", "migration_lines", "postgres", "template", "world"]
