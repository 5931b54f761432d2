"""Reference pages written from the code itself; `make generate` writes them and a test refuses drift."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from fastapi.routing import APIRoute
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

import companyos.kernel.ports as ports
from companyos.kernel import events, problems
from companyos.kernel.domain import Domain
from companyos.kernel.ports import engine
from companyos.kernel.settings import Settings
from companyos.spines.data.builtin import builtin
from companyos.spines.data.rules import described
from companyos.spines.policy.loading import load
from companyos.spines.policy.matrix import matrix
from companyos.spines.policy.personas import personas

from .compose import parts

HEAD = "<!-- Written by `make generate` from the code. Do not edit. -->\n\n"


def pages() -> dict[str, str]:
    """Every reference page by its file name under `docs/reference`."""
    found = parts()
    makers: dict[str, Callable[[tuple[Domain, ...]], str]] = {
        "settings.md": _settings,
        "routes.md": _routes,
        "events.md": _events,
        "product-events.md": _product_events,
        "audit-events.md": _audit_events,
        "actions.md": _actions,
        "permission-matrix.md": _permission_matrix,
        "personas.md": _personas,
        "ports.md": _ports,
        "problems.md": _problems,
    }
    return {name: HEAD + make(found) for name, make in makers.items()}


def write(folder: Path) -> list[Path]:
    """Write the pages that changed; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed.append(path)
    return changed


def _settings(found: tuple[Domain, ...]) -> str:
    classes: list[type[BaseSettings]] = [Settings, *(p.settings for p in found if p.settings)]
    text = "# Settings\n\nEach is an environment variable. Times and sizes say their unit.\n"
    for kind in classes:
        prefix = kind.model_config.get("env_prefix", "")
        rows = [
            (f"`{prefix}{name.upper()}`", f"`{_default(field.default)}`", field.description or "")
            for name, field in kind.model_fields.items()
        ]
        text += f"\n## {_title(kind)}\n\n" + _table(("Variable", "Default", "Meaning"), rows)
    return text


def _title(kind: type) -> str:
    owner = kind.__module__.split(".")
    return "The house" if owner[1] == "kernel" else f"{owner[2].capitalize()} ({owner[1][:-1]})"


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "(required)"
    return "(empty)" if value in ("", None) else str(value)


def _routes(found: tuple[Domain, ...]) -> str:
    text = "# Routes\n\nThe description for machines is `/api/v1/openapi.json` (OpenAPI 3.1).\n"
    for part in found:
        rows = []
        for route in part.router.routes if part.router else ():
            if isinstance(route, APIRoute):
                about = route.summary or (inspect.getdoc(route.endpoint) or "").split("\n")[0]
                rows += [(f"`{m} /api/v1{route.path}`", about) for m in sorted(route.methods or ())]
        for plain in part.routes:
            endpoint = getattr(plain, "endpoint", None)
            about = (inspect.getdoc(endpoint) or "").split("\n")[0]
            methods = sorted((getattr(plain, "methods", None) or {"GET"}) - {"HEAD"})
            rows += [(f"`{m} {getattr(plain, 'path', '')}`", about) for m in methods]
        if rows:
            text += f"\n## {part.title}\n\n" + _table(("Route", "What it does"), rows)
    return text


def declared_events() -> dict[tuple[str, int], type[events.Event]]:
    """The events of all parts by name and version, whether or not anything has imported them yet."""
    packages = [package for part in parts() if (package := _package(part))]
    for package in packages:
        for name in ("public.events", "events"):
            if _has(package, name):
                importlib.import_module(f"{package}.{name}")
    ours = tuple(f"{package}." for package in packages)
    kinds = sorted(events.kinds().items())
    return {key: k for key, k in kinds if k.__module__.startswith(ours) and ".tests." not in k.__module__}


def _events(found: tuple[Domain, ...]) -> str:
    text = (
        "# Events\n\nOn the wire each is a CloudEvents 1.0 envelope of type `companyos.<name>.v<version>`.\n"
    )
    for (name, version), kind in declared_events().items():
        about = (inspect.getdoc(kind) or "").split("\n")[0]
        fields = [(f"`{f.name}`", f"`{_type(f.type)}`") for f in msgspec.structs.fields(kind)]
        text += f"\n## {name} (version {version})\n\n{about}\n\n" + _table(("Field", "Type"), fields)
    return text


