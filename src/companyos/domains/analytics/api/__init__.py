"""Entrances over HTTP."""

from fastapi import APIRouter

from . import budgets, events, feedback, letters, questions, repairs, reports, sending

routes = (events.route,)

router = APIRouter()
router.include_router(sending.router)
router.include_router(questions.router)
router.include_router(budgets.router)
router.include_router(reports.router)
router.include_router(letters.router)
router.include_router(repairs.router)
router.include_router(feedback.router)

__all__ = ["router", "routes"]
