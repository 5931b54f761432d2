"""YAML read strictly, with the line of every value, so that a complaint can say where."""

from dataclasses import dataclass
from typing import Any

import yaml

from .decision import Reason, Remedy

MAX_DEPTH = 32


class NotYaml(Exception):
    """The text cannot be read; carries the reason, which names the line."""

    def __init__(self, reason: Reason):
        super().__init__(reason.sentence)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Spot:
    """A value and the line it stands on. A mapping holds Spots by key, a list holds Spots, the rest is plain."""

    value: Any
    line: int

    def get(self, key: str) -> "Spot | None":
        """The value under a key of a mapping; None when absent."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return found if isinstance(found, Spot) else None


def read_documents(text: str, file: str) -> list[Spot]:
    """Every document of a YAML stream. Raises NotYaml.

    Anchors are refused: an alias can make a small file mean a huge one.
    """
    found = []
    try:
        loader = yaml.SafeLoader(text.replace("\r\n", "\n"))
        while loader.check_node():
            node = loader.get_node()
            if node is not None and not _empty(node):
                found.append(_spot(loader, node, file, set(), 0))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _not_yaml(f"Line {line} is not YAML: {error.problem or error.context}.", file, line) from None
    except (yaml.YAMLError, ValueError) as error:
        raise _not_yaml(f"The text is not YAML: {error}.", file, 1) from None
    except RecursionError:
        raise _not_yaml("The text is nested too deeply.", file, 1) from None
    return found


def _spot(loader: yaml.SafeLoader, node: yaml.Node, file: str, above: set[int], depth: int) -> Spot:
    line = node.start_mark.line + 1
    if id(node) in above:
        raise _not_yaml(f"Line {line} uses an anchor; write the value out.", file, line)
    above.add(id(node))
    if depth > MAX_DEPTH:
        raise _not_yaml(f"Line {line} is nested more than {MAX_DEPTH} levels deep.", file, line)
    if isinstance(node, yaml.SequenceNode):
        return Spot([_spot(loader, one, file, above, depth + 1) for one in node.value], line)
    if not isinstance(node, yaml.MappingNode):
        return Spot(loader.construct_object(node), line)
    pairs: dict[str, Spot] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        name = key.value if isinstance(key, yaml.ScalarNode) else None
        if name is None or name == "<<":
            raise _not_yaml(f"Line {at} has a key that is not plain text.", file, at)
        if name in pairs:
            raise _not_yaml(f"Line {at} says {name!r} a second time.", file, at)
        spot = _spot(loader, value, file, above, depth + 1)
        pairs[name] = Spot(spot.value, at)
    return Spot(pairs, line)


def _empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _not_yaml(sentence: str, file: str, line: int) -> NotYaml:
    remedy = Remedy("fix_input", f"Correct line {line} of {file}.")
    return NotYaml(Reason("not_yaml", sentence, f"{file}:{line}", remedy))
