"""What is kept of a frozen view: its parts, each signed for itself, and one signature over them all.

A part is signed for itself so that whoever is shown one can prove it with nothing of the others. What it stands on is
signed as a salted hash: it holds attributes and fingerprints that the part itself may not tell.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from companyos.kernel.work import Work
from companyos.spines.evidence import canonical
from companyos.spines.evidence.attesting import Attested, attest, attested, digests_of

from ...store import FrozenView
from .reading import Part
from .watching import write_ground

VIEW, PART = "https://companyos.dev/frozen-view/v1", "https://companyos.dev/frozen-part/v1"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A kept part: the read, the data, the ground it stands on, and the envelope that proves it."""

    read: str
    body: Any
    ground: Mapping[str, Any]
    envelope: str


async def seal(
    work: Work, view: FrozenView, *, path: str, policy: str | None, parts: Sequence[Part]
) -> tuple[bytes, bytes]:
    """The envelope over the view, and its parts as canonical JSON."""
    context = {**_head(work, view), "name": work.actor.name, "policy": policy}
    kept = []
    for part in parts:
        ground = canonical.plain({"salt": secrets.token_hex(16), **_ground(part)})
        contents = {"body": canonical.encode(part.body), "ground": canonical.encode(ground)}
        envelope = await attest(work.house, PART, contents, {**context, "read": part.read})
        kept.append({"body": part.body, "ground": ground, "envelope": envelope.decode()})
    screen = canonical.plain({**context, "title": view.title, "path": path})
    return await attest(work.house, VIEW, _envelopes(kept), screen), canonical.encode(kept)


async def unseal(
    work: Work, view: FrozenView, envelope: bytes, content: bytes
) -> tuple[Attested, list[Sealed]]:
    """The signed context and the parts. Raises ValueError saying what was changed since it was signed."""
    try:
        said = await attested(work.house, VIEW, envelope)
        kept = json.loads(content)
        head = {**_head(work, view), "title": view.title}
        if {name: said.predicate[name] for name in head} != head:
            raise ValueError("the signed context is not that of this frozen view")
        if digests_of(_envelopes(kept)) != said.digests:
            raise ValueError("its parts are not those that were signed")
        return said, [await _part(work, head["view"], one) for one in kept]
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"it cannot be read: {error}") from error


async def _part(work: Work, view: str, kept: Mapping[str, Any]) -> Sealed:
    said = await attested(work.house, PART, kept["envelope"].encode())
    contents = {name: canonical.encode(kept[name]) for name in ("body", "ground")}
    if said.predicate["view"] != view or digests_of(contents) != said.digests:
        raise ValueError("the data is not what was signed")
    return Sealed(said.predicate["read"], kept["body"], kept["ground"], kept["envelope"])


def _head(work: Work, view: FrozenView) -> dict[str, str]:
    """What the row in the database and every envelope must say alike."""
    return {
        "view": str(view.id),
        "tenant": str(work.tenant),
        "environment": view.environment,
        "by": view.by,
        "at": view.at.astimezone(UTC).isoformat(),
    }


def _ground(part: Part) -> dict[str, Any]:
    return {
        "grounds": [write_ground(*ground) for ground in part.grounds],
        "conditions": dict(part.conditions),
        "rows": [{"row": n, **write_ground(action, on)} for n, action, on in part.rows],
    }


def _envelopes(kept: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    return {str(n): one["envelope"].encode() for n, one in enumerate(kept)}
