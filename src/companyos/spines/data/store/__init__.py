"""Schemas at rest."""

from .schemas import KeptSchema, KeptVersion, Schemas

__all__ = ["KeptSchema", "KeptVersion", "Schemas"]
