"""A tenant's own policies as people write them: one text in Cedar, read within limits."""

import re

from companyos.kernel.decision import Reason, Remedy

from ..loading import extend
from ..policy_set import PolicySet
from ..settings import PolicySettings
from ..source import PolicyRefused, Statement, split

DOMAIN, FILE = "tenant", "tenant.cedar"
"""What the ids of a tenant's own policies start with, and the file that messages about them name."""

DEEPEST = 24
"""Brackets within brackets. Cedar's parser is recursive: some hundreds would end the process for everybody."""

_BRACKETS = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|[()\[\]{}]')
_UNWRITTEN = re.compile(r"[^\t\n\x20-\U0010ffff]|[\x7f\u2028\u2029\ud800-\udfff]")


def plain(text: str) -> str:
    """With the line ends that line numbers are counted by (Cedar ends a comment at a carriage return too)."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n" if text.strip() else ""


def extended(house: PolicySet, text: str, limits: PolicySettings) -> PolicySet:
    """The house's policies and those of the text; the house's own set for an empty one.

    Raises PolicyRefused with the line, Cedar's message and a suggestion for everything that is wrong.
    """
    statements = _within(text, limits)
    return extend(house, statements) if statements else house


def _within(text: str, limits: PolicySettings) -> list[Statement]:
    """The statements of a text that is no danger to Cedar's parser. Raises PolicyRefused."""
    if (size := len(text.encode("utf-8", "replace"))) > limits.max_set_bytes:
        sentence = f"The text has {size} bytes; a tenant's own policies have at most {limits.max_set_bytes}."
        raise _refused(1, sentence, "Take out what is not needed.")
    if strange := _UNWRITTEN.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise _refused(line, f"There is a sign that cannot be written: {strange[0]!r}.", "Take it out.")
    statements = list(split(text, DOMAIN, FILE))
    if len(statements) > limits.max_set_policies:
        sentence = f"{len(statements)} policies; a tenant has at most {limits.max_set_policies} of its own."
        raise PolicyRefused([statements[-1].problem(sentence, "Say several in one, with `action in […]`.")])
    for statement in statements:
        if len(statement.text) > limits.max_policy_characters:
            sentence = (
                f"A policy of {len(statement.text)} characters; {limits.max_policy_characters} is the most."
            )
            raise PolicyRefused([statement.problem(sentence, "Say it in several policies.")])
        if _depth(statement.text) > DEEPEST:
            sentence = f"Brackets stand in brackets more than {DEEPEST} deep."
            raise PolicyRefused([statement.problem(sentence, "Say it in several policies.")])
    return statements


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        if found[0] in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in ")]}":
            depth -= 1
    return deepest


def _refused(line: int, sentence: str, fix: str) -> PolicyRefused:
    return PolicyRefused([Reason("policy_invalid", sentence, f"{FILE}:{line}", Remedy("fix_input", fix))])
