"""Entrance by HTTP: everything below `/api/v1/schemas` and `/erasures`."""

from fastapi import APIRouter

from . import schemas

router = APIRouter()
router.include_router(schemas.router)
