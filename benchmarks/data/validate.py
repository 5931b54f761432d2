"""How many events a second does one core judge by their schema, and what does judging cost beside reading?

Peers in the same run: msgspec reading the same bytes without a schema (the bare ceiling: no service can take in what
it has not read), and jsonschema, which judges by walking. Figure: ≥ 500,000 good events/s per core.
Times are processor time: judging never waits, and what else the machine does is not counted.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import jsonschema
import msgspec

from companyos.spines.data.rules.compiling import compiled
from companyos.spines.data.rules.profile import understand

WANTED = 500_000
EVENTS, ROUNDS = 20_000, 7

PLAIN: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["path", "title"],
    "properties": {
        "path": {"type": "string", "maxLength": 500},
        "title": {"type": "string", "maxLength": 200},
        "referrer": {"type": ["string", "null"]},
        "milliseconds": {"type": "integer", "minimum": 0},
        "width": {"type": "integer", "minimum": 1, "maximum": 100_000},
        "kind": {"enum": ["first", "again", "restored"]},
        "opened_at": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 10},
        "experiment": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"arm": {"type": "string"}, "seed": {"type": "number"}},
        },
    },
}
PATTERNED = {
    **PLAIN,
    "properties": {**PLAIN["properties"], "path": {"type": "string", "pattern": "^/[a-z0-9/-]*$"}},
}
LABELLED = {**PLAIN, "x-companyos": {"pii": "none"}}


def events(**change: Any) -> list[bytes]:
    """Events as they come in, each a little different."""
    return [
        msgspec.json.encode(
            {
                "path": f"/operations/services/checkout-{number % 97}",
                "title": f"Checkout {number % 97}: deployments and incidents of this week",
                "referrer": None if number % 3 else "https://console.example/overview",
                "milliseconds": number % 3000,
                "width": 1440,
                "kind": "first",
                "opened_at": "2026-11-22T10:15:00Z",
                "tags": ["console", "operations"],
                "experiment": {"arm": "compact", "seed": 0.25},
                **change,
            }
        )
        for number in range(EVENTS)
    ]


def rate(judge: Callable[[bytes], object], given: list[bytes]) -> float:
    """Events a second of processor time: the best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for one in given:
            judge(one)
        best = min(best, time.process_time() - began)
    return len(given) / best


def main() -> int:
    good, wrong = events(), events(milliseconds="12")
    judges = {
        name: compiled(understand(said))
        for name, said in (("plain", PLAIN), ("labelled", LABELLED), ("patterned", PATTERNED))
    }
    for name, judge in judges.items():
        assert judge.faults(good[0]) == (), name
    assert [one.code for one in judges["plain"].faults(wrong[0])] == ["wrong_type"]
    walker = jsonschema.Draft202012Validator(PLAIN)
    bare = rate(msgspec.json.decode, good)
    figure = rate(judges["plain"].faults, good)
    print(f"bytes an event                                {len(good[0])}")
    print(f"bare: read without a schema                   {bare:>11,.0f}/s")
    print(
        f"judged, searched for personal data            {figure:>11,.0f}/s   ratio to bare {figure / bare:.2f}"
    )
    for words, name, given in (
        ("judged, labelled as none: not searched", "labelled", good),
        ("judged, one pattern", "patterned", good),
        ("refused, with pointer and words", "plain", wrong),
    ):
        found = rate(judges[name].faults, given)
        print(f"{words:<45} {found:>11,.0f}/s   ratio to bare {found / bare:.2f}")
    peer = rate(lambda one: walker.is_valid(msgspec.json.decode(one)), good[: EVENTS // 20])
    print(f"{'peer: jsonschema':<45} {peer:>11,.0f}/s   {figure / peer:.0f} times slower")
    print(f"wanted: {WANTED:,} good events/s per core: {'met' if figure >= WANTED else 'missed'}")
    return int(figure < WANTED)


if __name__ == "__main__":
    sys.exit(main())
