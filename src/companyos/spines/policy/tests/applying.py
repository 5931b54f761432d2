"""For tests of policy sets: two administrators who propose, approve and apply, as people do over HTTP."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import httpx

from companyos.spines.policy.gate import PolicyGate
from companyos.testing.world import Client, World


def forbid(action: str, id_: str = "frozen", condition: str = "") -> str:
    """A policy of a tenant's own that forbids one action."""
    return (
        f'@id("tenant.{id_}")\n@reason("It is frozen.")\n@remedy("wait")\n'
        f'forbid (principal, action == CompanyOS::Action::"{action}", resource){condition};\n'
    )


@dataclass(slots=True)
class Administrators:
    """Two of one tenant: Alice proposes and applies, Bob approves."""

    world: World
    alice: Client
    bob: Client

    async def propose(self, text: str | None = None, **more: Any) -> dict[str, Any]:
        body = {"why": "To test", **({} if text is None else {"text": text}), **more}
        answer = await self.alice.post("/policies/proposals", body)
        assert answer.status_code == 201, answer.text
        return cast(dict[str, Any], answer.json())

    async def approve(self, proposal: dict[str, Any]) -> None:
        """Alice asks to apply it, Bob says yes to exactly that."""
        act = {"action": "policy:set.apply", "type": "policy.proposal", "id": proposal["id"]}
        asked = await self.alice.post("/elevations", {"kind": "act", **act, "minutes": 10, "reason": "Test"})
        assert asked.status_code == 201, asked.text
        id_ = asked.json()["id"]
        approval = {"action": "identity:elevation.approve", "type": "identity.elevation", "id": id_}
        shown = await self.bob.post("/preflights", approval)
        assert shown.status_code == 200, shown.text
        said = {"plan_hash": shown.json()["preview"]["hash"]}
        yes = await self.bob.post(f"/elevations/{id_}/approve", said)
        assert yes.status_code == 200, yes.text

    async def apply(self, proposal: dict[str, Any], by: Client | None = None) -> httpx.Response:
        body = {"reason": "Test", "plan_hash": proposal["hash"]}
        answer = await (by or self.alice).post(f"/policies/proposals/{proposal['id']}/apply", body)
        gate = cast(PolicyGate, self.world.house.gate)
        assert gate.effective is not None
        gate.effective._known.pop(self.alice.tenant, None)  # a test does not wait half a second
        return answer

    async def put_in_force(self, text: str | None = None, **more: Any) -> dict[str, Any]:
        """All of it, and the proposal that was applied."""
        made = await self.propose(text, **more)
        await self.approve(made)
        answer = await self.apply(made)
        assert answer.status_code == 200, answer.text
        return {**made, **cast(dict[str, Any], answer.json())}


async def administrators(world: World, tenant: str = "home") -> Administrators:
    alice = await world.person("tenant_admin", tenant=tenant, name="Alice", mfa_ago=timedelta(0))
    bob = await world.person("platform_engineer", tenant=tenant, name="Bob", mfa_ago=timedelta(0))
    return Administrators(world, alice, bob)
