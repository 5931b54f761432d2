"""Entrances over HTTP."""

from . import events

routes = (events.route,)

__all__ = ["routes"]
