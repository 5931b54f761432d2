"""Entrance by HTTP: everything below `/api/v1/services`, `/deployments`, `/hooks` and `/incidents`."""

from fastapi import APIRouter

from . import deployments, hooks, incidents, services

router = APIRouter()
router.include_router(services.router)
router.include_router(deployments.router)
router.include_router(hooks.router)
router.include_router(incidents.router)
