"""Doors for CI systems: signed reports that become deployments without anyone signing in."""

from dataclasses import dataclass
from uuid import UUID

from companyos.kernel.house import House
from companyos.kernel.ids import new_id
from companyos.kernel.ports.keys import KeyRing
from companyos.kernel.problems import NotFound, Unauthenticated
from companyos.kernel.work import ANONYMOUS, Actor, Work

from ..public.types import Deployment, Hook
from ..rules import webhooks
from ..settings import OperationsSettings
from ..store import Deployments, Hooks
from . import deployments, secrets
from .deployments import Report

SCOPE = "operations:hook"
"""What a hook may: report deployments, nothing else."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A report as it came in: the hook it names (`<tenant>.<hook>`), the three headers, the body."""

    hook: str
    id: str
    timestamp: str
    signature: str
    body: bytes


async def list_hooks(work: Work) -> list[Hook]:
    """Every hook, newest first."""
    await work.permit("operations:hook.list", on=work.tenancy)
    return await Hooks(work).all()


async def create(work: Work, name: str) -> tuple[Hook, str]:
    """A new hook for the Work's environment, and its secret, which is shown this once."""
    decision = await work.permit("operations:hook.create", on=work.tenancy)
    id = new_id()
    key, key_id = await secrets.derive(_keys(work.house), _name(work.tenant, id))
    hook = Hook(id, name, work.environment, key_id, work.now)
    await Hooks(work).add(hook)
    await work.record("operations.hook.created", hook.ref, decision=decision, name=name)
    return hook, webhooks.write_secret(key)


async def revoke(work: Work, id: UUID) -> None:
    """Let no more reports in through a hook. Revoking twice is no error."""
    hook = await Hooks(work).get(id)
    decision = await work.permit("operations:hook.revoke", on=hook)
    if hook.revoked_at is None:
        await Hooks(work).revoke(hook)
        await work.record("operations.hook.revoked", hook.ref, decision=decision)


async def authenticate(house: House, signed: Signed, *, now: float) -> tuple[UUID, Hook]:
    """The tenant and hook that signed a report. Raises Unauthenticated, the same for every wrong signer."""
    tenant, id = _read_name(signed.hook)
    async with house.begin(tenant=tenant, actor=ANONYMOUS) as work:
        try:
            hook = await Hooks(work).get(id)
        except NotFound:
            hook = None
        window = work.settings(OperationsSettings).hook_window_seconds
    key, key_id = await secrets.derive(_keys(house), _name(tenant, id))
    no = webhooks.refusal(
        key,
        id=signed.id,
        timestamp=signed.timestamp,
        signature=signed.signature,
        body=signed.body,
        now=now,
        window=window,
    )
    if no:
        raise Unauthenticated(no)
    if hook is None or hook.revoked_at is not None or hook.key_id != key_id:
        raise Unauthenticated("This hook was revoked or its key was rotated; make a new one.")
    return tenant, hook


async def report(
    house: House, tenant: UUID, hook: Hook, message: str, said: Report
) -> tuple[Deployment, bool]:
    """Take a signed report in, once per message id. Returns the deployment and whether it is new."""
    actor = Actor("service", str(hook.id), f"hook {hook.name}", scopes=frozenset({SCOPE}))
    async with house.begin(tenant=tenant, environment=hook.environment, actor=actor) as work:
        id = new_id()
        taken = await Hooks(work).take(hook, message, id)
        if taken is not None:
            return await Deployments(work).get(taken), False
        deployment, new = await deployments.record(work, said, source="hook", id=id)
        if not new:
            await Hooks(work).settle(hook, message, deployment.id)
        return deployment, new


def _keys(house: House) -> KeyRing:
    return house.adapter(KeyRing)


def _name(tenant: UUID, id: UUID) -> str:
    return f"hook/{tenant}/{id}"


def _read_name(text: str) -> tuple[UUID, UUID]:
    tenant, _, id = text.partition(".")
    try:
        return UUID(tenant), UUID(id)
    except ValueError:
        raise Unauthenticated("The header companyos-hook must hold the hook's id as it was shown.") from None
