"""Commands are found by their place and imported only when they are asked for.

Every spine and domain may bring `commands.py` (or a package `commands`) with `groups`, a mapping of group names to
Typers; a module of `companyos.cli` brings `commands`, a mapping of names to functions. Both are written as literals,
so that their names can be read without importing what they stand for.
"""

import ast
import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import typer
from typer.main import get_command, get_group

import companyos.cli
import companyos.domains
import companyos.spines


@dataclass(frozen=True, slots=True)
class Place:
    """A module that declares commands: `symbol` is `groups` in a part and `commands` in the command line itself."""

    module: str
    file: Path
    symbol: str

    def names(self) -> list[str]:
        """The names it declares, read from the source. Raises ValueError when they are not written literally."""
        for statement in ast.parse(self.file.read_text(encoding="utf-8")).body:
            if isinstance(statement, ast.Assign):
                targets, value = statement.targets, statement.value
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                targets, value = [statement.target], statement.value
            else:
                continue
            if any(isinstance(t, ast.Name) and t.id == self.symbol for t in targets):
                return self._keys(value)
        return []

    def _keys(self, value: ast.expr) -> list[str]:
        keys = value.keys if isinstance(value, ast.Dict) else [None]
        names = [k.value for k in keys if isinstance(k, ast.Constant) and isinstance(k.value, str)]
        if len(names) != len(keys):
            raise ValueError(
                f'{self.file}:{value.lineno}: write `{self.symbol}` as a literal, {{"name": …}}, '
                "so that its names are known without importing it"
            )
        return names

    def load(self, name: str) -> Any:
        """Import the module and build the command."""
        value = getattr(importlib.import_module(self.module), self.symbol)[name]
        if isinstance(value, typer.Typer):
            command: Any = get_group(value)
        else:
            command = get_command(_alone(name, value))
        command.name = name
        return command


class Found(Mapping[str, Any]):
    """All commands by name; looking one up imports it."""

    def __init__(self, places: Iterator[Place]) -> None:
        self._places: dict[str, Place] = {}
        for place in places:
            for name in place.names():
                other = self._places.setdefault(name, place)
                if other is not place:
                    raise ValueError(f"two parts bring the command {name}: {other.module} and {place.module}")
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = self._places[name].load(name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._places))

    def __len__(self) -> int:
        return len(self._places)


def places() -> Iterator[Place]:
    """Where commands can be: the command line, every spine, every domain, every installed partner's domain."""
    here = Path(companyos.cli.__path__[0])
    for file in sorted(here.glob("*.py")):
        yield Place(f"companyos.cli.{file.stem}", file, "commands")
    for tree in (companyos.spines, companyos.domains):
        yield from _of_parts(tree)
    for entry in entry_points(group="companyos.domains"):
        module = entry.module.rpartition(".")[0] + ".commands"
        spec = find_spec(module)
        if spec is not None and spec.origin is not None:
            yield Place(module, Path(spec.origin), "groups")


def _of_parts(tree: ModuleType) -> Iterator[Place]:
    for folder in sorted(Path(tree.__path__[0]).iterdir()):
        for file in (folder / "commands.py", folder / "commands" / "__init__.py"):
            if file.exists():
                yield Place(f"{tree.__name__}.{folder.name}.commands", file, "groups")


def _alone(name: str, function: Callable[..., Any]) -> typer.Typer:
    app = typer.Typer(add_completion=False)
    app.command(name)(function)
    return app