def _product_events(found: tuple[Domain, ...]) -> str:
    text = (
        "# Product events\n\nEvents that come with CompanyOS, as its schema registry knows them: what may stand in "
        "`props`. The envelope around them is `companyos.envelope`; [how to send one]"
        "(../how-to/instrument-a-feature.md). Schemas of your own are in the console under Analytics → Schemas.\n"
    )
    for name, versions in sorted(builtin(found).items()):
        newest = versions[max(versions)]
        about = str(newest.document.get("description", newest.title))
        fields = [(f"`{at}`", held, said, kept) for at, held, said, kept in described.rows(newest)]
        text += f"\n## {name} ({newest.version})\n\n{about}\n\n{described.about(newest)}\n\n"
        text += _table(("Field", "Holds", "Meaning", "Guarded as"), fields)
    return text


def _has(package: str, name: str) -> bool:
    *outer, last = name.split(".")
    for step in outer:
        if not _sub(package, step):
            return False
        package = f"{package}.{step}"
    return _sub(package, last)


def _sub(package: str, name: str) -> bool:
    module = importlib.import_module(package)
    return any(m.name == name for m in pkgutil.iter_modules(getattr(module, "__path__", [])))


def _package(part: Domain) -> str | None:
    folder = part.folder
    if folder.parent.name not in ("spines", "domains"):
        return None
    return f"companyos.{folder.parent.name}.{folder.name}"


def _type(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind).replace("typing.", "")


def _audit_events(found: tuple[Domain, ...]) -> str:
    rows = sorted((f"`{e.name}`", e.title, e.risk) for part in found for e in part.audit)
    risky = [(name, title) for name, title, risk in rows if risk == "high"]
    return (
        "# Audit events\n\nWhat the ledger records.\n\n## Of risky acts\n\n"
        "Each of these was shown before it was done, needed a fresh second factor, and left an evidence pack; "
        "a run of a plan leaves its pack when it ends.\n\n"
        + _table(("Id", "Meaning"), risky)
        + "\n## All\n\n"
        + _table(("Id", "Meaning", "Risk"), rows)
    )


def _actions(found: tuple[Domain, ...]) -> str:
    rows = [(f"`{a.name}`", a.title, a.risk, a.deny) for part in found for a in part.actions]
    return (
        "# Actions\n\nWhat policy is asked about. Risk `high` needs a fresh second factor and leaves evidence; "
        "a refusal is told (`say`) or looks like absence (`hide`).\n\n"
        + _table(("Action", "Meaning", "Risk", "Refusal"), sorted(rows))
    )


def _permission_matrix(found: tuple[Domain, ...]) -> str:
    return matrix(load(found))


def _personas(found: tuple[Domain, ...]) -> str:
    return personas(load(found))


def _ports(found: tuple[Domain, ...]) -> str:
    modules = [
        importlib.import_module(f"{ports.__name__}.{m.name}") for m in pkgutil.iter_modules(ports.__path__)
    ]
    for part in found:
        package = _package(part)
        if package and _has(package, "public.ports"):
            modules.append(importlib.import_module(f"{package}.public.ports"))
    rows = []
    for module in modules:
        for name, kind in vars(module).items():
            if (
                inspect.isclass(kind)
                and kind.__module__ == module.__name__
                and getattr(kind, "_is_protocol", False)
            ):
                rows.append(
                    (f"`{name}`", f"`{module.__name__}`", (inspect.getdoc(kind) or "").split("\n")[0])
                )
    return "# Ports\n\n" + _table(("Port", "Declared in", "What it answers"), rows)


def _problems(found: tuple[Domain, ...]) -> str:
    said = (*inspect.getmembers(problems, inspect.isclass), *inspect.getmembers(engine, inspect.isclass))
    kinds = {k for _, k in said if issubclass(k, problems.Problem)}
    rows = sorted(
        (f"`{k.code}`", str(k.status), k.title, (inspect.getdoc(k) or "").split("\n")[0]) for k in kinds
    )
    return "# Problems\n\nRefusals and failures as RFC 9457 problem+json.\n\n" + _table(
        ("Code", "Status", "Title", "Meaning"), rows
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
