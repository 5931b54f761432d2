"""The API's own description: OpenAPI 3.1, completed with what every route shares."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from companyos.kernel.wire import ProblemOut

CONTEXT_HEADERS = [
    {
        "name": "CompanyOS-Tenant",
        "in": "header",
        "required": False,
        "description": "Tenant that the screen shows; refused when the token does not span it.",
        "schema": {"type": "string", "examples": ["acme"]},
    },
    {
        "name": "CompanyOS-Environment",
        "in": "header",
        "required": False,
        "description": "Environment that the screen shows; refused when the token does not span it.",
        "schema": {"type": "string", "examples": ["prod"]},
    },
]
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeated request with the same key gets the first answer again and changes nothing.",
    "schema": {"type": "string", "maxLength": 255, "examples": ["019ac0de-0000-7000-8000-000000000002"]},
}


def operation_id(route: APIRoute) -> str:
    """Operations are called as their functions are; the generated client takes its names from here."""
    return route.name


def describe(app: FastAPI, version: str) -> None:
    """Make `app.openapi()` tell the whole truth, once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title="CompanyOS",
                version=version,
                openapi_version="3.1.0",
                summary="One system on which a multi-tenant software company runs.",
                license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
                routes=app.routes,
            )
            app.openapi_schema = _complete(schema)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem_shape = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem_shape.pop("$defs") | {"Problem": problem_shape}
    components["securitySchemes"] = {
        "oidc": {"type": "openIdConnect", "openIdConnectUrl": "/.well-known/openid-configuration"}
    }
    schema["security"] = [{"oidc": []}]
    problem = {
        "description": "Refused or failed, with reasons.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            parameters = operation.setdefault("parameters", [])
            if path.startswith("/api/"):
                parameters.extend(CONTEXT_HEADERS)
            if method == "post" and "201" in operation["responses"]:
                parameters.append(IDEMPOTENCY)
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = problem
    return schema
