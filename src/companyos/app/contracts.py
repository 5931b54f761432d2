"""Contracts of events: what was promised to whoever reads them, kept in `contracts/events.json`.

The schema of an event's version may only grow by optional fields. `make generate` adds what is new; a change that
would break a reader is refused and needs a new version.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from companyos.kernel import events
from companyos.kernel.problems import Invalid

from .reference import declared_events

Schema = dict[str, Any]
FILE = Path("contracts/events.json")


def schemas() -> dict[str, Schema]:
    """The JSON Schema of every declared event by `<name>.v<version>`."""
    declared = {f"{name}.v{version}": _schema(kind) for (name, version), kind in declared_events().items()}
    written: dict[str, Schema] = json.loads(json.dumps(declared))  # defaults as JSON has them: no tuples
    return written


def broken(promised: dict[str, Schema], now: dict[str, Schema]) -> list[str]:
    """What the present code would break of the promised contracts, in words."""
    found = []
    for name, old in promised.items():
        new = now.get(name)
        if new is None:
            found.append(f"{name} is promised but no longer declared: keep its class, or emit nothing of it")
            continue
        for field, was in old["properties"].items():
            if new["properties"].get(field) != was:
                found.append(f"{name}: {field} was removed or changed: make a new version instead")
        for field in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
            found.append(f"{name}: {field} became required: give it a default, or make a new version")
    return found


def write(file: Path) -> bool:
    """Bring the contracts up to date; True when they changed. Raises Invalid when a promise would break."""
    promised = read(file)
    now = schemas()
    faults = broken(promised, now)
    if faults:
        raise Invalid("; ".join(faults))
    if promised == now:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(now, indent=2, sort_keys=True) + "\n")
    return True


def read(file: Path) -> dict[str, Schema]:
    """The promised contracts; none when the file is not there yet."""
    kept: dict[str, Schema] = json.loads(file.read_text()) if file.exists() else {}
    return kept


def _schema(kind: type[events.Event]) -> Schema:
    whole = msgspec.json.schema(kind, ref_template="#/$defs/{name}")
    schema: Schema = whole["$defs"][kind.__name__]
    kept: Schema = {key: schema[key] for key in ("title", "description", "required") if key in schema}
    return {**kept, "properties": schema.get("properties", {})}
