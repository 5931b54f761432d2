"""How the house's names are written in Cedar: one namespace, nouns in CamelCase."""

from collections.abc import Mapping
from typing import Any

from companyos.kernel.entities import EntityRef

NAMESPACE = "CompanyOS"

Uid = dict[str, str]


def uid(type_: str, id_: str) -> Uid:
    """A Cedar entity id in its JSON form."""
    return {"type": f"{NAMESPACE}::{type_}", "id": id_}


def type_of(entity_type: str) -> str:
    """`operations.service` is `Service`, `evidence.audit_record` is `AuditRecord`."""
    noun = entity_type.rpartition(".")[2]
    return "".join(word.capitalize() for word in noun.split("_"))


def ref_uid(ref: EntityRef) -> Uid:
    return uid(type_of(ref.type), ref.id)


def written(uid: Uid) -> str:
    """An entity id in Cedar's own syntax."""
    id_ = uid["id"].replace("\\", "\\\\").replace('"', '\\"')
    return f'{uid["type"]}::"{id_}"'


def cedar_value(value: Any) -> Any:
    """An attribute of a Resource as Cedar JSON. Raises TypeError for a type that Cedar does not know."""
    if isinstance(value, str | int):  # bool is an int
        return value
    if isinstance(value, EntityRef):
        return {"__entity": ref_uid(value)}
    if isinstance(value, list | tuple | set | frozenset):
        return [cedar_value(item) for item in value]
    raise TypeError(
        f"{type(value).__name__} is no policy attribute; give str, int, bool, EntityRef or a list"
    )


def cedar_attrs(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as Cedar JSON; one that is None counts as missing."""
    try:
        return {name: cedar_value(value) for name, value in attrs.items() if value is not None}
    except TypeError as error:
        wrong = [name for name, value in attrs.items() if not _fits(value)]
        raise TypeError(f"attribute {', '.join(wrong)}: {error}") from None


def _fits(value: Any) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return all(_fits(item) for item in value)
    return value is None or isinstance(value, str | int | EntityRef)
