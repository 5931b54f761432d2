"""Work: one request or one reaction, and the five beats every verb is written in.

    permit → decide → keep → record → emit

Rows, audit records and outgoing events of one Work commit together; only
`app/boundary.py` and `app/transactions.py` commit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection

from .decision import Decision, Reason
from .elevation import Elevation
from .entities import EntityRef, Guarded, Resource
from .events import Envelope, Event
from .ids import new_id
from .ports.elevations import Elevations
from .problems import Conflict, Denied, NotFound, StepUpNeeded

if TYPE_CHECKING:
    from .house import House
    from .ports.ledger import Attachment

T = TypeVar("T")

MFA = "urn:companyos:mfa"
PASSWORD = "urn:companyos:password"  # noqa: S105 - the name of an authentication context, not a secret


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Roles and elevations are read from the database per Work, never from a token.

    `roles` holds those of the membership and those that an elevation adds; `elevations` are the active ones in
    this environment, and those for one act that are spent but have not run out.
    `acr` is the authentication context class of the session (RFC 9470), `auth_time` when a person last
    proved presence; both None for services and the system.
    """

    kind: Literal["person", "service", "system", "anonymous"]
    id: str
    name: str
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    acr: str | None = None
    auth_time: datetime | None = None
    elevations: tuple[Elevation, ...] = ()

    @property
    def ref(self) -> str:
        """How audit records name this actor: `person:018f…`."""
        return f"{self.kind}:{self.id}"


ANONYMOUS = Actor("anonymous", "anonymous", "anonymous")
SYSTEM = Actor("system", "companyos", "CompanyOS")


@dataclass(slots=True)
class Work:
    """One actor, tenant, environment, clock, trace and transaction.

    `db` is a connection inside a transaction that already carries the tenant for row-level security. `cause` is
    the event that a reaction reacts to, None in a request. `outbox` and `records` are written before the commit.
    `elevation` is the one that a permit of this Work stood on; `elevated` are the records of acts that needed one,
    `packs` the evidence packs that were asked for. An elevated act without a pack gets one before the commit.
    """

    house: "House"
    db: AsyncConnection
    actor: Actor
    tenant: UUID
    environment: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    request_id: str = field(default_factory=lambda: str(new_id()))
    trace_id: str = ""
    outbox: list[Envelope] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)
    refusal: Decision | None = None
    cause: Envelope | None = None
    elevation: Elevation | None = None
    elevated: dict[UUID, Elevation] = field(default_factory=dict)
    packs: list[UUID] = field(default_factory=list)

    @property
    def tenancy(self) -> Resource:
        """The Work's tenant as a Resource, for actions on no particular entity (lists, creation)."""
        return Resource(EntityRef("identity.tenant", str(self.tenant)))

    async def decide(self, action: str, on: Guarded | Resource, plan: str | None = None) -> Decision:
        """Ask policy whether the actor may do this, without acting on the answer.

        `plan` is the hash of the plan it is about; without one, an elevation for any plan counts.
        """
        resource = on if isinstance(on, Resource) else on.resource
        return await self.house.gate.decide(self, action, resource, plan=plan)

    async def permit(self, action: str, on: Guarded | Resource, plan: str = "") -> Decision:
        """Beat one. Return the permitting decision or raise.

        `plan` is the hash of the plan that is about to be carried out. A permit that stands on an elevation for
        this one act uses it up. Raises StepUpNeeded when only a fresh second factor is missing, NotFound when
        the refusal must look like absence, Conflict when the elevation is used up or void, Denied otherwise.
        The boundary records a refusal in a transaction of its own.
        """
        decision = await self.decide(action, on, plan)
        if decision.allowed:
            if decision.elevation is not None:
                self.elevation = await self.house.adapter(Elevations).use(self, decision.elevation)
            return decision
        if any(e.spent and e.fits(action, decision.resource, plan) for e in self.actor.elevations):
            sentence = "You have done this already: the elevation was for once."
            raise Conflict(sentence, reasons=[Reason("elevation_used", sentence)])
        self.refusal = decision
        remedy = next((r.remedy for r in decision.reasons if r.remedy), None)
        if remedy and remedy.kind == "step_up":
            raise StepUpNeeded(decision, acr=MFA, max_age=self.house.settings.step_up_max_age)
        if decision.hidden:
            raise NotFound()
        raise Denied(decision)

    async def visible(self, action: str) -> ColumnElement[bool]:
        """A condition for `where`: of the entities that `action` shows, the rows of those the actor may see.

        The domain's manifest says in `rows` where their attributes are. Exactly the rows are left for which
        `decide` would say yes one by one, so that pages, counts and facets are right.
        """
        return await self.house.gate.visible(self, action)

    async def record(
        self,
        action: str,
        subject: EntityRef,
        *,
        decision: Decision | None = None,
        outcome: Literal["done", "denied", "failed"] = "done",
        **detail: Any,
    ) -> UUID:
        """Beat four. Append one audit record to the tenant's ledger and return its id.

        It is written before the Work commits, together with the other records of the Work.
        `action` is an audit event id that the domain's manifest declares.
        """
        return await self.house.ledger.append(
            self, action, subject, outcome=outcome, decision=decision, detail=detail
        )

    async def evidence(self, record: UUID, *, title: str, attachments: "Mapping[str, Attachment]") -> UUID:
        """Ask for a signed pack about a risky act; returns its id. A checkpoint that covers it seals it."""
        return await self.house.ledger.pack(self, record, title=title, attachments=attachments)

    def prove_later(self, record: UUID) -> Elevation | None:
        """Take over the proof of a recorded act: whoever calls asks for its pack when what it began has ended.

        Returns the elevation that the act needed, to be kept for that pack; None when it needed none.
        """
        return self.elevated.pop(record, None)

    def emit(self, event: Event) -> None:
        """Beat five. Hand an event to the outbox; it is delivered after the commit, at least once."""
        self.outbox.append(
            Envelope(
                id=new_id(),
                tenant=self.tenant,
                environment=self.environment,
                at=self.now,
                actor=self.actor.ref,
                trace_id=self.trace_id,
                event=event,
            )
        )

    def ask(self, port: type[T]) -> T:
        """The answer to a question that another domain or spine has promised to answer."""
        return self.house.answer(port)(self)

    def settings(self, kind: type[T]) -> T:
        """The settings of one spine or domain."""
        return self.house.settings_of(kind)
