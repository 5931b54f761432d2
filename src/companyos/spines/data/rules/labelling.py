"""Reading labels: the keyword `x-companyos` of a schema's root and of its properties."""

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from .fault import nearest, step
from .labels import CLASSIFICATIONS, KEYWORD, LABEL_KEYS, ROOT_KEYS, Label, Pii
from .schema import Version

Say = Callable[..., None]

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*")
NAME_HELP = "Letters, digits, _ and -, in parts with a dot between, such as shop.order_placed; at most 100."
NAME_CHARACTERS = 100
WORD = re.compile(r"[a-z][a-z0-9_.-]{0,62}")
WORD_HELP = "A word of a-z, 0-9, _, - and dots, at most 63 characters."
PIIS: tuple[Pii, ...] = tuple(p for p in get_args(Pii) if p)


def is_name(text: str) -> bool:
    """Whether a schema may be called so."""
    return len(text) <= NAME_CHARACTERS and NAME.fullmatch(text) is not None


def read_label(said: Any, above: Label, at: str, fault: Say) -> Label:
    """The label of a property, completed with that of what it stands in. Says each fault to `fault`."""
    given = _keys(said, LABEL_KEYS, at, fault)
    label = _label(given, at, fault)
    return Label(
        classification=label.classification if "classification" in given else above.classification,
        pii=label.pii if "pii" in given else above.pii,
        purposes=label.purposes if "purposes" in given else above.purposes,
    )


def read_root(said: Any, fault: Say) -> tuple[dict[str, Any], Label]:
    """What a root says of the event as a whole (fields of Schema), and the label of everything in it."""
    at = step("", KEYWORD)
    given = _keys(said, ROOT_KEYS, at, fault)
    label = _label(given, at, fault)
    name = given.get("name", "")
    if name and not (isinstance(name, str) and is_name(name)):
        fault(step(at, "name"), "A schema cannot be called so.", NAME_HELP)
    version = None
    if "version" in given:
        try:
            version = Version.parse(str(given["version"]))
        except ValueError as error:
            fault(step(at, "version"), str(error))
    consent, feature = (_word(given, key, at, fault) for key in ("consent", "feature"))
    root = {
        "name": name,
        "version": version,
        "purposes": label.purposes,
        "consent": consent,
        "feature": feature,
    }
    return root, Label(label.classification, label.pii)


def _keys(said: Any, known: tuple[str, ...], at: str, fault: Say) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        fault(at, f"`{KEYWORD}` is an object.", f"Use: {', '.join(known)}.")
        return {}
    for key in said:
        if key not in known:
            guess = nearest(key, list(known))
            fault(
                step(at, key),
                f"`{key}` says nothing here.",
                f"Write `{guess}`." if guess else f"Use: {', '.join(known)}.",
            )
    return said


def _label(given: Mapping[str, Any], at: str, fault: Say) -> Label:
    classification, pii = given.get("classification", "internal"), given.get("pii", "")
    if classification not in CLASSIFICATIONS:
        fault(
            step(at, "classification"),
            "No such classification.",
            f"Write one of {', '.join(CLASSIFICATIONS)}.",
        )
        classification = "internal"
    if "pii" in given and pii not in PIIS:
        fault(step(at, "pii"), "No such kind of personal data.", f"Write one of {', '.join(PIIS)}.")
        pii = ""
    purposes = given.get("purposes", [])
    if not isinstance(purposes, list) or not all(isinstance(p, str) and WORD.fullmatch(p) for p in purposes):
        fault(step(at, "purposes"), "Purposes are a list of words.", WORD_HELP)
        purposes = []
    return Label(classification, pii, tuple(dict.fromkeys(purposes)))


def _word(given: Mapping[str, Any], key: str, at: str, fault: Say) -> str:
    said = given.get(key, "")
    if said and not (isinstance(said, str) and WORD.fullmatch(said)):
        fault(step(at, key), f"`{key}` is a word.", WORD_HELP)
        return ""
    return str(said)
