"""Manifests, schema and policies say the same, or the house does not start."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.domain import Action, Domain

from .names import type_of
from .source import nearest

if TYPE_CHECKING:
    from .policy_set import PolicySet

RISKY = "Risky"


def drift(policies: "PolicySet") -> Iterator[Reason]:
    """Every difference between the manifests' actions, the schema's, and what the policies speak of."""
    declared = policies.schema.actions
    for part in policies.parts:
        for action in part.actions:
            yield from _action(policies, part, action)
        for entity in part.entities:
            if type_of(entity) not in policies.schema.types:
                yield _problem(
                    part,
                    f"No schema declares the entity type {type_of(entity)} for {entity}.",
                    f"Declare `entity {type_of(entity)} {{ tenant: Tenant, … }};`.",
                )
    for name, ours in declared.items():
        if ours.applies and name not in policies.actions:
            fix = nearest(name, policies.actions, "Add it to the manifest's actions or take it out.")
            yield ours.statement.problem(f"No manifest has the action {name}.", fix, name)


def _action(policies: "PolicySet", part: Domain, action: Action) -> Iterator[Reason]:
    declared = policies.schema.actions.get(action.name)
    if not action.name.startswith(f"{part.name}:"):
        yield _problem(
            part,
            f"The action {action.name} is not named after its domain.",
            f"Name it {part.name}:noun.verb.",
        )
    if declared is None:
        ours = [name for name in policies.schema.actions if name.startswith(f"{part.name}:")]
        yield _problem(
            part,
            f"The schema has no action {action.name}.",
            nearest(action.name, ours, f"Declare it in {part.name}/policies/{part.name}.cedarschema."),
        )
        return
    if (action.risk == "high") != (RISKY in policies.schema.ancestors(action.name)):
        yield declared.statement.problem(
            f"The manifest gives {action.name} the risk {action.risk}, the schema says otherwise.",
            f'Write risk="high" in the manifest and `in [{RISKY}]` in the schema, or neither.',
            action.name,
        )
    if not any(p.effect == "permit" and not p.id.startswith("core.") for p in policies.about(action.name)):
        yield declared.statement.problem(
            f"No policy lets anyone do {action.name}.",
            "Write a permit for it, or take the action out.",
            action.name,
        )


def _problem(part: Domain, sentence: str, fix: str) -> Reason:
    return Reason("policy_drift", sentence, f"{part.name} manifest", Remedy("fix_input", fix))
