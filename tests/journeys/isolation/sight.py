"""What an answer shows: the values in it that name something, and the answer without what always differs."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import httpx

from companyos.testing.world import Client

from .routes import Call, Operation, Slot

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
HEX = re.compile(r"\b[0-9a-f]{16,}\b")
SHORTEST = 8
"""Shorter values are words and numbers that two tenants may well share."""
CHANGING_HEADERS = ("x-request-id", "date", "content-length")
ROUNDS = 3
"""A list names its things, a thing names others, those have parts: then there is nothing new."""
AT_ONCE = 8
PER_KIND = 2
"""How many values from one place of an answer are followed when looking around."""


@dataclass(slots=True)
class Seen:
    """What one person has seen: each value with the kind of place it stood in first, what each address showed, and
    the reads that were answered."""

    values: dict[str, str] = field(default_factory=dict)
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def without(self, other: "Seen") -> dict[str, str]:
        """Values that only this person has seen."""
        return {value: kind for value, kind in self.values.items() if value not in other.values}


async def look_around(who: Client, known: list[Operation]) -> Seen:
    """Read everything that there is to read, following every value that looks like it names something."""
    seen, done = Seen(), set()
    for _ in range(ROUNDS):
        for call in [
            call for operation in known if not operation.mutates for call in _reads(operation, seen)
        ]:
            if call.text in done:
                continue
            done.add(call.text)
            answer = await call.send(who)
            if answer.status_code == 200:
                seen.calls.append(call)
                for kind, value in named(answer):
                    seen.values.setdefault(value, f"{call.operation.path} {kind}")
                    seen.shown.setdefault(call.operation.path, {}).setdefault(value, kind)
    return seen


def _reads(operation: Operation, seen: Seen) -> Iterator[Call]:
    """A list as it is; a thing by every name that the list above it shows; a question about anything."""
    plain = Call(operation, query=operation.query)
    if not any(slot.where == "path" for slot in operation.naming):
        yield plain
    for slot in operation.naming:
        if slot.where == "path":
            values = seen.shown.get(operation.path.partition("/{")[0], {})
        else:
            values = seen.values if slot.name[0].endswith("id") else {}
        yield from (plain.put(slot, value) for value in some(values, PER_KIND) if slot.takes(value))


def some(values: Mapping[str, str], most: int) -> list[str]:
    """Up to so many values of each kind."""
    chosen, taken = [], Counter[str]()
    for value, kind in values.items():
        taken[kind] += 1
        if taken[kind] <= most:
            chosen.append(value)
    return chosen


def shapes(values: Mapping[str, str], *, marks: str = "@:/ .-") -> list[str]:
    """One value of each shape: a UUID, a digest, an address, a reference, a slug, a sentence; no whole text.

    Shapes are told apart by the `marks` that stand in them.
    """
    found: dict[str, str] = {}
    for value in (one for one in values if "\n" not in one):
        there = "".join(sorted(set(UUID_TEXT.sub("", value)) & set(marks)))
        kind = "uuid" if UUID_TEXT.search(value) else "digest" if HEX.fullmatch(value) else "text"
        found.setdefault(f"{kind} {there}", value)
    return list(found.values())


def named(answer: httpx.Response) -> Iterator[tuple[str, str]]:
    """Every text in a JSON answer that is long enough to name something, with the kind of place it stands in."""
    if "json" not in answer.headers.get("content-type", ""):
        return
    stack: list[tuple[str, Any]] = [("", answer.json())]
    while stack:
        kind, value = stack.pop()
        if isinstance(value, Mapping):
            stack.extend((f"{kind}.{key}", inner) for key, inner in value.items() if key != "request_id")
        elif isinstance(value, list):
            stack.extend((kind, inner) for inner in value)
        elif isinstance(value, str) and len(value) >= SHORTEST and not MOMENT.fullmatch(value):
            yield kind, value
            yield from ((f"{kind}~", found) for found in UUID_TEXT.findall(value) if found != value)
    if etag := answer.headers.get("etag"):
        yield "etag", etag


def twin(value: str) -> str:
    """Another value of the same shape that names nothing; always the same one for the same value."""
    chance = Random(value)
    if UUID_TEXT.search(value):
        return UUID_TEXT.sub(lambda _: str(UUID(int=chance.getrandbits(128), version=4)), value)
    if "://" in value:
        scheme, _, rest = value.partition("://")
        return f"{scheme}://{twin(rest)}"
    pools = ("0123456789", "abcdef") if HEX.fullmatch(value) else ("0123456789", "abcdefghijklmnopqrstuvwxyz")
    return re.sub(r"[a-z0-9]", lambda m: chance.choice(pools[m[0].isalpha()]), value)


def plainly(answer: httpx.Response, *values: str) -> str:
    """Status, headers and body, without what differs from request to request, and without these values."""
    headers = {k: v for k, v in answer.headers.items() if k not in CHANGING_HEADERS}
    said = f"{answer.status_code} {json.dumps(headers, sort_keys=True)} {answer.text}"
    for value in sorted(values, key=len, reverse=True):
        for written in (value, json.dumps(value)[1:-1], value.replace("-", " ").capitalize()):
            said = said.replace(written, "◊") if written else said
    return HEX.sub("H", MOMENT.sub("T", UUID_TEXT.sub("U", said)))


DRIFTING = frozenset({"list_sessions", "me"})
"""Reads that differ each time for the reader's own sake."""
AGEING = frozenset({"get_overview", "list_measured_services"})
"""Reads that count what was measured in the last minutes."""
MEASURED = re.compile(r'"((?:budget_)?health|rps|error_rate|p95_ms|spark)":("\w*"|\[[^]]*]|[^,}]+)')
"""What other reads tell of the last minutes."""


