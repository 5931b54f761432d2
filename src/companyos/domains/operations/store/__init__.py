"""Queries of operations. Every one names the Work's tenant, and row-level security holds where one forgets."""

from .deployments import Deployments
from .hooks import Hooks
from .incidents import Incidents
from .log_levels import LogLevels
from .services import Services
from .totals import totals

__all__ = ["Deployments", "Hooks", "Incidents", "LogLevels", "Services", "totals"]
