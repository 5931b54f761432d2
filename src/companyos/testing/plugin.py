"""The pytest plugin of CompanyOS: its fixtures are there without importing anything."""

from companyos.kernel.logs import configure_logs

from .houses import app_client, house, served, world
from .postgres import database, migration_lines, postgres, template

configure_logs("warning")

__all__ = ["app_client", "database", "house", "migration_lines", "postgres", "served", "template", "world"]
