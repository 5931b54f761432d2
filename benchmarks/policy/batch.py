"""How long do 100 decisions of one screen take: one person, 25 things, four actions on each?

Half of them are refused, and every refusal is explained. Peer in the same run: Cedar alone for the same 100 requests,
with everything parsed beforehand. Figure: 100 decisions in ≤ 15 ms. Times are processor time of the thread.
"""

import json
import sys
import tempfile
from pathlib import Path

import cedarpy

sys.path.insert(0, str(Path(__file__).parent))
from decision import NOUNS, VERBS, house, questions, request, times

from companyos.kernel.entities import EntityRef, Resource
from companyos.spines.policy.gate import PolicyGate
from companyos.spines.policy.roles import GROUPS, ROLES

THINGS, SCREENS = 25, 60


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        policies = house(Path(folder))
    gate = PolicyGate(policies, step_up_max_age=300, clock_skew=5)
    people = [work for work, _, _ in questions(policies)[:SCREENS]]

    def screen(n: int) -> list[object]:
        decided = []
        for thing in range(THINGS):
            noun = f"part{n % 8}.noun{n % 8}x{thing % NOUNS}"
            attrs = {"owner": EntityRef("identity.person", "p1"), "tier": "ab"[thing % 2], "tags": ["y"]}
            on = Resource(EntityRef(noun, f"t{thing}"), attrs)
            for verb in VERBS:
                try:
                    gate.decide(people[n % SCREENS], f"{noun.replace('.', ':')}.{verb}", on).send(None)
                except StopIteration as stopped:
                    decided.append(stopped.value)
        return decided

    whole = [decision for n in range(SCREENS) for decision in screen(n)]
    ours = times(screen, SCREENS)
    world = {json.dumps(e["uid"]): e for d in whole[:100] for e in (d.inputs["principal"], d.inputs["on"])}  # type: ignore[attr-defined]
    everything = [role.entity for role in GROUPS + ROLES] + list(world.values())
    text = "\n".join(p.source for p in policies.policies.values())
    handles = (
        cedarpy.PolicySet.from_str(text),
        cedarpy.Entities.from_json_str(json.dumps(everything), schema=policies.schema.cedar),
    )
    asked = [request(d.inputs) for d in whole[:100]]  # type: ignore[attr-defined]
    bare = times(
        lambda _: [cedarpy.is_authorized(one, *handles, policies.schema.cedar) for one in asked], SCREENS
    )
    refused = sum(not d.allowed for d in whole) / len(whole)  # type: ignore[attr-defined]
    half, worst = ours[SCREENS // 2] / 1e3, ours[int(SCREENS * 0.95)] / 1e3
    print(f"100 decisions of one screen ({refused:.0%} refused): p50 {half:.1f} ms, p95 {worst:.1f} ms")
    print(f"cedar alone, everything parsed: p50 {bare[SCREENS // 2] / 1e3:.1f} ms")
    print(f"ratio {half / (bare[SCREENS // 2] / 1e3):.2f}")
    print(f"figure ≤ 15 ms: {'met' if half <= 15 else 'missed'}")
    return 0 if half <= 15 else 1


if __name__ == "__main__":
    sys.exit(main())
