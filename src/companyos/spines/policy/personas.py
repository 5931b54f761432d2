"""What each role does, in words: the permission matrix read by column."""

from companyos.kernel.domain import Action

from .matrix import cell
from .policy_set import PolicySet
from .roles import ROLES, Role

_HEAD = """# What each role may do

The [permission matrix](permission-matrix.md) in words, for acts that change something. Inside one's own tenant only;
whoever was granted an elevation may do that one act, or what its role may, besides and for a time.
"""
_SENTENCES = {
    "yes": "does",
    "risky": "does with a fresh second factor, leaving an evidence pack",
    "if": "does in some cases, which the matrix names",
    "no": "never does without an elevation",
}


def personas(policies: PolicySet) -> str:
    """One section for each role, as Markdown."""
    changing = [a for part in policies.parts for a in part.actions if a.risk != "none"]
    text = _HEAD
    for role in reversed(ROLES):
        told: dict[str, list[Action]] = {kind: [] for kind in _SENTENCES}
        for action in sorted(changing, key=lambda one: one.title):
            told[_kind(policies, role, action)].append(action)
        text += f"\n## {role.title}\n\n"
        for kind, actions in told.items():
            titles = "; ".join(action.title for action in actions) or "nothing"
            text += f"- **{_SENTENCES[kind].capitalize()}**: {titles}.\n"
    return text


def _kind(policies: PolicySet, role: Role, action: Action) -> str:
    answer = cell(policies, role, action.name).answer
    return "risky" if answer != "no" and action.risk == "high" else answer
