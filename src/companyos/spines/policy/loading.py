"""From files to a PolicySet: read, parse, validate, compare with the manifests. Nothing half-valid gets out."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

import cedarpy

from companyos.kernel.decision import Reason, RemedyKind
from companyos.kernel.domain import Action, Domain

from .drift import drift
from .filters.rows import unfit
from .policy_set import Policy, PolicySet, parse
from .roles import GROUPS, ROLES
from .schema import Schema
from .source import PolicyRefused, Statement, folders, nearest, quoted, read

_ID = re.compile(r"[a-z][a-z_0-9]*\.[a-z0-9]+(-[a-z0-9]+)*")
_ROLE = re.compile(r'::Role::"([^"]*)"')
_SIGN = "Look for a missing or extra sign just before it."


def load(parts: Iterable[Domain]) -> PolicySet:
    """The policy set of the core and of these parts.

    Raises PolicyRefused with every problem found: file, line, Cedar's message, a suggestion.
    """
    parts = tuple(parts)
    where = folders(parts)
    schema = Schema.assemble(read(where, ".cedarschema"))
    return build(read(where, ".cedar"), schema, parts)


def build(statements: Iterable[Statement], schema: Schema, parts: tuple[Domain, ...]) -> PolicySet:
    """The policy set of these statements, e.g. a proposed one. Raises PolicyRefused as `load` does."""
    policies, problems = _gather(statements, schema, {})
    actions = {action.name: action for part in parts for action in part.actions}
    found = PolicySet(policies, schema, actions, parts)
    problems.extend(drift(found))
    problems.extend(unfit(found))
    if problems:
        raise PolicyRefused(problems)
    return found


def recall(statements: Iterable[Statement], schema: Schema, actions: Mapping[str, Action]) -> PolicySet:
    """A set of the house as it once was; no manifest need fit it any more. Raises PolicyRefused as `load` does."""
    policies, problems = _gather(statements, schema, {})
    if problems:
        raise PolicyRefused(problems)
    return PolicySet(policies, schema, actions)


def extend(house: PolicySet, statements: Iterable[Statement]) -> PolicySet:
    """The house's policies and these besides, which cannot take one away. Raises PolicyRefused as `load` does."""
    policies, problems = _gather(statements, house.schema, house.policies)
    found = PolicySet({**house.policies, **policies}, house.schema, house.actions, house.parts, house)
    problems.extend(unfit(found))
    if problems:
        raise PolicyRefused(problems)
    return found


def _gather(
    statements: Iterable[Statement], schema: Schema, taken: Mapping[str, Policy]
) -> tuple[dict[str, Policy], list[Reason]]:
    """Policies by id, and everything that is wrong with any of them."""
    problems: list[Reason] = []
    policies: dict[str, Policy] = {}
    places: dict[str, Statement] = {}
    for statement in statements:
        try:
            policy = _policy(statement)
            if first := policies.get(policy.id) or taken.get(policy.id):
                fix = f"Rename one; the first stands at {first.file}:{first.line}."
                raise PolicyRefused([statement.problem(f"The id {policy.id} is taken.", fix, policy.id)])
            policies[policy.id], places[policy.id] = policy, statement
        except PolicyRefused as refused:
            problems.extend(refused.reasons)
    problems.extend(_validate(policies, places, schema))
    return policies, problems


def _policy(statement: Statement) -> Policy:
    try:
        read = json.loads(cedarpy.policies_to_json_str(statement.text))
    except RecursionError:
        raise PolicyRefused([_nested(statement)]) from None
    except ValueError as error:
        message = str(error).strip()
        raise PolicyRefused([statement.problem(f"Cedar says: {message}.", _SIGN, quoted(message))]) from None
    if read["templates"]:
        fix = "Write the principal and resource out instead of ?principal and ?resource."
        raise PolicyRefused([statement.problem("Templates are not used here.", fix, "?")])
    (est,) = read["staticPolicies"].values()
    notes = est.get("annotations", {})
    problems = list(_words(statement, notes, est["effect"]))
    if problems:
        raise PolicyRefused(problems)
    kind = notes.get("remedy", "none") if est["effect"] == "forbid" else None
    policy = Policy(
        id=notes["id"],
        domain=statement.domain,
        effect=est["effect"],
        reason=notes["reason"],
        remedy=kind,
        actions=_scope(est["action"]),
        source=statement.text,
        file=statement.file,
        line=statement.line,
        est=est,
    )
    try:
        parse([policy])
    except ValueError:  # Cedar reads deeper nesting as text than as JSON
        raise PolicyRefused([_nested(statement)]) from None
    return policy


def _nested(statement: Statement) -> Reason:
    return statement.problem("The condition is nested too deeply.", "Say it in several policies.")


def _words(statement: Statement, notes: dict[str, str], effect: str) -> Iterator[Reason]:
    """What the annotations and role names of one policy lack."""
    own = (statement.domain, "core") if statement.domain == "policy" else (statement.domain,)
    name = notes.get("id") or ""
    if not _ID.fullmatch(name) or name.partition(".")[0] not in own:
        fix = f'Write @id("{own[0]}.words-with-dashes").'
        yield statement.problem(f"The policy's id {name!r} does not name its domain and purpose.", fix, "@id")
    if not notes.get("reason"):
        fix = 'Write @reason("A sentence that tells a person why.").'
        yield statement.problem("The policy gives no reason.", fix)
    kinds = get_args(RemedyKind)
    if "remedy" in notes and (notes["remedy"] not in kinds or effect == "permit"):
        fix = f"A forbid has one of {', '.join(kinds)}; a permit has none."
        yield statement.problem(f"The remedy {notes['remedy']!r} cannot stand here.", fix, "@remedy")
    known = [role.name for role in GROUPS + ROLES]
    for role in _ROLE.findall(statement.text):
        if role not in known:
            fix = nearest(role, known, f"The roles are {', '.join(known)}.")
            yield statement.problem(f"There is no role {role!r}.", fix, role)


def _scope(action: dict[str, Any]) -> tuple[str, ...] | None:
    if action["op"] == "All":
        return None
    entities = action.get("entities") or [action["entity"]]
    return tuple(entity.get("__entity", entity)["id"] for entity in entities)


def _validate(policies: dict[str, Policy], places: dict[str, Statement], schema: Schema) -> Iterator[Reason]:
    """What Cedar's validator says, at the line of the word it says it about."""
    vocabulary = set(re.findall(r"\w+", str(schema.cedar))) | schema.actions.keys()
    empty = schema.groups - {group for name in schema.actions for group in schema.ancestors(name)}
    for policy in policies.values():
        if policy.actions and empty.issuperset(policy.actions):
            continue  # a group that holds no action yet: Cedar cannot type what applies to nothing
        result = cedarpy.validate_policies(policy.source, schema.cedar)
        messages = [re.sub(r"^for policy `[^`]*`, ", "", error.error).strip() for error in result.errors]
        # An unknown action makes Cedar complain twice; the first complaint is the one that helps.
        own = [m for m in messages if not m.startswith("unable to find an applicable action")]
        for message in own or messages:
            word = quoted(message.partition(" on entity type")[0])
            fix = nearest(word, vocabulary - {word}, "Compare it with the schema of its domain.")
            yield places[policy.id].problem(f"Cedar says of {policy.id}: {message}.", fix, word)
