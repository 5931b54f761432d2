"""What msgspec says of a value that does not fit, as a Fault with a JSON pointer."""

import re
from collections.abc import Sequence

import msgspec

from companyos.spines.data.rules.fault import Fault, nearest, step

_PLACE = re.compile(r" - at `\$?(.*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def fault_of(error: Exception, known: Sequence[str] = ()) -> Fault:
    """The fault in an error of reading JSON; `known` are the names that an unknown one may have been meant for."""
    said = str(error)
    pointer = _pointer(said)
    said = _PLACE.sub("", said)
    unknown = _UNKNOWN.match(said)
    if unknown:
        guess = nearest(unknown[1], list(known))
        fix = f"Write `{guess}`." if guess else "Put what is particular to the event into `props`."
        return Fault(step(pointer, unknown[1]), "unknown_field", f"There is no field `{unknown[1]}`.", fix)
    if not isinstance(error, msgspec.ValidationError):
        return Fault(
            pointer, "malformed", f"This is not JSON: {said}.", "Send one JSON object for each event."
        )
    if "datetime" in said:
        return Fault(
            pointer,
            "wrong_type",
            "The time cannot be read.",
            "Write RFC 3339 with a zone: 2026-11-22T10:15:00Z.",
        )
    code = "too_long" if "length" in said else "wrong_type"
    fix = "Shorten it." if code == "too_long" else f"Send what is expected: {said[:1].lower()}{said[1:]}."
    return Fault(pointer, code, f"{said}.", fix)


def _pointer(said: str) -> str:
    place = _PLACE.search(said)
    pointer = ""
    for name, number in _STEP.findall(place[1] if place else ""):
        pointer = step(pointer, name or number)
    return pointer
