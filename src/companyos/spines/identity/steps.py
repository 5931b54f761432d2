"""What plans can do with identity: lock an account, end sign-ins, rotate keys, turn the issuer's key."""

from uuid import UUID

from companyos.kernel.problems import Conflict, NotFound
from companyos.kernel.steps import Effect, Inputs, Irreversible, Need, Outcome, StepCall, StepType, Verdict
from companyos.kernel.work import Work

from .identity import identity_of
from .service import people as person_verbs
from .service import securing
from .store import accounts, grants, people
from .wire import PersonChange


class OfPerson(Inputs, frozen=True):
    """A member, by the email address that they sign in with."""

    person: str


class OfAccount(Inputs, frozen=True):
    """A service account, by its name."""

    account: str


async def _member(work: Work, email: str) -> people.Member:
    found = await people.by_email(work.db, email)
    if found is None:
        raise NotFound(f"There is no member {email}.")
    return await people.member(work.db, work.tenant, found.id)


async def plan_lock(work: Work, call: StepCall) -> Effect:
    """Who would be locked out, and how many sign-ins would end."""
    member = await _member(work, call.inputs.person)
    living = await grants.of_person(work.db, work.tenant, member.id, work.now)
    locked = member.status == "locked"
    sentence = f"Lock {call.inputs.person} out of this tenant and end their {_many(len(living), 'sign-in')}."
    return Effect(
        sentence=f"{call.inputs.person} is locked out already and stays so." if locked else sentence,
        on=(member.ref,),
        needs=(Need("identity:person.lock", member),),
        detail={"person": str(member.id), "status": member.status},
        undo="They stay locked out, as before." if locked else "Let them in again; they sign in anew.",
    )


async def lock(work: Work, call: StepCall) -> Outcome:
    """Lock them out; who is locked out already stays so."""
    person = UUID(call.planned["person"])
    await person_verbs.change(work, person, PersonChange(status="locked"), None)
    return Outcome("They are locked out and their sign-ins have ended.", {"person": str(person)})


async def verify_lock(work: Work, call: StepCall, _: Outcome | None) -> Verdict:
    """Whether they are locked out, without a living sign-in."""
    member = await people.member(work.db, work.tenant, UUID(call.planned["person"]))
    living = await grants.of_person(work.db, work.tenant, member.id, work.now)
    if member.status != "locked":
        return Verdict("absent", "They are not locked out.")
    if living:
        return Verdict("failed", f"They still have {_many(len(living), 'sign-in')}.")
    return Verdict("done", "They are locked out, without a sign-in.")


async def unlock(work: Work, call: StepCall, _: Outcome) -> Outcome:
    """Let them in again, if they were in before."""
    if call.planned["status"] == "locked":
        return Outcome("They stay locked out, as before.")
    await person_verbs.change(work, UUID(call.planned["person"]), PersonChange(status="active"), None)
    return Outcome("They may sign in again.")


async def plan_sign_out(work: Work, call: StepCall) -> Effect:
    """Whose sign-ins would end."""
    member = await _member(work, call.inputs.person)
    return Effect(
        sentence=f"End every sign-in of {call.inputs.person} to this tenant.",
        on=(member.ref,),
        needs=(Need("identity:person.sign_out", member),),
        detail={"person": str(member.id)},
    )


async def sign_out(work: Work, call: StepCall) -> Outcome:
    """End them."""
    ended = await securing.sign_out(work, UUID(call.planned["person"]))
    return Outcome(f"{_many(ended, 'sign-in')} ended.", {"ended": ended})


async def verify_sign_out(work: Work, call: StepCall, outcome: Outcome | None) -> Verdict:
    """Whether none is left of those that were there; whoever may sign in can have done so since."""
    living = await grants.of_person(work.db, work.tenant, UUID(call.planned["person"]), work.now)
    if not living:
        return Verdict("done", "No sign-in is left.")
    if outcome is not None:
        return Verdict("done", f"The sign-ins ended; {_many(len(living), 'sign-in')} began since.")
    return Verdict("absent", f"{_many(len(living), 'sign-in')} left.")


