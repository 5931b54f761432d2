"""Reads `catalog-info.yaml`, Backstage's form of describing services (backstage.io, descriptor format).

Component, API and Resource become services. The other kinds of that format are left out and named in the
result. Everything wrong is collected, each with its line, before anything is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.yaml_lines import NotYaml, Spot, read_documents

from ..public.types import Lifecycle, Link, ServiceKind, Tier
from .names import NAME, NAME_HELP

TIER, OBJECTIVE, LATENCY = "companyos.dev/tier", "companyos.dev/objective", "companyos.dev/latency-ms"

_KINDS: Mapping[str, ServiceKind] = {"Component": "component", "API": "api", "Resource": "resource"}
_LEFT_OUT = {"System", "Domain", "Group", "User", "Location", "Template"}
_TOP = {"apiVersion", "kind", "metadata", "spec"}
_METADATA = {"name", "namespace", "title", "description", "labels", "annotations", "tags", "links"}
_SPEC = {
    "type", "lifecycle", "owner", "system", "subcomponentOf", "dependsOn", "dependencyOf", "providesApis",
    "consumesApis", "definition", "implementsApis",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One service as a catalogue file describes it, and the line where its document begins."""

    name: str
    title: str
    kind: ServiceKind
    description: str
    tier: Tier
    owner: str
    lifecycle: Lifecycle
    objective: float
    latency_objective_ms: int | None
    depends_on: tuple[str, ...]
    links: tuple[Link, ...]
    annotations: Mapping[str, str]
    line: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Catalog:
    """What a file says: services, documents that were left out ("System payments, line 12"), what is wrong."""

    entries: tuple[Entry, ...]
    left_out: tuple[str, ...]
    reasons: tuple[Reason, ...]


def read_catalog(text: str, file: str = "catalog-info.yaml") -> Catalog:
    """Read a whole file. Never raises: a file that cannot be read is one more reason."""
    try:
        documents = read_documents(text, file)
    except NotYaml as wrong:
        return Catalog((), (), (wrong.reason,))
    entries: list[Entry] = []
    left_out: list[str] = []
    reader = _Reader(file)
    for document in documents:
        kind = reader.text(document, "kind", required=True)
        if kind in _LEFT_OUT:
            metadata = document.get("metadata")
            name = reader.text(metadata, "name") if metadata else ""
            left_out.append(f"{kind} {name}, line {document.line}")
        elif kind in _KINDS:
            entries.append(reader.entry(document, _KINDS[kind]))
        elif kind:
            known = ", ".join(sorted({*_KINDS, *_LEFT_OUT}))
            reader.wrong(document.get("kind") or document, f"{kind!r} is no kind of entity", f"Use {known}.")
    lines: dict[str, int] = {}
    for entry in entries:
        if entry.name and lines.setdefault(entry.name, entry.line) != entry.line:
            reader.wrong(
                Spot(None, entry.line),
                f"{entry.name} is described twice, first on line {lines[entry.name]}",
                "Keep one of the two.",
            )
    if not documents:
        reader.wrong(Spot(None, 1), "The file describes nothing", "Write at least one Component.")
    return Catalog(tuple(entries), tuple(left_out), tuple(reader.reasons))


