"""Consent of the people who use the console: given and withdrawn by themselves, and by nobody else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from companyos.kernel.problems import NotFound
from companyos.kernel.work import Work

from ..public.events import ConsentGiven, ConsentWithdrawn
from ..registry import registry_of
from ..store.consents import Choice, Consents, OfPerson


@dataclass(frozen=True, slots=True)
class Answer:
    """How a person answered about a scope; `given` is None until they were asked."""

    scope: str
    given: bool | None
    since: datetime | None


def scopes_of(work: Work) -> tuple[str, ...]:
    """The scopes that CompanyOS's own events ask for, in the order of their names."""
    newest = (versions[max(versions)] for versions in registry_of(work.house).builtin.values())
    return tuple(sorted({schema.consent for schema in newest if schema.consent}))


async def own_consents(work: Work) -> list[Answer]:
    """What the actor agreed to, of everything that there is to agree to."""
    mine = _own(work)
    await work.permit("data:consent.read", on=mine)
    chosen = await Consents(work).of(mine.person) if mine.person else {}
    return [_answer(scope, chosen.get(scope)) for scope in scopes_of(work)]


async def choose(work: Work, scope: str, *, given: bool) -> Answer:
    """Give consent or withdraw it; the same choice again changes nothing. Raises NotFound for another scope.

    A first no is kept and recorded like a withdrawal: it is an answer, and nobody asks again.
    """
    mine = _own(work)
    action = "data:consent.give" if given else "data:consent.withdraw"
    decision = await work.permit(action, on=mine)
    if scope not in scopes_of(work) or mine.person is None:
        raise NotFound()
    store = Consents(work)
    before = (await store.of(mine.person, lock=True)).get(scope)
    if before is not None and before.given == given:
        return _answer(scope, before)
    after = Choice(mine.person, scope, given, given or bool(before and before.once), work.now)
    await store.put(after)
    await work.record(
        "data.consent.given" if given else "data.consent.withdrawn", mine.ref, decision=decision, scope=scope
    )
    person = str(mine.person)
    work.emit(ConsentGiven(person, scope) if given else ConsentWithdrawn(person, scope))
    return _answer(scope, after)


async def given_scopes(work: Work, person: UUID) -> tuple[str, ...]:
    """The scopes that a person of the Work's tenant consents to at this moment."""
    chosen = await Consents(work).of(person)
    return tuple(sorted(scope for scope, choice in chosen.items() if choice.given))


def _own(work: Work) -> OfPerson:
    return OfPerson(UUID(work.actor.id) if work.actor.kind == "person" else None)


def _answer(scope: str, choice: Choice | None) -> Answer:
    return Answer(scope, choice.given if choice else None, choice.since if choice else None)