async def snapshot(who: Client, seen: Seen, *, later: bool = False) -> Mapping[str, str]:
    """Every read that answered before, as it answers now.

    `later` leaves out what changes by the mere passing of minutes: what was measured just now and how well it did.
    """
    left_out = DRIFTING | AGEING if later else DRIFTING
    calls: dict[str, Call] = {c.text: c for c in seen.calls if c.operation.id not in left_out}
    found = {text: plainly(await call.send(who)) for text, call in calls.items()}
    return {text: MEASURED.sub(r"\1", said) for text, said in found.items()} if later else found


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [
        f"{call}\n  {before[call][:400]}\n  {after[call][:400]}"
        for call in before
        if before[call] != after[call]
    ]


def placed(operation: Operation, slot: Slot, value: str) -> Call:
    """The operation with a value in one place; what else its path must name is named by the same value, if it can."""
    call = Call(operation, {s.name[0]: "x" for s in operation.naming}, operation.query, operation.body)
    for other in operation.naming:
        if other.where == "path" and other.takes(value):
            call = call.put(other, value)
    return call.put(slot, value)


def everywhere(operation: Operation, values: Iterable[str]) -> Iterator[tuple[Call, str]]:
    """The operation with each value in each place that it fits."""
    for slot in operation.slots:
        yield from ((placed(operation, slot, value), value) for value in values if slot.takes(value))


async def answers(who: Client, calls: Iterable[Call]) -> AsyncIterator[tuple[Call, httpx.Response]]:
    """Send many requests, a few at a time."""
    waiting = iter(calls)
    while batch := list(islice(waiting, AT_ONCE)):
        for call, answer in zip(batch, await asyncio.gather(*(c.send(who) for c in batch)), strict=True):
            yield call, answer


def leaked(secrets: Iterable[str], answer: httpx.Response, sent: str) -> list[str]:
    """Secrets in an answer, other than those that the request itself held."""
    said = f"{answer.text} {answer.headers}"
    return [value for value in secrets if value in said and value not in sent]


def shared_ids(one: Seen, other: Seen) -> list[str]:
    """Ids that two tenants both saw: there must be none, so whatever both see is nobody's in particular."""
    both = one.values.keys() & other.values.keys()
    return sorted(value for value in both if UUID_TEXT.search(value))