class _Reader:
    """Takes values out of documents and collects what is wrong with them."""

    def __init__(self, file: str):
        self.file = file
        self.reasons: list[Reason] = []

    def wrong(self, at: Spot, sentence: str, fix: str) -> None:
        where = f"{self.file}:{at.line}"
        self.reasons.append(
            Reason("catalog", f"{sentence} (line {at.line}).", where, Remedy("fix_input", fix))
        )

    def entry(self, document: Spot, kind: ServiceKind) -> Entry:
        self.only(document, _TOP, "")
        version = self.text(document, "apiVersion", required=True)
        if version and not version.startswith("backstage.io/v1"):
            self.wrong(document.get("apiVersion") or document, f"apiVersion {version!r} is unknown",
                       "Write backstage.io/v1alpha1.")  # fmt: skip
        metadata = self.mapping(document, "metadata", _METADATA, required=True)
        spec = self.mapping(document, "spec", _SPEC, required=True)
        annotations = self.texts_by_name(metadata, "annotations")
        self.texts_by_name(metadata, "labels")
        name = self.text(metadata, "name", required=True)
        if name and not NAME.fullmatch(name):
            self.wrong(metadata.get("name") or metadata, f"{name!r} cannot be a name", NAME_HELP)
        return Entry(
            name=name,
            title=self.text(metadata, "title") or name,
            kind=kind,
            description=self.text(metadata, "description"),
            tier=self.choice(metadata, annotations, TIER, get_args(Tier), "t2"),
            owner=_short(self.text(spec, "owner", required=True)),
            lifecycle=self.lifecycle(spec, required=kind != "resource"),
            objective=self.objective(metadata, annotations),
            latency_objective_ms=self.latency(metadata, annotations),
            depends_on=tuple(sorted({_short(one) for one in self.dependencies(spec)} - {""})),
            links=tuple(self.links(metadata)),
            annotations=annotations,
            line=document.line,
        )

    def only(self, spot: Spot, known: set[str], path: str) -> None:
        for key, value in spot.value.items() if isinstance(spot.value, dict) else ():
            if key not in known:
                said = f"{path}{key}"
                self.wrong(value, f"{said} is not a field", f"Remove it, or use {', '.join(sorted(known))}.")

    def mapping(self, spot: Spot, key: str, known: set[str], required: bool = False) -> Spot:
        found = spot.get(key)
        if found is None or not isinstance(found.value, dict):
            if required or found is not None:
                self.wrong(found or spot, f"{key} must be a mapping", f"Write {key}: with fields below it.")
            return Spot({}, (found or spot).line)
        self.only(found, known, f"{key}.")
        return found

    def text(self, spot: Spot, key: str, required: bool = False) -> str:
        found = spot.get(key)
        if found is None or found.value is None:
            if required:
                self.wrong(found or spot, f"{key} is missing", f"Add {key}.")
            return ""
        if not isinstance(found.value, str | int | float) or isinstance(found.value, bool):
            self.wrong(found, f"{key} must be text", f"Write {key} as one line of text.")
            return ""
        return str(found.value)

    def texts_by_name(self, spot: Spot, key: str) -> dict[str, str]:
        found = spot.get(key)
        if found is None:
            return {}
        if not isinstance(found.value, dict):
            self.wrong(found, f"{key} must be a mapping", f"Write {key}: with name: text pairs below it.")
            return {}
        return {name: self.text(found, name) for name in found.value}

    def choice(
        self, at: Spot, said: Mapping[str, str], key: str, known: tuple[Any, ...], default: str
    ) -> Any:
        value = said.get(key, default)
        if value not in known:
            self.wrong(self.annotation(at, key), f"{key} is {value!r}", f"Use {', '.join(known)}.")
            return default
        return value

    def lifecycle(self, spec: Spot, required: bool) -> Lifecycle:
        value = self.text(spec, "lifecycle", required=required)
        if value and value not in get_args(Lifecycle):
            self.wrong(spec.get("lifecycle") or spec, f"lifecycle is {value!r}",
                       f"Use {', '.join(get_args(Lifecycle))}.")  # fmt: skip
        known: dict[str, Lifecycle] = {"experimental": "experimental", "deprecated": "deprecated"}
        return known.get(value, "production")

    def objective(self, metadata: Spot, said: Mapping[str, str]) -> float:
        try:
            value = float(said.get(OBJECTIVE, "0.999"))
        except ValueError:
            value = -1.0
        if not 0.5 <= value <= 1:
            self.wrong(self.annotation(metadata, OBJECTIVE), f"{OBJECTIVE} is {said[OBJECTIVE]!r}",
                       "Write the share of requests that must succeed, from 0.5 to 1, such as 0.999.")  # fmt: skip
            return 0.999
        return value

    def latency(self, metadata: Spot, said: Mapping[str, str]) -> int | None:
        text = said.get(LATENCY)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 600_000):
            self.wrong(self.annotation(metadata, LATENCY), f"{LATENCY} is {text!r}",
                       "Write whole milliseconds from 1 to 600000.")  # fmt: skip
            return None
        return int(text)

    def dependencies(self, spec: Spot) -> Iterator[str]:
        for key in ("dependsOn", "consumesApis"):
            for one in self.items(spec, key):
                if isinstance(one.value, str):
                    yield one.value
                else:
                    self.wrong(one, f"{key} holds something that is not text", "Write component:name.")

    def links(self, metadata: Spot) -> Iterator[Link]:
        for one in self.items(metadata, "links"):
            url = self.text(one, "url", required=True)
            if url.startswith(("https://", "http://")):
                yield Link(url, self.text(one, "title") or url)
            elif url:
                self.wrong(one.get("url") or one, f"{url!r} is no web address", "Start it with https://.")

    def items(self, spot: Spot, key: str) -> list[Spot]:
        found = spot.get(key)
        if found is None:
            return []
        if not isinstance(found.value, list):
            self.wrong(found, f"{key} must be a list", f"Write {key}: with lines that start with a dash.")
            return []
        return found.value

    def annotation(self, metadata: Spot, key: str) -> Spot:
        annotations = metadata.get("annotations")
        return (annotations and annotations.get(key)) or annotations or metadata


def _short(reference: str) -> str:
    """The name in an entity reference `[kind:][namespace/]name`."""
    return reference.rsplit("/", 1)[-1].rsplit(":", 1)[-1].strip()
