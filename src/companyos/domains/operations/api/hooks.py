"""Hooks over HTTP: their upkeep by people, and the door that CI systems knock at."""

import re
import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from pydantic import ValidationError

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.house import House
from companyos.kernel.http import WorkDep, say_once
from companyos.kernel.problems import Invalid, TooLarge, Unauthenticated

from ..service import hooks
from ..settings import OperationsSettings
from ..wire.deployments import (
    DeploymentIn,
    DeploymentOut,
    HookIn,
    HooksOut,
    NewHookOut,
    deployment_out,
    hook_out,
    report,
)
from ..wire.text import PLAIN
from .deployments import CONTINUED

router = APIRouter(prefix="/hooks", tags=["deployments"])

_BODY = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/DeploymentIn"}}}}


def _header(what: str) -> object:
    return Header(max_length=512, description=what)


@router.get("")
async def list_hooks(work: WorkDep) -> HooksOut:
    """Every hook of the tenant, newest first."""
    return HooksOut(items=[hook_out(work.tenant, hook) for hook in await hooks.list_hooks(work)])


@router.post("", status_code=201)
async def create_hook(work: WorkDep, body: HookIn, response: Response) -> NewHookOut:
    """Make a hook for the session's environment. Its secret is in this answer and nowhere else."""
    hook, secret = await hooks.create(work, body.name)
    say_once(response)
    return NewHookOut(**hook_out(work.tenant, hook).model_dump(), secret=secret)


@router.delete("/{hook}", status_code=204)
async def revoke_hook(work: WorkDep, hook: UUID) -> None:
    """Let no more reports in through a hook."""
    await hooks.revoke(work, hook)


@router.post(
    "/deployments",
    status_code=201,
    responses=CONTINUED,
    openapi_extra={"requestBody": _BODY | {"required": True}},
)
async def report_deployment(
    request: Request,
    response: Response,
    companyos_hook: Annotated[str, _header("The hook's address, as it was shown when it was made.")] = "",
    webhook_id: Annotated[str, _header("Unique per report; a repeat gets the first answer.")] = "",
    webhook_timestamp: Annotated[str, _header("Seconds since 1970.")] = "",
    webhook_signature: Annotated[
        str, _header("`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks 1.0).")
    ] = "",
) -> DeploymentOut:
    """Report a deployment from a CI system, signed with a hook's secret."""
    house: House = request.app.state.house
    body = await _read(request, house.settings_of(OperationsSettings).hook_body_bytes)
    signed = hooks.Signed(companyos_hook, webhook_id, webhook_timestamp, webhook_signature, body)
    if not re.fullmatch(PLAIN, webhook_id):
        raise Unauthenticated("The header webhook-id holds characters that it must not.")
    tenant, hook = await hooks.authenticate(house, signed, now=time.time())
    said = _parse(body)
    deployment, new = await hooks.report(house, tenant, hook, webhook_id, report(said))
    if not new:
        response.status_code = 200
    return deployment_out(deployment)


async def _read(request: Request, most: int) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise TooLarge(f"A report may be {most} bytes long (COMPANYOS_OPERATIONS_HOOK_BODY_BYTES).")
    return body


def _parse(body: bytes) -> DeploymentIn:
    try:
        return DeploymentIn.model_validate_json(body)
    except ValidationError as error:
        reasons = [
            Reason(
                e["type"],
                e["msg"],
                "/" + "/".join(map(str, e["loc"])),
                Remedy("fix_input", "Correct the report and sign it again."),
            )
            for e in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise Invalid("The report cannot be read as a deployment.", reasons=reasons) from None
