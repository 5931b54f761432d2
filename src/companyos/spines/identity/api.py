"""HTTP of identity: who am I, tenants, people, roles, service accounts, own sign-ins."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from companyos.kernel.http import IfMatch, SliceDep, WorkDep, say_once, set_etag
from companyos.kernel.work import Work

from .clients import public_client, service_client_id
from .elevations import api as elevations
from .service import accounts as account_verbs
from .service import me as own
from .service import people as people_verbs
from .service import securing
from .service import sessions as session_verbs
from .service import tenants as tenant_verbs
from .store import accounts
from .verification import claims_of
from .wire import (
    IngestKeyIn,
    IngestKeyOut,
    InvitedOut,
    InviteIn,
    MeOut,
    NewIngestKeyOut,
    PeopleOut,
    PersonChange,
    PersonOut,
    RoleOut,
    RolesOut,
    ServiceAccountChange,
    ServiceAccountIn,
    ServiceAccountOut,
    ServiceAccountsOut,
    SessionOut,
    SessionsOut,
    SignedOutOut,
    TenantChange,
    TenantOut,
    TenantsOut,
)

router = APIRouter(tags=["identity"])
router.include_router(elevations.router)


@router.get("/me")
async def me(work: WorkDep) -> MeOut:
    """Who you are, where you are, and where else you belong."""
    return await own.me(work)


@router.get("/tenants")
async def list_tenants(work: WorkDep) -> TenantsOut:
    """The tenants that you are a member of."""
    return TenantsOut(items=await tenant_verbs.known(work))


@router.get("/tenants/{slug}")
async def get_tenant(work: WorkDep, slug: str, response: Response) -> TenantOut:
    """One tenant that you are a member of."""
    tenant, version = await tenant_verbs.one(work, slug)
    set_etag(response, version)
    return tenant


@router.patch("/tenants/{slug}")
async def change_tenant(
    work: WorkDep, slug: str, body: TenantChange, response: Response, if_match: IfMatch
) -> TenantOut:
    """Rename the tenant that your token holds for."""
    tenant, version = await tenant_verbs.rename(work, slug, body.name, if_match)
    set_etag(response, version)
    return tenant


@router.get("/people")
async def list_people(work: WorkDep, slice: SliceDep) -> PeopleOut:
    """The tenant's members in order of name."""
    found = await people_verbs.page(work, slice.start(_plain, UUID), slice.limit)
    rows, next_ = slice.page(found, lambda member: (member.name, member.id))
    return PeopleOut(items=[PersonOut.model_validate(row) for row in rows], next=next_)


@router.post("/people", status_code=201)
async def invite_person(work: WorkDep, body: InviteIn, response: Response) -> InvitedOut:
    """Invite a person; the answer holds a one-time code for them, which cannot be read again."""
    member, code, expires_at = await people_verbs.invite(work, body)
    set_etag(response, member.version)
    say_once(response)
    url = f"{work.house.public_url}/sign-in/first"
    return InvitedOut(person=PersonOut.model_validate(member), url=url, code=code, expires_at=expires_at)


@router.get("/people/{id}")
async def get_person(work: WorkDep, id: UUID, response: Response) -> PersonOut:
    """One member."""
    member = await people_verbs.one(work, id)
    set_etag(response, member.version)
    return PersonOut.model_validate(member)


@router.patch("/people/{id}")
async def change_person(
    work: WorkDep, id: UUID, body: PersonChange, response: Response, if_match: IfMatch
) -> PersonOut:
    """Change a member's roles and environments, lock or unlock them."""
    member = await people_verbs.change(work, id, body, if_match)
    set_etag(response, member.version)
    return PersonOut.model_validate(member)


@router.post("/people/{id}/sign-out")
async def sign_person_out(work: WorkDep, id: UUID) -> SignedOutOut:
    """End every sign-in of a member to this tenant; they may sign in again unless they are locked."""
    return SignedOutOut(ended=await securing.sign_out(work, id))


@router.get("/roles")
async def list_roles(work: WorkDep) -> RolesOut:
    """The roles that members and service accounts can have."""
    await work.permit("identity:role.list", work.tenancy)
    known = work.house.gate.roles
    return RolesOut(items=[RoleOut(name=name, title=title) for name, title in known.items()])


@router.get("/service-accounts")
async def list_service_accounts(work: WorkDep, slice: SliceDep) -> ServiceAccountsOut:
    """The programs that may act in the tenant, in order of name."""
    found = await account_verbs.page(work, slice.start(_plain, UUID), slice.limit)
    rows, next_ = slice.page(found, lambda account: (account.name, account.id))
    return ServiceAccountsOut(items=await _described(work, rows), next=next_)


