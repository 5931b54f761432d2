"""Inviting people, changing what they are, locking them out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from companyos.kernel.http import check_version
from companyos.kernel.problems import Conflict
from companyos.kernel.rows import check_seen
from companyos.kernel.work import Work

from ..events import PersonChanged, PersonInvited, PersonLocked, PersonUnlocked
from ..store import grants, people
from ..wire import InviteIn, PersonChange
from .access import check_access
from .invitation import invitation_for


async def page(work: Work, after: Sequence[Any] | None, limit: int) -> list[people.Member]:
    """Members of the tenant, one more than `limit` when there are more."""
    await work.permit("identity:person.list", work.tenancy)
    seen = await work.visible("identity:person.read")
    return await people.members(work.db, work.tenant, after, limit, seen)


async def one(work: Work, person_id: UUID) -> people.Member:
    """One member."""
    await check_seen(work, "identity.person", person_id)
    member = await people.member(work.db, work.tenant, person_id)
    await work.permit("identity:person.read", member)
    return member


async def invite(work: Work, body: InviteIn) -> tuple[people.Member, str, datetime]:
    """Make somebody a member; returns the member, the one-time code and when it expires.

    Whoever has an account already keeps its name and password; the code then does nothing. The answer is the
    same in either case, so that nobody learns who has one.
    """
    decision = await work.permit("identity:person.invite", work.tenancy)
    await check_access(work, body.roles, body.environments)
    person = await people.by_email(work.db, body.email)
    if person is None:
        person = people.new(body.email, body.name, work.now)
        await people.add(work.db, person)
    elif await people.has_membership(work.db, work.tenant, person.id):
        raise Conflict(f"{person.email} is a member already; change their roles instead.")
    await people.put_membership(
        work.db, work.tenant, person.id, body.name, body.roles, body.environments, work.now
    )
    code, expires_at = await invitation_for(work, person.id)
    member = await people.member(work.db, work.tenant, person.id)
    await work.record(
        "identity.person.invited",
        member.ref,
        decision=decision,
        roles=list(member.roles),
        environments=list(member.environments),
    )
    work.emit(
        PersonInvited(
            person=member.id, title=member.name, roles=member.roles, environments=member.environments
        )
    )
    return member, code, expires_at


async def change(work: Work, person_id: UUID, body: PersonChange, if_match: str | None) -> people.Member:
    """Change roles, environments or status of a member."""
    member = await people.member(work.db, work.tenant, person_id)
    given = body.roles is not None or body.environments is not None
    turned = body.status is not None and body.status != member.status
    if not given and not turned:  # then it is only a look at them
        await work.permit("identity:person.read", member)
        check_version(if_match, member.version)
        return member
    if given:
        await _change_access(work, member, body, if_match)
    if body.status is not None and turned:
        await _change_status(work, member, body.status, None if given else if_match)
    return await people.member(work.db, work.tenant, person_id)


async def _change_access(work: Work, member: people.Member, body: PersonChange, if_match: str | None) -> None:
    decision = await work.permit("identity:person.update", member)
    check_version(if_match, member.version)
    await check_access(work, body.roles, body.environments)
    roles = tuple(body.roles) if body.roles is not None else member.roles
    environments = tuple(body.environments) if body.environments is not None else member.environments
    await people.change_membership(
        work.db, work.tenant, member.id, roles=list(roles), environments=list(environments)
    )
    await work.record(
        "identity.person.changed",
        member.ref,
        decision=decision,
        old={"roles": list(member.roles), "environments": list(member.environments)},
        new={"roles": list(roles), "environments": list(environments)},
    )
    work.emit(PersonChanged(person=member.id, title=member.name, roles=roles, environments=environments))


async def _change_status(work: Work, member: people.Member, status: str, if_match: str | None) -> None:
    """Locking ends every sign-in of the member in this tenant; tokens stop working with the next request."""
    decision = await work.permit("identity:person.lock", member)
    check_version(if_match, member.version)
    await people.change_membership(work.db, work.tenant, member.id, status=status)
    if status == "locked":
        ended = await grants.revoke_of_person(work.db, work.tenant, member.id, work.now)
        await work.record("identity.person.locked", member.ref, decision=decision, sign_ins_ended=ended)
        work.emit(PersonLocked(person=member.id, title=member.name))
    else:
        await work.record("identity.person.unlocked", member.ref, decision=decision)
        work.emit(PersonUnlocked(person=member.id, title=member.name))
