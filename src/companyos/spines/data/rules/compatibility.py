"""How two versions of a schema differ, and what that means for what was sent before.

SchemaVer (https://docs.snowplow.io, "Versioning your data structures"): an *addition* accepts everything that was
accepted before, a *revision* may refuse some of it, a *model* has another meaning. Labels count too: what guards kept
data less than it was kept under is a revision. When in doubt, a change is the graver one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .fault import step
from .judging import judge, written
from .labels import KEYWORD, Label, loosened
from .narrowing import narrower
from .schema import Node, Schema, Version
from .searching import searched_anew, unlabelled

Kind = Literal["addition", "revision", "model"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""From harmless to grave."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `pointer` is a JSON pointer into the schema; what is no longer there, where it stood."""

    pointer: str
    kind: Kind
    sentence: str


def compare(old: Schema, new: Schema) -> tuple[Change, ...]:
    """Every difference that matters between two versions, graver ones first; empty when they say the same."""
    if _said(old) == _said(new):
        return ()
    found = [*_root(old, new), *_node(old.root, new.root, "", (None, None))]
    found.sort(key=lambda one: -KINDS.index(one.kind))
    return tuple(found) or (Change("", "addition", "It accepts the same, and is worded differently."),)


def gravest(changes: tuple[Change, ...]) -> Kind | None:
    """What the changes are together; None when there are none."""
    return max((one.kind for one in changes), key=KINDS.index, default=None)


def following(version: Version, kind: Kind) -> Version:
    """The version after a change."""
    model, revision, addition = version
    return {
        "addition": Version(model, revision, addition + 1),
        "revision": Version(model, revision + 1, 0),
        "model": Version(model + 1, 0, 0),
    }[kind]


def _said(schema: Schema) -> dict[str, Any]:
    """The document without what names it."""
    about = schema.document.get(KEYWORD, {})
    plain = {key: value for key, value in about.items() if key not in ("name", "version")}
    return {**schema.document, KEYWORD: plain, "$id": ""}


def _root(old: Schema, new: Schema) -> Iterator[Change]:
    at = step("", KEYWORD)
    if old.consent != new.consent:
        was, now = old.consent or "none", new.consent or "none"
        sentence = f"The consent that must be given was {was} and is {now}."
        yield Change(step(at, "consent"), "revision", sentence)
    if set(old.purposes) != set(new.purposes):
        was, now = ", ".join(old.purposes) or "any", ", ".join(new.purposes) or "any"
        yield Change(step(at, "purposes"), "revision", f"The purposes were {was} and are {now}.")
    if old.feature != new.feature:
        yield Change(step(at, "feature"), "addition", f"It is of the feature {new.feature or '(none)'} now.")


def _node(old: Node, new: Node, at: str, above: tuple[Label | None, Label | None]) -> Iterator[Change]:
    if old.label != new.label and (old.label, new.label) != above:
        yield from _label(old.label, new.label, step(at, KEYWORD))
    if searched_anew(old, new):
        sentence = "Values are searched for personal data, which they were not before."
        yield Change(step(at, KEYWORD), "revision", sentence)
    if old.enum is not None:
        yield from _from_enum(old.enum, old, new, at)
        return
    yield from _types(old, new, at)
    for keyword, sentence, tighter in narrower(old, new):
        yield Change(step(at, keyword), "revision" if tighter else "addition", sentence)
    if "array" in old.types & new.types:
        yield from _items(old, new, at)
    if "object" in old.types & new.types:
        yield from _object(old, new, at)


def _label(old: Label, new: Label, at: str) -> Iterator[Change]:
    less = loosened(old, new)
    for sentence in less:
        yield Change(at, "revision", sentence)
    if not less:
        yield Change(at, "addition", "Its label changes, and guards no less.")


def _from_enum(values: tuple[Any, ...], old: Node, new: Node, at: str) -> Iterator[Change]:
    refused = [one for one in values if [*judge(new, one), *unlabelled(new, one)]]
    if refused:
        shown = ", ".join(written(one) for one in refused[:5])
        kind: Kind = "model" if len(refused) == len(values) else "revision"
        yield Change(step(at, "enum"), kind, f"No longer accepted: {shown}.")
    elif new.enum is None or len(new.enum) > len(values):
        yield Change(step(at, "enum"), "addition", "More values are accepted.")


def _types(old: Node, new: Node, at: str) -> Iterator[Change]:
    """A number that is to be whole is a revision; a type that goes, too; when none stays, it is another model."""
    gone = {kind for kind in old.types - new.types if not (kind == "integer" and "number" in new.types)}
    more = {kind for kind in new.types - old.types if not (kind == "integer" and "number" in old.types)}
    was, now = " or ".join(sorted(old.types)), " or ".join(sorted(new.types))
    if gone and gone == old.types and not (gone == {"number"} and "integer" in new.types):
        yield Change(step(at, "type"), "model", f"It was {was} and is {now}.")
    elif gone:
        yield Change(step(at, "type"), "revision", f"It was {was} and is only {now}.")
    elif more:
        yield Change(step(at, "type"), "addition", f"It was {was} and may be {now}.")


def _items(old: Node, new: Node, at: str) -> Iterator[Change]:
    if old.items is not None and new.items is not None:
        yield from _node(old.items, new.items, step(at, "items"), (old.label, new.label))
    elif new.items is not None:
        yield Change(step(at, "items"), "revision", "The items could be anything, and are described now.")
    elif old.items is not None:
        yield Change(step(at, "items"), *_undescribed(old.items))


def _object(old: Node, new: Node, at: str) -> Iterator[Change]:
    for name in sorted(new.required - old.required):
        fresh = name not in old.properties
        kind: Kind = "model" if fresh else "revision"
        yield Change(
            step(at, "required"), kind, f"{name} is required, and was {'not there' if fresh else 'not'}."
        )
    for name in sorted(old.required - new.required):
        yield Change(step(at, "required"), "addition", f"{name} may be left out.")
    if old.open and not new.open:
        sentence = "Properties that the schema does not name are refused, and were not."
        yield Change(step(at, "additionalProperties"), "revision", sentence)
    elif new.open and not old.open:
        sentence = "Properties that the schema does not name are accepted."
        yield Change(step(at, "additionalProperties"), "addition", sentence)
    yield from _properties(old.properties, new.properties, old, new, at)


def _properties(
    before: Mapping[str, Node], after: Mapping[str, Node], old: Node, new: Node, at: str
) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        where = step(step(at, "properties"), name)
        if name in before and name in after:
            yield from _node(before[name], after[name], where, (old.label, new.label))
        elif name in before and new.open:
            yield Change(where, *_undescribed(before[name]))
        elif name in before:
            yield Change(where, "revision", f"{name} was a property, and is refused now.")
        elif old.open:
            sentence = (
                f"{name} is described now; it could be sent as anything before, because the object was open "
                "(additionalProperties)."
            )
            yield Change(where, "revision", sentence)
        elif name not in new.required:
            yield Change(where, "addition", f"{name} may be sent.")


def _undescribed(old: Node) -> tuple[Kind, str]:
    """A place that is no longer described accepts anything; but its label is lost with the description."""
    guarded = old.label.pii in ("direct", "indirect")
    if guarded or searched_anew(old, None):
        return "revision", "It is no longer described, and loses its label."
    return "addition", "It may be anything: it is no longer described."
