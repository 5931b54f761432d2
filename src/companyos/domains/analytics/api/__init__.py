"""Entrances over HTTP."""

from fastapi import APIRouter

from . import events, feedback, letters, repairs

routes = (events.route,)

router = APIRouter()
router.include_router(letters.router)
router.include_router(repairs.router)
router.include_router(feedback.router)

__all__ = ["router", "routes"]
