"""Mending refused events: small typed operations on their JSON, applied in order. Pure.

A place that an event does not have is left alone, and so is a value that cannot be cast: the schema then says what is
still wrong. What the intake believes of the sender alone cannot be touched: nobody repairs a consent into an event.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from companyos.spines.data.rules.fault import Fault, nearest

from .envelope import UNREADABLE, Envelope, Unfit, read
from .letters import Letter

PROTECTED = (
    "id",
    "tenant_id",
    "environment",
    "residency_zone",
    "user_id",
    "consent_scope",
    "purpose",
)
"""Fields of the envelope that no repair may read from or write to."""
OPEN = tuple(name for name in Envelope.__struct_fields__ if name not in PROTECTED)
SENT_ANEW = "Only the producer can send it again."
Kind = Literal["text", "integer", "number", "boolean", "time"]


class Rename(msgspec.Struct, frozen=True, tag_field="do", tag="rename"):
    """Call the member at `at` otherwise, in the object in which it stands."""

    at: str
    to: str


class Move(msgspec.Struct, frozen=True, tag_field="do", tag="move"):
    """Put what stands at `at` to `to`, if nothing stands there."""

    at: str
    to: str


class SetDefault(msgspec.Struct, frozen=True, tag_field="do", tag="set_default"):
    """Say `value` at `at`, if nothing is said there."""

    at: str
    value: Any


class Cast(msgspec.Struct, frozen=True, tag_field="do", tag="cast"):
    """Write the value at `at` as another type. A number is a `time` in seconds or milliseconds since 1970."""

    at: str
    to: Kind


class Drop(msgspec.Struct, frozen=True, tag_field="do", tag="drop"):
    """Leave out what stands at `at`."""

    at: str


class MapValue(msgspec.Struct, frozen=True, tag_field="do", tag="map_value"):
    """Replace the value at `at` by the one that `values` has for its text, if it has one."""

    at: str
    values: dict[str, Any]


Operation = Rename | Move | SetDefault | Cast | Drop | MapValue


def faults(operations: Sequence[Operation]) -> tuple[Fault, ...]:
    """What is wrong with operations, before any event is looked at; pointers lead into them."""
    found: list[Fault] = []
    for number, one in enumerate(operations):
        places = {"at": one.at} | ({"to": one.to} if isinstance(one, Move) else {})
        if isinstance(one, Rename):
            places["to"] = one.at.rpartition("/")[0] + "/" + one.to.replace("~", "~0").replace("/", "~1")
        for field, pointer in places.items():
            found += _of_place(f"/operations/{number}/{field}", pointer, target=_writes(one, field))
    return tuple(found)


def mend(value: dict[str, Any], operations: Sequence[Operation]) -> None:
    """Apply operations to an event's JSON, in order and in place."""
    for one in operations:
        way = _way(one.at)
        holder, last = _holder(value, way), way[-1]
        if isinstance(one, SetDefault):
            _put(value, way, one.value)
        elif holder is None or last not in holder:
            continue
        elif isinstance(one, Rename):
            if one.to not in holder:
                renamed = [(one.to if name == last else name, told) for name, told in holder.items()]
                holder.clear()
                holder.update(renamed)
        elif isinstance(one, Move):
            if _put(value, _way(one.to), holder[last]):
                del holder[last]
        elif isinstance(one, Drop):
            del holder[last]
        elif isinstance(one, Cast):
            holder[last] = cast(holder[last], one.to)
        else:
            told = (
                holder[last] if isinstance(holder[last], str) else msgspec.json.encode(holder[last]).decode()
            )
            holder[last] = one.values.get(told, holder[last])


def mended(letter: Letter, operations: Sequence[Operation]) -> Envelope | Fault:
    """The event that a letter is after the operations, or why it is none. Its time is at the latest when it came."""
    if not letter.raw:
        return Fault("", "withheld", "Of this event only that it came was kept.", SENT_ANEW)
    try:
        value = msgspec.json.decode(letter.raw)
    except UNREADABLE:
        return Fault("", "cut", "The event was too long to be kept whole.", SENT_ANEW)
    if not isinstance(value, dict):
        return Fault("", "malformed", "This is no JSON object.", SENT_ANEW)
    mend(value, operations)
    value.setdefault("at", letter.at.isoformat())
    event = read(msgspec.json.encode(value))
    return event.fault if isinstance(event, Unfit) else event


def cast(value: Any, to: Kind) -> Any:
    """A value as another type, or the value itself if it cannot be."""
    try:
        match to:
            case "text":
                return value if isinstance(value, str | dict | list) else msgspec.json.encode(value).decode()
            case "integer":
                whole = int(value)
                return whole if not isinstance(value, float) or whole == value else value
            case "number":
                number = float(value)
                return number if math.isfinite(number) else value
            case "boolean":
                return {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower(), value)
            case "time":
                return _time(value)
    except (ValueError, TypeError, OverflowError, OSError):
        return value


def _time(value: Any) -> Any:
    if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()
    seconds = float(value)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC).isoformat()


def _writes(one: Operation, field: str) -> bool:
    """Whether something stands at that place afterwards, so that the envelope has to know it."""
    return field == "to" or isinstance(one, SetDefault)


def _of_place(where: str, pointer: str, *, target: bool) -> list[Fault]:
    if not pointer.startswith("/") or pointer.endswith("/") or "//" in pointer:
        return [Fault(where, "bad_pointer", "This is no place in an event.", "Write it as /props/amount.")]
    first = _way(pointer)[0]
    if first in PROTECTED:
        sentence = f"`{first}` is believed of the sender alone; a repair may not touch it."
        return [Fault(where, "protected", sentence, "Ask the producer to send these events anew.")]
    if target and first not in OPEN:
        guess = nearest(first, list(OPEN))
        fix = f"Write /{guess}." if guess else "Put it under /props."
        return [Fault(where, "unknown_field", f"An event has no field `{first}`.", fix)]
    return []


def _way(pointer: str) -> list[str]:
    return [one.replace("~1", "/").replace("~0", "~") for one in pointer.split("/")[1:]]


def _holder(value: dict[str, Any], way: Sequence[str]) -> dict[str, Any] | None:
    """The object in which the last step stands; None when there is none."""
    at: Any = value
    for one in way[:-1]:
        at = at.get(one) if isinstance(at, dict) else None
    return at if isinstance(at, dict) else None


def _put(value: dict[str, Any], way: Sequence[str], told: Any) -> bool:
    """Say something where nothing is said, making the objects on the way; False when something stands there."""
    at: Any = value
    for one in way[:-1]:
        at = at.setdefault(one, {})
        if not isinstance(at, dict):
            return False
    if way[-1] in at:
        return False
    at[way[-1]] = told
    return True
