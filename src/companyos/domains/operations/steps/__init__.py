"""What plans can do with services, deployments and incidents; one file a kind."""

from . import deploying, incidents, isolating, log_levels

TYPES = (*deploying.TYPES, *isolating.TYPES, *log_levels.TYPES, *incidents.TYPES)
