"""Service accounts and their ingest keys."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from companyos.kernel.http import check_version
from companyos.kernel.ids import new_id
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.rows import check_seen
from companyos.kernel.work import Work

from ..events import IngestKeyCreated, IngestKeyRevoked, ServiceAccountChanged, ServiceAccountCreated
from ..handles import Handle
from ..store import accounts
from ..wire import ServiceAccountChange, ServiceAccountIn
from .access import check_access

MAX_KEYS = 10
MEMBERS = ("kty", "crv", "x", "y", "kid", "use", "alg")
PLAIN = re.compile(r"[A-Za-z0-9._~:/+=-]{1,200}")
CURVES = (("EC", "P-256"), ("OKP", "Ed25519"))


async def page(work: Work, after: Sequence[Any] | None, limit: int) -> list[accounts.Account]:
    """Accounts of the tenant, one more than `limit` when there are more."""
    await work.permit("identity:service_account.list", work.tenancy)
    seen = await work.visible("identity:service_account.read")
    return await accounts.page(work.db, work.tenant, after, limit, seen)


async def one(work: Work, account_id: UUID) -> accounts.Account:
    """One account."""
    await check_seen(work, "identity.service_account", account_id)
    account = await accounts.get(work.db, work.tenant, account_id)
    await work.permit("identity:service_account.read", account)
    return account


async def create(work: Work, body: ServiceAccountIn) -> accounts.Account:
    """Make a service account."""
    decision = await work.permit("identity:service_account.create", work.tenancy)
    await check_access(work, body.roles, body.environments, need_roles=False)
    jwks = public_keys(body.jwks)
    if await accounts.named(work.db, work.tenant, body.name) is not None:
        raise Conflict(f"There is a service account {body.name} already; choose another name.")
    account = accounts.Account(
        work.tenant,
        new_id(),
        body.name,
        tuple(body.roles),
        tuple(body.environments),
        jwks,
        "active",
        1,
        work.now,
    )
    await accounts.add(work.db, account)
    await work.record(
        "identity.service_account.created",
        account.ref,
        decision=decision,
        name=account.name,
        roles=list(account.roles),
        environments=list(account.environments),
    )
    work.emit(ServiceAccountCreated(account=account.id, title=account.name, roles=account.roles))
    return account


async def change(
    work: Work, account_id: UUID, body: ServiceAccountChange, if_match: str | None
) -> accounts.Account:
    """Change roles, environments, keys or status; a disabled account's tokens and keys stop working."""
    account = await accounts.get(work.db, work.tenant, account_id)
    decision = await work.permit("identity:service_account.update", account)
    check_version(if_match, account.version)
    await check_access(work, body.roles, body.environments, need_roles=False)
    changed = body.model_dump(exclude_none=True)
    if body.jwks is not None:
        changed["jwks"] = public_keys(body.jwks)
    if changed:
        await accounts.change(work.db, work.tenant, account.id, **changed)
        await work.record(
            "identity.service_account.changed", account.ref, decision=decision, changed=sorted(changed)
        )
        status = body.status or account.status
        work.emit(ServiceAccountChanged(account=account.id, title=account.name, status=status))
    return await accounts.get(work.db, work.tenant, account_id)


async def create_key(work: Work, account_id: UUID, environment: str) -> tuple[accounts.IngestKey, str]:
    """Make an ingest key; the second value is the key itself, which is not kept."""
    account = await accounts.get(work.db, work.tenant, account_id)
    decision = await work.permit("identity:service_account.update", account)
    if environment not in account.environments:
        known = ", ".join(account.environments)
        raise Invalid.at("/environment", "The account has no access there.", f"Use one of {known}.")
    if len(await accounts.keys_of(work.db, work.tenant, [account.id])) >= MAX_KEYS:
        raise Conflict(f"An account has at most {MAX_KEYS} keys; delete one that is not used any more.")
    handle = Handle.new(work.tenant)
    key = accounts.IngestKey(work.tenant, new_id(), account.id, environment, handle.hash, work.now, None)
    await accounts.add_key(work.db, key)
    await work.record(
        "identity.ingest_key.created",
        account.ref,
        decision=decision,
        key=str(key.id),
        environment=environment,
    )
    work.emit(IngestKeyCreated(account=account.id, key=key.id, environment=environment))
    return key, handle.as_ingest_key


async def revoke_key(work: Work, account_id: UUID, key_id: UUID) -> None:
    """End a key; senders that hold it are refused within five seconds."""
    account = await accounts.get(work.db, work.tenant, account_id)
    decision = await work.permit("identity:service_account.update", account)
    if not await accounts.revoke_key(work.db, work.tenant, account.id, key_id, work.now):
        raise NotFound()
    await work.record("identity.ingest_key.revoked", account.ref, decision=decision, key=str(key_id))
    work.emit(IngestKeyRevoked(account=account.id, key=key_id))


def public_keys(jwks: dict[str, Any]) -> dict[str, Any]:
    """The set with nothing but public keys for ES256 or EdDSA in it. Raises Invalid for anything else."""
    keys = jwks.get("keys")
    if not isinstance(keys, list) or len(keys) > MAX_KEYS or set(jwks) != {"keys"}:
        raise Invalid.at("/jwks", f"jwks is an object with up to {MAX_KEYS} keys.", '{"keys": [...]}')
    kept = [_public_key(key, f"/jwks/keys/{i}") for i, key in enumerate(keys)]
    try:
        if kept:
            KeySet.import_key_set({"keys": kept})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Invalid.at("/jwks", "A key cannot be read.", "Write it as in RFC 7517.") from error
    return {"keys": kept}


def _public_key(key: Any, where: str) -> dict[str, Any]:
    if not isinstance(key, dict) or (key.get("kty"), key.get("crv")) not in CURVES:
        raise Invalid.at(where, "The key is for neither ES256 nor EdDSA.", "Use P-256 or Ed25519.")
    if "d" in key:
        raise Invalid.at(where, "This is a private key.", "Send the public half and make a new key.")
    kept = {name: key[name] for name in MEMBERS if name in key}
    for name, value in kept.items():
        if not isinstance(value, str) or not PLAIN.fullmatch(value):
            raise Invalid.at(f"{where}/{name}", "This is no value of a key.", "Write it as in RFC 7517.")
    return kept
