"""Entrance by HTTP: everything below `/api/v1/schemas`, `/consents` and `/erasures`."""

from fastapi import APIRouter

from . import consents, erasures, schemas

router = APIRouter()
router.include_router(consents.router)
router.include_router(erasures.router)
router.include_router(schemas.router)
