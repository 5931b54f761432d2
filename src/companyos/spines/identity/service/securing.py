"""What is done when something was stolen: end a member's sign-ins, rotate a program's keys, turn the issuer's key."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from companyos.kernel.ids import new_id
from companyos.kernel.problems import Conflict, Invalid, NotFound
from companyos.kernel.work import Work

from ..events import IngestKeyCreated, IngestKeyRevoked, PersonSignedOut
from ..handles import Handle
from ..identity import identity_of
from ..settings import IdentitySettings
from ..store import accounts, grants, people, tenants

PURPOSE = "identity.ingest_key"


async def sign_out(work: Work, person_id: UUID) -> int:
    """End every sign-in of a member to this tenant; returns how many there were. They may sign in again."""
    member = await people.member(work.db, work.tenant, person_id)
    decision = await work.permit("identity:person.sign_out", member)
    ended = await grants.revoke_of_person(work.db, work.tenant, member.id, work.now)
    await work.record("identity.person.signed_out", member.ref, decision=decision, sign_ins_ended=ended)
    work.emit(PersonSignedOut(person=member.id, title=member.name, sign_ins=ended))
    return ended


@dataclass(frozen=True, slots=True)
class Rotated:
    """The keys that took the place of others, oldest first, and how many ended."""

    keys: tuple[accounts.IngestKey, ...]
    ended: int


async def rotate(work: Work, account_id: UUID, *, key: str = "") -> Rotated:
    """End every ingest key of an account and make one for each environment that had one; once per `key`.

    The new keys wait, sealed, until somebody who may collects each, once. Raises Conflict when there is none to rotate.
    """
    account = await accounts.get(work.db, work.tenant, account_id)
    decision = await work.permit("identity:service_account.rotate", account)
    living = await accounts.keys_of(work.db, work.tenant, [account.id])
    key = key or str(new_id())
    ids = {environment: _id_of(key, environment) for environment in {one.environment for one in living}}
    made = tuple(one for one in living if one.id == ids[one.environment])
    if made:  # the same command came before
        return Rotated(made, 0)
    if not living:
        raise Conflict(f"{account.name} has no key to rotate; make one instead.")
    for old in living:
        await accounts.revoke_key(work.db, work.tenant, account.id, old.id, work.now)
        work.emit(IngestKeyRevoked(account=account.id, key=old.id))
    new = []
    for environment, id in sorted(ids.items()):
        handle = Handle.new(work.tenant)
        sealed = await identity_of(work.house).seal.close(PURPOSE, handle.as_ingest_key.encode())
        one = accounts.IngestKey(
            work.tenant, id, account.id, environment, handle.hash, work.now, None, sealed
        )
        await accounts.add_key(work.db, one)
        work.emit(IngestKeyCreated(account=account.id, key=id, environment=environment))
        new.append(one)
    await work.record(
        "identity.ingest_key.rotated",
        account.ref,
        decision=decision,
        ended=[str(old.id) for old in living],
        made=[str(one.id) for one in new],
    )
    return Rotated(tuple(new), len(living))


async def collect(work: Work, account_id: UUID, key_id: UUID) -> tuple[accounts.IngestKey, str]:
    """The key that a rotation made, once. Raises NotFound, and Conflict when it was collected before."""
    account = await accounts.get(work.db, work.tenant, account_id)
    decision = await work.permit("identity:service_account.collect", account)
    living = await accounts.keys_of(work.db, work.tenant, [account.id])
    found = next((one for one in living if one.id == key_id), None)
    if found is None:
        raise NotFound()
    sealed = await accounts.take_sealed(work.db, work.tenant, account.id, key_id)
    if sealed is None:
        raise Conflict("This key was shown already; make another, or rotate again.")
    await work.record("identity.ingest_key.collected", account.ref, decision=decision, key=str(key_id))
    return found, (await identity_of(work.house).seal.open(PURPOSE, sealed)).decode()


async def turn_issuer(work: Work) -> str:
    """Turn the issuer to its next signing key and return its id; tokens of the last stay good until they end.

    The issuer belongs to no tenant: only the tenant that a setting names may do it. Raises Invalid elsewhere.
    """
    await check_runs_installation(work)
    decision = await work.permit("identity:issuer.turn_key", on=work.tenancy)
    kid = await identity_of(work.house).signing.turn(work.now)
    await work.record("identity.issuer.turned", work.tenancy.ref, decision=decision, kid=kid)
    return kid


async def check_runs_installation(work: Work) -> None:
    """Raise Invalid unless the Work's tenant is the one whose administrators act on the installation itself."""
    runs = work.settings(IdentitySettings).operator_tenant
    if (await tenants.by_id(work.db, work.tenant)).slug != runs:
        raise Invalid(
            f"Only the tenant {runs} acts on the installation itself; COMPANYOS_IDENTITY_OPERATOR_TENANT says which."
        )


def _id_of(key: str, environment: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"companyos:ingest-key:{key}:{environment}")
