"""Policy and schema files, read into statements that remember where they stand."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from companyos.kernel.decision import Reason, Remedy
from companyos.kernel.domain import Domain

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|;|\S')
_QUOTED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Statement:
    """One `permit`, `forbid`, `entity`, `type` or `action` with its annotations, up to its semicolon."""

    domain: str
    file: str
    line: int
    text: str

    def problem(self, message: str, suggestion: str, token: str = "") -> Reason:
        """A Reason that points at this statement, or at the first line of it that holds `token`."""
        before = self.text.partition(token)[0] if token and token in self.text else ""
        where = f"{self.file}:{self.line + before.count(chr(10))}"
        return Reason("policy_invalid", message, where, Remedy("fix_input", suggestion))


class PolicyRefused(Exception):
    """A policy set that must not be used; `reasons` say where, what and what to do."""

    def __init__(self, reasons: Iterable[Reason]):
        self.reasons = tuple(reasons)
        lines = [f"{r.where}: {r.sentence} {r.remedy.sentence if r.remedy else ''}" for r in self.reasons]
        super().__init__("the policies cannot be used:\n  " + "\n  ".join(lines))


def read(folders: Iterable[tuple[str, Path]], suffix: str) -> Iterator[Statement]:
    """Every statement of every file with `suffix` in the policy folders, in order of domain and file."""
    for domain, folder in folders:
        for path in sorted(folder.glob(f"*{suffix}")):
            file = f"{domain}/policies/{path.name}"
            yield from split(path.read_text(encoding="utf-8"), domain, file)


def split(text: str, domain: str, file: str) -> Iterator[Statement]:
    """Cut a file at its semicolons; those in strings and comments do not count."""
    start: int | None = None
    for token in _TOKEN.finditer(text):
        if start is None and not token[0].startswith("//"):
            start = token.start()
        if token[0] == ";" and start is not None:
            yield Statement(domain, file, text.count("\n", 0, start) + 1, text[start : token.end()])
            start = None
    if start is not None:
        rest = Statement(domain, file, text.count("\n", 0, start) + 1, text[start:])
        raise PolicyRefused([rest.problem("The statement does not end.", "End it with a semicolon.")])


def folders(parts: Iterable[Domain]) -> list[tuple[str, Path]]:
    """The policy folder of every spine and domain, this spine's (the core) first."""
    here = ("policy", Path(__file__).parent / "policies")
    return [here, *sorted((p.name, p.policies) for p in parts if p.name != "policy" and p.folder != Path())]


def quoted(message: str) -> str:
    """What a message of Cedar's points at: the innermost quoted name in its last backticks."""
    found = _QUOTED.findall(message)
    if not found:
        return ""
    names = re.findall(r'"([^"]+)"', found[-1])
    return str(names[-1] if names else found[-1])


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """A suggestion for a word that is not known."""
    close = get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else otherwise
