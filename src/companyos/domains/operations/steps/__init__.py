"""What plans can do with services, deployments and incidents; one file a kind."""

from .deploying import TYPES as DEPLOYING
from .incidents import TYPES as INCIDENTS
from .isolating import TYPES as ISOLATING
from .log_levels import TYPES as LOG_LEVELS

TYPES = (*DEPLOYING, *ISOLATING, *LOG_LEVELS, *INCIDENTS)
