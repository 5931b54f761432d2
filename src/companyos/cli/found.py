"""Commands are found by their place and imported only when they are asked for.

Every spine and domain may bring `commands.py` (or a package `commands`) with `groups`, a mapping of group names to
Typers; a module of `companyos.cli` brings `commands`, a mapping of names to functions or Typers. The mapping is
written as a literal, so that names and one-line helps are read from the source without importing it.
"""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command, get_group

import companyos.cli
import companyos.domains
import companyos.spines


@dataclass(frozen=True, slots=True)
class Place:
    """A module that may declare commands: in `groups` as a part, in `commands` as the command line itself."""

    module: str
    file: Path
    symbol: str

    def commands(self) -> dict[str, str | None]:
        """Names and helps of what it declares; None where the help is not written there.

        Raises ValueError when the names are not written literally.
        """
        body = ast.parse(self.file.read_text(encoding="utf-8")).body
        assigned = {name: value for statement in body for name, value in _assigned(statement)}
        declared = assigned.get(self.symbol, ast.Dict([], []))
        if not isinstance(declared, ast.Dict) or not all(_text(key) for key in declared.keys):
            raise ValueError(
                f'{self.file}:{declared.lineno}: write `{self.symbol}` as a literal, {{"name": …}}, '
                "so that its names are known without importing it"
            )
        functions = {s.name: s for s in body if isinstance(s, ast.FunctionDef)}
        return {
            str(_text(key)): _help(value, assigned, functions)
            for key, value in zip(declared.keys, declared.values, strict=True)
        }

    def load(self, name: str) -> Any:
        """Import the module and build the command."""
        value = getattr(importlib.import_module(self.module), self.symbol)[name]
        if not isinstance(value, typer.Typer):
            alone = typer.Typer(add_completion=False)
            alone.command(name)(value)
            return get_command(alone)
        group = get_group(value)
        group.name = name
        return group


class Found:
    """All commands: `outlines` by name for lists and suggestions, the real ones by `load`."""

    def __init__(self, places: Iterator[Place]) -> None:
        self._places: dict[str, Place] = {}
        self.outlines: dict[str, TyperCommand] = {}
        found = [(name, help_, place) for place in places for name, help_ in place.commands().items()]
        for name, help_, place in sorted(found, key=lambda each: each[0]):
            if name in self._places:
                raise ValueError(
                    f"two parts bring the command {name}: {self._places[name].module}, {place.module}"
                )
            self._places[name] = place
            self.outlines[name] = TyperCommand(name, help=help_ or place.load(name).help)

    def load(self, name: str) -> Any:
        """The command itself; imports the module that declares it."""
        return self._places[name].load(name)


def places() -> Iterator[Place]:
    """Where commands can be: the command line, every spine, every domain, every installed partner's domain."""
    for file in sorted(Path(companyos.cli.__path__[0]).glob("*.py")):
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


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement assigns, with the expression."""
    if isinstance(statement, ast.Assign):
        targets, value = statement.targets, statement.value
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets, value = [statement.target], statement.value
    else:
        return
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id, value


def _help(
    value: ast.expr, assigned: dict[str, ast.expr], functions: dict[str, ast.FunctionDef]
) -> str | None:
    """The help of a command: the docstring of a function, or the `help` that a Typer was made with."""
    if isinstance(value, ast.Name) and value.id in functions:
        return ast.get_docstring(functions[value.id])
    made = assigned.get(value.id) if isinstance(value, ast.Name) else value
    given = made.keywords if isinstance(made, ast.Call) else []
    return next((_text(keyword.value) for keyword in given if keyword.arg == "help"), None)


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
