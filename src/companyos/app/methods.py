"""Which methods an address knows, over all routes that have it (RFC 9110 §10.2.1)."""

from functools import lru_cache
from re import Pattern

from fastapi import FastAPI
from starlette.routing import Route, compile_path
from starlette.types import Scope


def allowed_methods(scope: Scope) -> list[str]:
    """Methods of the address in `scope`, sorted; none when no route but the console's page has it."""
    for pattern, methods in _addresses(scope["app"]):
        if pattern.fullmatch(scope["path"]):
            return sorted(methods)
    return []


@lru_cache(maxsize=4)
def _addresses(app: FastAPI) -> list[tuple[Pattern[str], set[str]]]:
    """Every address with its methods, the most specific first: fewest parameters, then longest."""
    found: dict[str, set[str]] = {}
    for path, operations in app.openapi()["paths"].items():
        found.setdefault(path, set()).update(method.upper() for method in operations)
    for route in app.router.routes:
        if isinstance(route, Route) and not route.path.startswith("/{"):  # that one is the console's page
            found.setdefault(route.path, set()).update(route.methods or ())
    ordered = sorted(found.items(), key=lambda one: (one[0].count("{"), -len(one[0])))
    return [(compile_path(path)[0], methods) for path, methods in ordered]