async def plan_rotate(work: Work, call: StepCall) -> Effect:
    """Which keys would end."""
    account = await _account(work, call.inputs.account)
    living = await accounts.keys_of(work.db, work.tenant, [account.id])
    if not living:
        raise Conflict(f"{account.name} has no key to rotate; make one instead.")
    places = sorted({one.environment for one in living})
    return Effect(
        sentence=f"End {_many(len(living), 'ingest key')} of {account.name} and make a new one for "
        f"{', '.join(places)}; an administrator collects it, once. Until then what it sends is refused.",
        on=(account.ref,),
        needs=(Need("identity:service_account.rotate", account),),
        detail={"account": str(account.id), "keys": sorted(str(one.id) for one in living)},
    )


async def rotate(work: Work, call: StepCall) -> Outcome:
    """Rotate once."""
    rotated = await securing.rotate(work, UUID(call.planned["account"]), key=call.key)
    made = [str(one.id) for one in rotated.keys]
    return Outcome(f"{_many(len(made), 'new key')} made; collect it at the service account.", {"keys": made})


async def verify_rotate(work: Work, call: StepCall, _: Outcome | None) -> Verdict:
    """Whether none of the old keys lives."""
    living = await accounts.keys_of(work.db, work.tenant, [UUID(call.planned["account"])])
    old = {str(one.id) for one in living} & set(call.planned["keys"])
    if old:
        return Verdict("absent", f"{_many(len(old), 'old key')} still good.")
    return Verdict("done", f"The old keys ended; {_many(len(living), 'key')} good.")


async def plan_turn(work: Work, call: StepCall) -> Effect:
    """Which key signs now."""
    await securing.check_runs_installation(work)
    return Effect(
        sentence="Sign every new token with the issuer's next key; tokens of the last one stay good until they end.",
        on=(work.tenancy.ref,),
        needs=(Need("identity:issuer.turn_key", work.tenancy),),
        detail={"turned_at": await _turned_at(work)},
    )


async def turn(work: Work, call: StepCall) -> Outcome:
    """Turn, unless it has turned since the plan was made."""
    if await _turned_at(work) != call.planned["turned_at"]:
        return Outcome("The issuer has turned already.")
    return Outcome("The issuer signs with its next key.", {"kid": await securing.turn_issuer(work)})


async def verify_turn(work: Work, call: StepCall, _: Outcome | None) -> Verdict:
    """Whether another key signs than when the plan was made."""
    if await _turned_at(work) == call.planned["turned_at"]:
        return Verdict("absent", "The issuer still signs with the key of before.")
    return Verdict("done", "The issuer signs with another key than before.")


async def _turned_at(work: Work) -> str:
    """Since when the issuer's current key signs."""
    return (await identity_of(work.house).signing.turned_at()).isoformat()


async def _account(work: Work, name: str) -> accounts.Account:
    account = await accounts.named(work.db, work.tenant, name)
    if account is None:
        raise NotFound(f"There is no service account {name}.")
    return account


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


TYPES = (
    StepType(
        name="identity.lock_account",
        title="Lock a member out",
        takes=OfPerson,
        plan=plan_lock,
        apply=lock,
        verify=verify_lock,
        undo=unlock,
        gives=("person",),
    ),
    StepType(
        name="identity.revoke_sessions",
        title="End a member's sign-ins",
        takes=OfPerson,
        plan=plan_sign_out,
        apply=sign_out,
        verify=verify_sign_out,
        undo=Irreversible("An ended sign-in cannot begin again; they sign in anew."),
        gives=("ended",),
    ),
    StepType(
        name="identity.rotate_keys",
        title="Rotate a service account's ingest keys",
        takes=OfAccount,
        plan=plan_rotate,
        apply=rotate,
        verify=verify_rotate,
        undo=Irreversible("A key that ended stays ended, lest whoever stole it gets it back."),
        gives=("keys",),
    ),
    StepType(
        name="identity.turn_signing_key",
        title="Turn the issuer's signing key",
        plan=plan_turn,
        apply=turn,
        verify=verify_turn,
        undo=Irreversible("A key that was turned away from does not sign again; turn once more instead."),
        gives=("kid",),
        outside=True,
        repeatable=True,
    ),
)
