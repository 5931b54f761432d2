"""The API keeps to its own description: schemathesis asks everything, and nonsense is refused in words."""

import asyncio
import json
import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from companyos.spines.identity.identity import identity_of
from companyos.testing.world import Client, World

from .isolation.filling import ALL_ROLES
from .isolation.routes import ENDLESS, Call, operations

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "missing_required_header",
    "allow_header_conformance",
)
"""Left out: the one that takes every text a schema allows for sense (a cursor, a name that is not there), the one for
which "3" is no number, and the one that wants 405 of `DELETE /hooks/deployments`, which is the address of a hook."""

ENDS_THE_SIGN_IN = "end_session"
PATIENCE = 900
"""Seconds after which schemathesis is stopped; beside other work on two cores it took 106."""


async def engineer(world: World, name: str = "home") -> Client:
    """Somebody who may do everything, with a fresh second factor."""
    identity_of(world.house).settings.access_token_seconds = PATIENCE
    return await world.person(*ALL_ROLES, tenant=name, mfa_ago=timedelta(seconds=1))


@pytest.mark.timeout(PATIENCE)
async def test_schemathesis_finds_nothing(world: World, served: str, tmp_path: Path) -> None:
    who = await engineer(world)
    left_out = [f"--exclude-operation-id={one}" for one in (*ENDLESS, ENDS_THE_SIGN_IN)]
    headers = {**who.headers, "CompanyOS-Tenant": who.slug, "CompanyOS-Environment": "prod"}
    given = [f"--header={name}: {value}" for name, value in headers.items()]
    program = shutil.which(
        "schemathesis", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    assert program is not None
    process = await asyncio.create_subprocess_exec(
        program,
        "run",
        f"{served}/api/v1/openapi.json",
        *left_out,
        *given,
        f"--checks={','.join(CHECKS)}",
        "--phases=examples,coverage",
        "--mode=positive",  # nonsense has a test of its own below
        "--seed=20",
        "--no-shrink",
        "--continue-on-failure",
        "--suppress-health-check=all",
        "--warnings=off",
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, said.decode().replace(who.token, "…")[-8000:]


NONSENSE: tuple[Any, ...] = (
    "",
    "\x00",
    "\ud800",
    "\u202e",
    "x" * 5000,
    "'; drop table x --",
    "../../etc/passwd",
    "9" * 400,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30T00:00:00Z",
    "00000000-0000-0000-0000-00000000000g",
    "NaN",
    "-1",
    "1e400",
)
NOT_TEXT: tuple[Any, ...] = (2**63, -(2**63) - 1, 10**400, 1e308, True, None, [], {}, [[]], {"a": {"b": []}})


A_FEW = 10
"""Every so many of the nonsense is tried in a place like one that has had it all: dozens take a name or a reason."""


async def test_nonsense_in_any_place_is_refused_in_words(world: World, served: str) -> None:
    """Each parameter and each field of each body, with what no one should send: never a fault of ours."""
    who = await engineer(world)
    document = (await who.http.get("/api/v1/openapi.json")).json()
    met = set[str]()

    def nonsense_for(schema: Any, values: tuple[Any, ...]) -> tuple[Any, ...]:
        kind = json.dumps(schema, sort_keys=True)
        if kind in met:
            return values[len(met) % A_FEW :: A_FEW]
        met.add(kind)
        return values

    for operation in operations(document):
        if operation.id in (*ENDLESS, ENDS_THE_SIGN_IN):
            continue
        usual = Call(operation, {s.name[0]: "x" for s in operation.naming}, operation.query, operation.body)
        for parameter in _parameters(document, operation.path, operation.method):
            for value in nonsense_for(parameter, NONSENSE):
                text = value.encode("utf-8", "surrogatepass").decode("latin-1")
                sent = {**usual.query, parameter["name"]: text}
                answer = await Call(operation, usual.path, sent, usual.body).send(who)
                _understood(answer, parameter["name"], value)
        for slot in (s for s in operation.slots if s.where == "body"):
            for value in nonsense_for([slot.name[-1:], slot.schema], (*NONSENSE, *NOT_TEXT)):
                body = json.dumps(usual.put(slot, value).body)
                url = operation.path.format(**usual.path)
                headers = who.headers | {"Content-Type": "application/json"}
                answer = await who.http.request(operation.method, url, content=body, headers=headers)
                _understood(answer, operation.id, slot.name, value)


def _parameters(document: Any, path: str, method: str) -> list[Any]:
    said = document["paths"][path][method.lower()].get("parameters", [])
    return [one for one in said if one["in"] == "query"]


def _understood(answer: httpx.Response, *sent: Any) -> None:
    assert answer.status_code < 500, f"{ascii(sent)[:300]}: {answer.text}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", ascii(sent)[:300]
        told = answer.json()
        assert told["reasons"], told
        assert all(reason["code"] and reason["sentence"] for reason in told["reasons"]), told


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"null", "application/json"),
        (b"[]", "application/json"),
        (b'{"name": 1e999}', "application/json"),
        (b'{"name": "a", "name": "b"}', "text/plain"),
        (b"name=a", "application/x-www-form-urlencoded"),
        (b"<a/>", "application/xml"),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused_in_words(
    world: World, content: bytes, kind: str
) -> None:
    who = await engineer(world)
    answer = await who.post("/services", content=content, headers={"Content-Type": kind})
    assert answer.status_code in (400, 415, 422), answer.text
    _understood(answer, content)
