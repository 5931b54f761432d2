"""The API's own description: OpenAPI 3.1, completed with what every route shares."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem with the reasons of a refusal or failure.",
    "required": ["type", "title", "status", "detail", "code", "request_id", "reasons"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; for machines."},
        "request_id": {"type": "string", "description": "Name it when you ask for help."},
        "reasons": {"type": "array", "items": {"$ref": "#/components/schemas/ReasonOut"}},
    },
    "examples": [
        {
            "type": "https://companyos.dev/problems/denied",
            "title": "Policy does not allow this",
            "status": 403,
            "detail": "No policy lets finance_ops roll back deployments.",
            "code": "denied",
            "request_id": "019ac0de-0000-7000-8000-000000000001",
            "reasons": [
                {
                    "code": "no_permit",
                    "sentence": "No policy lets finance_ops roll back deployments.",
                    "where": None,
                    "remedy": {
                        "kind": "request_access",
                        "sentence": "Ask a tenant admin for the role sre.",
                        "href": None,
                    },
                }
            ],
        }
    ],
}
REASON: dict[str, Any] = {
    "type": "object",
    "description": "Why: for machines, for people, where, and what can be done about it.",
    "required": ["code", "sentence", "where", "remedy"],
    "properties": {
        "code": {"type": "string"},
        "sentence": {"type": "string"},
        "where": {"type": ["string", "null"]},
        "remedy": {
            "oneOf": [{"$ref": "#/components/schemas/RemedyOut"}, {"type": "null"}],
        },
    },
}
REMEDY: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "sentence", "href"],
    "properties": {
        "kind": {
            "type": "string",
            "enum": ["step_up", "request_access", "fix_input", "sign_in", "wait", "none"],
        },
        "sentence": {"type": "string"},
        "href": {"type": ["string", "null"]},
    },
}
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
    schemas["Problem"] = PROBLEM
    schemas["ReasonOut"] = REASON
    schemas["RemedyOut"] = REMEDY
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
