"""How long do 100 decisions of one screen take: one person, 25 things, four actions on each?

Half of the people are refused something, and every refusal is explained. The things are of four kinds and have
owners, tiers and tags of their own; what policies can tell apart is decided once (`alike`). The second figure is of 100
questions that have nothing in common: 25 things of 25 kinds, so 100 actions. Peer in the same run: Cedar alone for
the same 100 requests, with everything parsed beforehand. Figure: a screen in ≤ 15 ms, at the middle. Times are
processor time of the thread.
"""

import json
import random
import sys
import tempfile
from pathlib import Path

import cedarpy

sys.path.insert(0, str(Path(__file__).parent))
from decision import DOMAINS, NOUNS, VERBS, house, questions, request, times

from companyos.kernel.decision import Decision
from companyos.kernel.entities import EntityRef, Resource
from companyos.kernel.work import Work
from companyos.spines.policy.gate import PolicyGate
from companyos.spines.policy.policy_set import PolicySet
from companyos.spines.policy.roles import GROUPS, ROLES

THINGS, SCREENS, PEOPLE = 25, 200, 60

Asked = list[tuple[str, Resource]]


def asked(kinds: list[tuple[int, int]], dice: random.Random) -> Asked:
    """The questions of one screen; each thing is of the next of the kinds."""
    found = []
    for n in range(THINGS):
        domain, noun = kinds[n % len(kinds)]
        attrs = {
            "owner": EntityRef("identity.person", f"p{dice.randrange(300)}"),
            "tier": dice.choice("abc"),
            "tags": dice.sample(["x", "y", "z"], dice.randrange(3)),
        }
        on = Resource(EntityRef(f"part{domain}.noun{domain}x{noun}", f"t{n}"), attrs)
        found += [(f"part{domain}:noun{domain}x{noun}.{verb}", on) for verb in VERBS]
    return found


def decided(gate: PolicyGate, work: Work, screen: Asked) -> list[Decision]:
    """Driven by hand, because nothing in a decision waits."""
    try:
        gate.decide_all(work, screen).send(None)
    except StopIteration as stopped:
        return list(stopped.value)
    raise AssertionError("a decision waited for something")


def cedar_alone(policies: PolicySet, screen: list[Decision]) -> list[float]:
    """The same requests put before Cedar, everything parsed beforehand."""
    world = {json.dumps(e["uid"]): e for d in screen for e in (d.inputs["principal"], d.inputs["on"])}
    everything = [role.entity for role in GROUPS + ROLES] + list(world.values())
    parsed = cedarpy.PolicySet.from_str("\n".join(p.source for p in policies.policies.values()))
    entities = cedarpy.Entities.from_json_str(json.dumps(everything), schema=policies.schema.cedar)
    requests = [request(d.inputs) for d in screen]
    return times(
        lambda _: [cedarpy.is_authorized(one, parsed, entities, policies.schema.cedar) for one in requests],
        SCREENS // 4,
    )


def at(taken: list[float], part: float) -> float:
    """A quantile in milliseconds."""
    return taken[int(len(taken) * part)] / 1e3


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        policies = house(Path(folder))
    gate, dice = PolicyGate(policies, step_up_max_age=300, clock_skew=5), random.Random(20)
    people = [work for work, _, _ in questions(policies)[:PEOPLE]]
    every = [(domain, noun) for domain in range(DOMAINS) for noun in range(NOUNS)]
    half = {}
    for name, kinds in (
        ("one screen, four kinds of things", lambda n: every[n % DOMAINS * NOUNS :][:NOUNS]),
        ("nothing in common, 100 actions", lambda n: every[n % 8 :][:THINGS]),
    ):
        screens = [asked(kinds(n), dice) for n in range(SCREENS)]
        whole = [decided(gate, people[n % PEOPLE], screens[n]) for n in range(SCREENS)]
        ours = times(lambda n, of=screens: decided(gate, people[n % PEOPLE], of[n]), SCREENS)  # type: ignore[misc]
        bare = cedar_alone(policies, whole[0])
        refused = sum(not d.allowed for screen in whole for d in screen) / (SCREENS * len(whole[0]))
        half[name] = at(ours, 0.5)
        print(
            f"{len(whole[0])} decisions, {name} ({refused:.0%} refused): "
            f"p50 {half[name]:.1f} ms, p99 {at(ours, 0.99):.1f} ms"
        )
        print(
            f"  cedar alone, everything parsed: p50 {at(bare, 0.5):.1f} ms; ratio {half[name] / at(bare, 0.5):.2f}"
        )
    met = half["one screen, four kinds of things"] <= 15
    print(f"figure: a screen in ≤ 15 ms: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
