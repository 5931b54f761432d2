"""Events of a signed-in person: who, where and with which consent is what the house knows, not what is sent."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from companyos.kernel.work import Work
from companyos.spines.data.service.consenting import given_scopes
from companyos.spines.identity.public import own_tenant

from ..rules.envelope import Envelope, Unfit, Verdict, read
from ..rules.judging import Owner, zone_of
from .analytics import analytics_of

PRODUCER = "console"
"""What sent the events of people who are signed in, in the place of a service account's name."""
KNOWN_HERE = frozenset({"user_id", "user_role", "consent_scope", "region"})
"""Fields that this house knows better than any sender."""
_encode = msgspec.json.Encoder().encode


async def send(work: Work, events: Sequence[dict[str, Any]]) -> list[Verdict]:
    """A verdict for each event, in their order; what is accepted is durable when this returns.

    `events` are envelopes as JSON objects. Consent is the person's own as it stands now. Without any, an event is
    refused where its schema asks for one, and otherwise leads to nobody. Raises what `Intake.accept` raises.
    """
    await work.permit("analytics:event.send", on=work.tenancy)
    person = UUID(work.actor.id) if work.actor.kind == "person" else None
    scopes = await given_scopes(work, person) if person else ()
    region = (await own_tenant(work)).region
    told = [_read(event) for event in events]
    for one in told:
        if isinstance(one, Envelope):
            one.consent_scope, one.region = list(scopes), region
            one.user_id = str(person) if scopes else ""
            one.user_role = role_of(work) if scopes else ""
            if not scopes:
                one.session_id = one.anonymous_id = ""
    owner = Owner(work.tenant, work.environment, PRODUCER, zone_of(region))
    return await analytics_of(work.house).intake.accept(owner, told)


def role_of(work: Work) -> str:
    """The role in which somebody acts: of several, the one that may do most."""
    return next((name for name in reversed(list(work.house.gate.roles)) if name in work.actor.roles), "")


def _read(event: dict[str, Any]) -> Envelope | Unfit:
    return read(_encode({name: value for name, value in event.items() if name not in KNOWN_HERE}))
