"""From text to one parsed SELECT, within bounds that keep parsing itself cheap."""

import logging
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from companyos.kernel.decision import Reason

from .places import at, place
from .reasons import Refused, no

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it would log what people write

OPENING, CLOSING = ("L_PAREN", "L_BRACKET", "L_BRACE", "CASE"), ("R_PAREN", "R_BRACKET", "R_BRACE", "END")
BRACKETS = 6
"""Deepest nesting of square brackets: the time to find the type of an array doubles with each."""
SELECT_ONLY = "Write one SELECT, or WITH … SELECT."


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a question may be, in characters and words, and how deep its parentheses and CASEs may go."""

    characters: int = 20_000
    words: int = 2_000
    depth: int = 40


def read(text: str, limits: Limits) -> exp.Query:
    """The one query that the text is, in Trino's dialect. Raises Refused."""
    _within(text, limits)
    try:
        statements = [found for found in sqlglot.parse(text, read="trino") if found is not None]
    except ParseError as error:
        raise Refused([_unreadable(error)]) from None
    except RecursionError:
        raise Refused([too_deep(limits)]) from None
    if not statements:
        raise Refused([no("empty", "There is no statement.", SELECT_ONLY)])
    if len(statements) > 1:
        where = place(statements[1], text)
        raise Refused([no("several_statements", "There is more than one statement.", SELECT_ONLY, where)])
    statement = statements[0]
    if isinstance(statement, exp.Subquery) and isinstance(statement.this, exp.Query):
        statement = statement.unnest()
    if not isinstance(statement, (exp.Select, exp.SetOperation)):
        kind = text.split(maxsplit=1)[0].upper()[:20].rstrip(";(")
        sentence = f"{kind or 'This'} is no question: only SELECT reads without changing anything."
        raise Refused([no("not_a_select", sentence, SELECT_ONLY)])
    return statement


def _within(text: str, limits: Limits) -> None:
    if len(text) > limits.characters:
        sentence = f"The question has {len(text):,} characters; the limit is {limits.characters:,}."
        raise Refused([no("too_long", sentence, "Ask something shorter.")])
    try:
        tokens = sqlglot.tokenize(text, read="trino")
    except TokenError:
        sentence = (
            "A quotation mark or a comment is opened and never closed, or a character belongs to no word."
        )
        raise Refused([no("unreadable", sentence, "Close what is open.")]) from None
    if len(tokens) > limits.words:
        sentence = f"The question has {len(tokens):,} words; the limit is {limits.words:,}."
        raise Refused([no("too_long", sentence, "Ask something shorter.")])
    depth = brackets = run = 0
    before = ""
    for token in tokens:
        kind = token.token_type.name
        depth += (kind in OPENING) - (kind in CLOSING)
        brackets += (kind == "L_BRACKET") - (kind == "R_BRACKET")
        run = run + 1 if kind == before and kind in ("NOT", "DASH", "PLUS", "TILDE") else 0
        before = kind
        if max(depth, run) > limits.depth or brackets > BRACKETS:
            raise Refused([too_deep(limits, at(text, token.start))])


def too_deep(limits: Limits, where: str = "1:1") -> Reason:
    """What is told of a question that nests or chains more than can be read."""
    sentence = f"The question is nested deeper than {limits.depth} levels, {BRACKETS} of them arrays."
    return no("too_deep", sentence, "Take parts out into WITH.", where)


def _unreadable(error: ParseError) -> Reason:
    first = error.errors[0] if error.errors else {}
    word, line, end = first.get("highlight") or "", first.get("line") or 1, first.get("col") or 1
    sentence = f"This cannot be read as SQL near {word!r}: {first.get('description') or error}."
    where = f"{line}:{max(1, end - max(len(word), 1) + 1)}"
    return no("unreadable", sentence, "Write it as Trino's SELECT would have it.", where)
