"""Entrances for clients of other makers: CloudEvents, PostHog, Segment and Snowplow (ADR 20)."""

from . import cloudevents, posthog, segment, snowplow

routes = (*cloudevents.routes, *segment.routes, *posthog.routes, *snowplow.routes)
bulk = frozenset(route.path for route in routes)

__all__ = ["bulk", "routes"]
