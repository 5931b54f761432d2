"""Mistakes that senders make, so that conformance and repair have something to show."""

from typing import Any

import msgspec

from ..envelope import Envelope
from .chance import Chance, between

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode


def spoil(event: Envelope, chance: Chance) -> Envelope:
    """The event with a mistake in it, for which intake refuses it; each kind of event has a typical one."""
    props = _decode(event.props)
    match event.event:
        case "companyos.page_viewed":
            props["route"] = props.pop("path")  # another name
        case "companyos.feature_used" if between(chance, 0, 2):
            props["duration_ms"] = str(props["duration_ms"])  # a text
        case "companyos.feature_used":
            props["outcome"] = props["outcome"].upper()  # another word
        case "companyos.search_made":
            del props["found"]  # forgotten
        case "companyos.goal_reached":
            props["goal_name"] = props.pop("goal")
        case _:
            props["app"] = {"version": "2.4.0"}  # unasked for
    event.props = msgspec.Raw(_encode(props))
    return event
