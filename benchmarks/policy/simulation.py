"""How long does it take to try a proposal on 1,000 recorded decisions, in a house of 137 policies?

Two proposals: one that forbids a single action, and one that has a say in every action, the worst case. Peer in the
same run: Cedar asked with text for each decision and both sets, as a script beside a policy file would (measured on
some and multiplied). Figure: at most 1 s for the worst case. Times are processor time of the thread.
"""

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import cedarpy
from decision import NOW, house, peer_world, questions, request

from companyos.kernel.ports.ledger import KeptDecision
from companyos.spines.policy.gate import PolicyGate
from companyos.spines.policy.policy_set import PolicySet
from companyos.spines.policy.sets.simulation import Simulation, simulate
from companyos.spines.policy.sets.text import extended
from companyos.spines.policy.settings import PolicySettings

DECISIONS, BY_TEXT = 1_000, 20
ONE = """@id("tenant.one") @reason("Frozen.")
forbid (principal, action == CompanyOS::Action::"part0:noun0x0.stop", resource);"""
EVERY = """@id("tenant.every") @reason("Nobody from the outside.")
forbid (principal, action, resource) unless { principal in CompanyOS::Role::"operator" };"""


def recorded(policies: PolicySet) -> list[KeptDecision]:
    """Decisions as the ledger keeps them, newest first."""
    gate, kept = PolicyGate(policies, step_up_max_age=300, clock_skew=5), []
    for number, asked in enumerate(questions(policies)[:DECISIONS]):
        try:
            gate.decide(*asked).send(None)
        except StopIteration as stopped:
            at = NOW - timedelta(seconds=number)
            kept.append(KeptDecision(UUID(int=number), at, stopped.value.inputs))
    return kept


def milliseconds(kept: list[KeptDecision], now: PolicySet, then: PolicySet) -> tuple[float, Simulation]:
    """The best of three, and what it found."""
    taken = []
    for _ in range(3):
        start = time.thread_time_ns()
        found = simulate(kept, (), now, then, most=200)
        taken.append((time.thread_time_ns() - start) / 1e6)
    return min(taken), found


def by_text(kept: list[KeptDecision], now: PolicySet) -> float:
    """Milliseconds for all of them, both sets, with policies, schema and entities as text."""
    text, world = peer_world(now, [one.inputs for one in kept])
    start = time.thread_time_ns()
    for one in kept[:BY_TEXT]:
        for _ in range(2):
            cedarpy.is_authorized(request(one.inputs), text, world, str(now.schema.cedar))
    return (time.thread_time_ns() - start) / 1e6 * DECISIONS / BY_TEXT


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        policies = house(Path(folder))
    kept, limits = recorded(policies), PolicySettings()
    began = time.thread_time_ns()
    one, every = extended(policies, ONE, limits), extended(policies, EVERY, limits)
    print(
        f"{len(policies.policies)} policies; reading two proposals {(time.thread_time_ns() - began) / 1e6:.1f} ms"
    )
    worst = 0.0
    for name, proposed in (("has a say in one action", one), ("has a say in every action", every)):
        took, found = milliseconds(kept, policies, proposed)
        worst = max(worst, took)
        print(f"{name:<28} {took:8.1f} ms   {found.flipped} of {found.replayed} flip")
    peer = by_text(kept, policies)
    print(f"{'cedar with text at each call':<28} {peer:8.1f} ms   ratio {worst / peer:.4f}")
    print(f"figure: worst case ≤ 1 s for 1,000 decisions: {'met' if worst <= 1_000 else 'missed'}")
    return 0 if worst <= 1_000 else 1


if __name__ == "__main__":
    sys.exit(main())
