"""Schemas of the profile, and values that fit them, made up by hypothesis."""

from typing import Any

from hypothesis import strategies as st

from companyos.spines.data.rules.schema import Node

NAMES = ("a", "b", "total amount", "x/y~z")
TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "a",
            "ab",
            "abc-1",
            "2026-11-22",
            "2026-11-22T10:00:00Z",
            "ada@example.com",
            "x:y",
            "+49 30 901820",
        ]
    ),
    st.text(max_size=4),
    st.uuids().map(str),
)
NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([-1.5, 0.0, 1.0, 2.5, 2**53, 2**70]))
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
LABELS = st.fixed_dictionaries(
    {},
    optional={
        "classification": st.sampled_from(["public", "internal", "restricted"]),
        "pii": st.sampled_from(["none", "direct", "indirect"]),
        "purposes": st.lists(st.sampled_from(["ads", "product"]), max_size=2),
    },
)


def bounds(least: str, most: str, numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Two bounds that something fits."""

    def ordered(both: dict[str, Any]) -> dict[str, Any]:
        low, high = both.get(least), both.get(most)
        return (
            {**both, least: high, most: low} if low is not None and high is not None and low > high else both
        )

    return st.fixed_dictionaries({}, optional={least: numbers, most: numbers}).map(ordered)


SIZES = st.integers(0, 3)
STRINGS = st.builds(
    lambda sizes, more: {"type": "string", **sizes, **more},
    bounds("minLength", "maxLength", SIZES) | st.just({}),
    st.fixed_dictionaries(
        {},
        optional={
            "pattern": st.sampled_from(["^[a-z]+$", "b", "^$", "é|a"]),
            "format": st.sampled_from(["date-time", "date", "uuid", "email", "uri"]),
        },
    ),
)
SCALARS = st.one_of(
    STRINGS,
    STRINGS,
    st.builds(
        lambda kind, range_: {"type": kind, **range_},
        st.sampled_from(["integer", "number"]),
        bounds("minimum", "maximum", NUMBERS),
    ),
    st.sampled_from(
        [{}, {"minLength": 2}, {"type": "boolean"}, {"type": "null"}, {"const": 1}, {"enum": [True, 1.5]}]
    ),
    st.lists(
        st.sampled_from(["a", "b", None, 1, 2, "ada@example.com"]), min_size=1, max_size=3, unique=True
    ).map(lambda values: {"enum": values}),
)


def arrays(items: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    more = st.fixed_dictionaries({}, optional={"items": items})
    return st.builds(lambda m, b: {"type": "array", **m, **b}, more, bounds("minItems", "maxItems", SIZES))


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    def built(properties: dict[str, Any], required: list[str], open_: bool) -> dict[str, Any]:
        known = [name for name in required if name in properties]
        return {"type": "object", "properties": properties, "required": known, "additionalProperties": open_}

    names = st.lists(st.sampled_from(NAMES), max_size=2, unique=True)
    return st.builds(built, st.dictionaries(st.sampled_from(NAMES), inner, max_size=3), names, st.booleans())


def labelled(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda said, label: (
            {**said, "x-companyos": {**said.get("x-companyos", {}), **label}} if label else said
        ),
        inner,
        LABELS,
    )


def nullable(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "type": [said["type"], "null"]} if said.get("type", "null") != "null" else said


def told_of_mail(said: dict[str, Any]) -> dict[str, Any]:
    """An e-mail address with the label that it needs."""
    return {"x-companyos": {"pii": "direct"}, **said} if said.get("format") == "email" else said


PLACES = st.recursive(
    labelled(st.one_of(SCALARS, SCALARS.map(nullable)).map(told_of_mail)),
    lambda inner: labelled(st.one_of(arrays(inner), objects(inner), objects(inner).map(nullable))),
    max_leaves=4,
)
DOCUMENTS = objects(PLACES)


@st.composite
def changed(draw: st.DrawFn, document: Any) -> Any:
    """The document with one thing in it taken out, put in or made otherwise."""
    if not isinstance(document, dict):
        return draw(st.sampled_from([document, 0, 1, 2, 3, "a", True, False]))
    if not document:
        return document
    key = draw(st.sampled_from(sorted(document)))
    how = draw(st.sampled_from(["deeper", "deeper", "deeper", "drop", "replace", "add"]))
    inside = document[key]
    if key == "properties":
        if how == "add":
            return {**document, key: {**inside, draw(st.sampled_from(NAMES)): draw(PLACES)}}
        if inside:
            name = draw(st.sampled_from(sorted(inside)))
            kept = {other: said for other, said in inside.items() if other != name}
            if how == "drop":
                left = [one for one in document.get("required", []) if one != name]
                return {**document, key: kept, "required": left}
            return {
                **document,
                key: {**kept, name: draw(PLACES if how == "replace" else changed(inside[name]))},
            }
    if how == "add":
        return {**document, **draw(st.one_of(SCALARS, LABELS.map(lambda label: {"x-companyos": label})))}
    if how == "drop":
        return {other: said for other, said in document.items() if other != key}
    if key == "required":
        names = sorted(document.get("properties", {}))
        return {**document, key: draw(st.lists(st.sampled_from(names), unique=True)) if names else []}
    if key == "type" and how == "replace":
        return {**document, key: draw(st.sampled_from(["string", "integer", "number", ["string", "null"]]))}
    return {**document, key: draw(changed(inside))}


def fitting(node: Node) -> st.SearchStrategy[Any]:
    """Values that fit a place, most of the time."""
    if node.enum is not None:
        return st.sampled_from(node.enum)
    of: list[st.SearchStrategy[Any]] = []
    if "string" in node.types:
        of.append(TEXTS)
    if node.types & {"integer", "number"}:
        of.append(NUMBERS)
    if "boolean" in node.types:
        of.append(st.booleans())
    if "null" in node.types:
        of.append(st.none())
    if "array" in node.types:
        of.append(st.lists(fitting(node.items) if node.items else VALUES, max_size=3))
    if "object" in node.types:
        described = {name: fitting(inside) for name, inside in node.properties.items()}
        required = {name: one for name, one in described.items() if name in node.required}
        optional = {name: one for name, one in described.items() if name not in node.required}
        own = st.fixed_dictionaries(required, optional=optional)
        more = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=2) if node.open else st.just({})
        of.append(st.builds(lambda m, o: {**m, **o}, more, own))
    return st.one_of(of)
