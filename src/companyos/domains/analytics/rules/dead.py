"""What is kept of a refused event: enough to repair it, and nothing that we may not have."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from companyos.spines.data.rules.fault import Fault
from companyos.spines.data.rules.pii import pii_in
from companyos.spines.data.rules.searching import unlabelled

from .envelope import UNREADABLE, Envelope, Unfit
from .judging import CONTENT_WITHHELD

REMOVED = "[removed: personal data]"


class DeadLetter(msgspec.Struct, omit_defaults=True, gc=False):
    """A refused event as it waits in the stream; `raw` is JSON text, cut when it was too long.

    `letter` is its own id: that of the event may be missing, and may come again.
    """

    id: str
    event: str
    schema: str
    reason: Fault
    raw: str = ""
    letter: str = ""


def letter(
    event: Envelope | Unfit, faults: tuple[Fault, ...], hide: Callable[[str], str], most: int, id: str = ""
) -> DeadLetter:
    """The dead letter `id` of a refused event. `hide` makes a pseudonym of a person's id, `most` is in bytes."""
    if isinstance(event, Unfit):
        raw = _unreadable(event.raw, hide)
        return DeadLetter(event.id, event.event, "", event.fault, _cut(raw, most), id)
    first = faults[0]
    if first.code in CONTENT_WITHHELD:
        return DeadLetter(event.id, event.event, event.schema, first, letter=id)
    event.user_id = hide(event.user_id) if event.user_id else ""
    value = msgspec.json.decode(msgspec.json.encode(event))  # of a field that was sent twice one is left
    personal = [one.pointer for one in faults if one.code == "unlabelled_pii"]
    looked_into = any(one.pointer.startswith("/props/") for one in faults)
    if not looked_into:  # refused for something else before that, or a field was sent twice
        personal += [one.pointer for one in unlabelled(None, value.get("props"), "/props")]
    raw = msgspec.json.encode(_without(value, personal))
    return DeadLetter(event.id, event.event, event.schema, first, _cut(raw, most), id)


def _unreadable(raw: bytes, hide: Callable[[str], str]) -> bytes:
    """Of what is no envelope only JSON is kept, without anything that looks like a person's data."""
    try:
        value = msgspec.json.decode(raw)
    except UNREADABLE:
        return b""
    if isinstance(value, dict) and "user_id" in value:
        value["user_id"] = hide(str(value["user_id"]))
    return msgspec.json.encode(_without(value, [one.pointer for one in unlabelled(None, value)]))


def _without(value: Any, pointers: Iterable[str]) -> Any:
    for pointer in pointers:
        *way, last = (one.replace("~1", "/").replace("~0", "~") for one in pointer.split("/")[1:])
        at = value
        for one in way:
            at = at[int(one)] if isinstance(at, list) else at.get(one, {})
        if isinstance(at, list):
            at[int(last)] = REMOVED
        elif isinstance(at, dict):
            at[last] = REMOVED
            if pii_in(last):
                del at[last]
    return value


def _cut(raw: bytes, most: int) -> str:
    return raw[:most].decode(errors="ignore")