@router.post("/service-accounts", status_code=201)
async def create_service_account(
    work: WorkDep, body: ServiceAccountIn, response: Response
) -> ServiceAccountOut:
    """Make a service account."""
    return await _account(work, await account_verbs.create(work, body), response)


@router.get("/service-accounts/{id}")
async def get_service_account(work: WorkDep, id: UUID, response: Response) -> ServiceAccountOut:
    """One service account."""
    return await _account(work, await account_verbs.one(work, id), response)


@router.patch("/service-accounts/{id}")
async def change_service_account(
    work: WorkDep, id: UUID, body: ServiceAccountChange, response: Response, if_match: IfMatch
) -> ServiceAccountOut:
    """Change a service account, or disable it."""
    return await _account(work, await account_verbs.change(work, id, body, if_match), response)


@router.post("/service-accounts/{id}/keys", status_code=201)
async def create_ingest_key(
    work: WorkDep, id: UUID, body: IngestKeyIn, response: Response
) -> NewIngestKeyOut:
    """Make a key for sending telemetry; it cannot be read again."""
    key, secret = await account_verbs.create_key(work, id, body.environment)
    say_once(response)
    return NewIngestKeyOut(id=key.id, environment=key.environment, created_at=key.created_at, key=secret)


@router.post("/service-accounts/{id}/rotation", status_code=201)
async def rotate_ingest_keys(work: WorkDep, id: UUID) -> ServiceAccountOut:
    """End every ingest key of an account and make new ones, which wait to be collected."""
    await securing.rotate(work, id)
    return (await _described(work, [await account_verbs.one(work, id)]))[0]


@router.post("/service-accounts/{id}/keys/{key}/collection", status_code=201)
async def collect_ingest_key(work: WorkDep, id: UUID, key: UUID, response: Response) -> NewIngestKeyOut:
    """The key that a rotation made; it cannot be read again."""
    found, secret = await securing.collect(work, id, key)
    say_once(response)
    return NewIngestKeyOut(
        id=found.id, environment=found.environment, created_at=found.created_at, key=secret
    )


@router.delete("/service-accounts/{id}/keys/{key}", status_code=204)
async def revoke_ingest_key(work: WorkDep, id: UUID, key: UUID) -> None:
    """End a key."""
    await account_verbs.revoke_key(work, id, key)


@router.get("/sessions")
async def list_sessions(work: WorkDep, request: Request) -> SessionsOut:
    """Your sign-ins to this tenant, the last used first."""
    token = request.headers["authorization"].partition(" ")[2]  # it was verified when the Work was opened
    current = str(claims_of(token).get("grant"))
    found = await session_verbs.own(work)
    return SessionsOut(
        items=[
            SessionOut(
                id=grant.id,
                client=client.name
                if (client := public_client(work.house, grant.client_id))
                else grant.client_id,
                device=grant.device,
                acr=grant.acr,
                created_at=grant.created_at,
                used_at=grant.used_at,
                current=str(grant.id) == current,
            )
            for grant in found
        ]
    )


@router.delete("/sessions/{id}", status_code=204)
async def end_session(work: WorkDep, id: UUID) -> None:
    """End one of your sign-ins, wherever it reaches."""
    await session_verbs.end(work, id)


def _plain(text: str) -> str:
    if "\x00" in text:
        raise ValueError("PostgreSQL keeps no NUL")
    return text


async def _account(work: Work, account: accounts.Account, response: Response) -> ServiceAccountOut:
    set_etag(response, account.version)
    return (await _described(work, [account]))[0]


async def _described(work: Work, found: list[accounts.Account]) -> list[ServiceAccountOut]:
    ids = [account.id for account in found]
    used: dict[UUID, datetime] = await accounts.last_used(work.db, work.tenant, ids)
    keys = await accounts.keys_of(work.db, work.tenant, ids)
    return [
        ServiceAccountOut(
            id=account.id,
            name=account.name,
            client_id=service_client_id(account.tenant_id, account.id),
            roles=list(account.roles),
            environments=list(account.environments),
            status=account.status,
            keys=[IngestKeyOut.model_validate(key) for key in keys if key.account_id == account.id],
            jwks=account.jwks,
            created_at=account.created_at,
            last_used_at=used.get(account.id),
        )
        for account in found
    ]
