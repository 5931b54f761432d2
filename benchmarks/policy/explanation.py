"""How long does it take to explain a no in full: every smallest set of changes that flips it?

Every refusal among 5,000 random questions, in a house of 128 policies. Peer in the same run: one decision. Figure:
p99 ≤ 20 ms. Times are processor time of the thread.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from decision import ASKED, house, questions, times, told

from companyos.kernel.decision import Decision
from companyos.spines.policy.answer import answer
from companyos.spines.policy.gate import PolicyGate
from companyos.spines.policy.settings import PolicySettings
from companyos.spines.policy.why.telling import ways


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        policies = house(Path(folder))
    gate = PolicyGate(policies, step_up_max_age=300, clock_skew=5)
    refused: list[Decision] = []
    for question in questions(policies)[:ASKED]:
        try:
            gate.decide(*question).send(None)
        except StopIteration as stopped:
            if not stopped.value.allowed:
                refused.append(stopped.value)
    most = PolicySettings().why_evaluations
    found = [ways(one.inputs, policies, most=most) for one in refused]
    explained = times(lambda n: ways(refused[n].inputs, policies, most=most), len(refused))
    decided = times(lambda n: answer(refused[n].inputs, policies), len(refused))
    print(
        f"{len(refused)} refusals, {sum(bool(f.ways) for f in found)} with a way out,"
        f" {sum(not f.complete for f in found)} cut short"
    )
    print(told("explained in full", explained))
    print(told("one decision", decided))
    print(f"ratio {explained[len(refused) // 2] / decided[len(refused) // 2]:.1f}")
    met = explained[int(len(refused) * 0.99)] <= 20_000
    print(f"figure p99 ≤ 20 ms: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
