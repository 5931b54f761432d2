"""Schemas that come with CompanyOS: JSON files in the `schemas/` of a part, found by their place.

`<part>/schemas/<name>.json` is the newest version; it says its name and version itself, under `x-companyos`. A former
version that is no mere addition away stays beside it as `<name>@<version>.json`.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from companyos.kernel.domain import Domain

from .rules.profile import SchemaRefused, understand
from .rules.schema import Schema, Version

PREFIX = "companyos."
"""How the names of built-in schemas begin; tenants cannot register such."""

Builtin = Mapping[str, Mapping[Version, Schema]]


def builtin(parts: Iterable[Domain]) -> Builtin:
    """Every built-in schema by name and version. Raises ValueError naming the file that cannot be used."""
    found: dict[str, dict[Version, Schema]] = {}
    for file, schema in _files(parts):
        assert schema.version is not None
        versions = found.setdefault(schema.name, {})
        if schema.version in versions:
            raise ValueError(f"{file}: {schema.name} {schema.version} is there twice")
        versions[schema.version] = schema
    return found


def _files(parts: Iterable[Domain]) -> Iterator[tuple[Path, Schema]]:
    for part in parts:
        for file in sorted((part.folder / "schemas").glob("*.json")):
            yield file, _read(file)


def _read(file: Path) -> Schema:
    try:
        schema = understand(msgspec.json.decode(file.read_bytes()))
    except (msgspec.DecodeError, SchemaRefused) as error:
        raise ValueError(f"{file}: {error}") from error
    if not schema.name.startswith(PREFIX) or schema.version is None:
        raise ValueError(f"{file}: x-companyos must say a name that begins with {PREFIX} and a version")
    if file.stem not in (schema.name, f"{schema.name}@{schema.version}"):
        raise ValueError(f"{file}: the file is called otherwise than the schema in it, {schema.name}")
    return schema
