"""From inputs to a Decision in words. Pure: the same inputs and policy set always give the same answer.

The gate answers live requests with it; kept inputs are replayed, and proposed policies tried, with the same
function.
"""

import structlog

from companyos.kernel.decision import Decision, Reason, RemedyKind

from .evaluate import Inputs, Verdict, evaluate
from .explain import changes, no_permit, roles_that_may
from .policy_set import PolicySet, remedy

TENANT_WALL = "core.tenant-wall"
_ORDER: tuple[RemedyKind, ...] = ("none", "fix_input", "wait", "sign_in", "request_access", "step_up")

log = structlog.get_logger(__name__)


def answer(inputs: Inputs, policies: PolicySet) -> Decision:
    """Decide. An unknown action, an error and no decision are all a no."""
    action = inputs["action"]
    try:
        slice_ = policies.slice(action)
    except KeyError:
        return refuse(
            inputs, Reason("unknown_action", f"There is no action {action!r}.", None, remedy("none"))
        )
    verdict = evaluate(inputs, slice_, slice_.policies)
    if verdict.errors:
        return _erred(inputs, verdict)
    if verdict.allowed:
        reasons = tuple(Reason("permitted", policies.policies[id_].reason, id_) for id_ in verdict.policies)
        return Decision(
            True, action, inputs["resource"], reasons, verdict.policies, inputs["version"], inputs=inputs
        )
    return _denied(inputs, policies, verdict)


def replay(inputs: Inputs, policies: PolicySet) -> Decision:
    """Make a kept decision again, with the policy set it was made with or with another one.

    Decisions that were kept before there were elevations do not say `granted`; nothing was.
    """
    context = {"granted": False, **inputs["context"]}
    return answer({**inputs, "context": context, "version": policies.version}, policies)


def refuse(inputs: Inputs, *reasons: Reason) -> Decision:
    """A no that no policy was needed for."""
    return Decision(
        False, inputs["action"], inputs["resource"], reasons, version=inputs["version"], inputs=inputs
    )


def _denied(inputs: Inputs, policies: PolicySet, verdict: Verdict) -> Decision:
    slice_ = policies.slice(inputs["action"])
    action = policies.actions[inputs["action"]]
    forbids = [policies.policies[id_] for id_ in verdict.policies]
    reasons = [
        Reason("step_up_needed" if p.remedy == "step_up" else "forbidden", p.reason, p.id, remedy(p.remedy))
        for p in forbids
        if p.remedy
    ]
    # Cedar denies without naming a policy when no permit matched; with forbids, the permits must be asked alone.
    granted = bool(forbids) and evaluate(inputs, slice_, slice_.permits).allowed
    could = None if granted else roles_that_may(inputs, slice_)
    if could is not None:
        reasons.append(no_permit(inputs, could, action.title))
    reasons.sort(key=lambda r: _ORDER.index(r.remedy.kind if r.remedy else "none"))
    only_step_up = all(r.code == "step_up_needed" for r in reasons)
    return Decision(
        allowed=False,
        action=inputs["action"],
        resource=inputs["resource"],
        reasons=tuple(reasons),
        policies=verdict.policies,
        version=inputs["version"],
        changes=changes(inputs, slice_, could=could, step_up=any(p.remedy == "step_up" for p in forbids)),
        hidden=not only_step_up and (action.deny == "hide" or TENANT_WALL in verdict.policies),
        inputs=inputs,
    )


def _erred(inputs: Inputs, verdict: Verdict) -> Decision:
    log.error(
        "policy could not be evaluated",
        action=inputs["action"],
        resource=inputs["resource"],
        attributes=sorted(inputs["on"]["attrs"]),
        errors=verdict.errors,
    )
    sentence = "The policies could not be evaluated for this, so the answer is no."
    return refuse(inputs, Reason("policy_error", sentence, None, remedy("none")))
