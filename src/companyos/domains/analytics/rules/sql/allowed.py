"""Refuses every part of a question that is not on the lists of `words`: deny on doubt, also what nobody thought of."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from sqlglot import exp
from sqlglot.expressions import Func

from companyos.kernel.decision import Reason

from .places import place
from .reasons import no
from .words import ALLOWED, FUNCTIONS, OWN_WORDS

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = "companyos_"
"""Names that begin so are the rewriter's own."""
TYPES = frozenset(
    "BOOLEAN TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL VARCHAR TEXT CHAR JSON DATE TIME TIMESTAMP TIMESTAMPTZ "  # noqa: SIM905
    "TIMETZ INTERVAL ARRAY UUID UBIGINT".split()
)
FUNCTION_NAMES = sorted(
    name.lower()
    for kind in vars(exp).values()
    if isinstance(kind, type) and issubclass(kind, Func) and kind.__name__ in FUNCTIONS
    for name in kind.sql_names()
)


def objections(statement: exp.Expr, text: str) -> tuple[Reason, ...]:
    """Everything in a statement that is not allowed; empty when all of it is."""
    return tuple(_objections(statement, text))


def _objections(statement: exp.Expr, text: str) -> Iterator[Reason]:
    for node in statement.walk():
        kind = type(node).__name__
        if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
            yield _table_function(node, text)
        elif isinstance(node, exp.Anonymous) or (
            isinstance(node, Func) and kind not in ALLOWED and kind not in OWN_WORDS
        ):
            if not isinstance(node.parent, exp.Table):
                yield _function(node, text)
        elif kind not in ALLOWED:
            sentence, fix = OWN_WORDS.get(kind, (f"{_words(node)} is not allowed here.", "Leave it out."))
            yield no("not_allowed", sentence, fix, place(node, text))
        else:
            yield from _details(node, text)


def _details(node: exp.Expr, text: str) -> Iterator[Reason]:
    """What an allowed kind of word may not say."""
    match node:
        case exp.Identifier() if node.name.lower().startswith(RESERVED):
            sentence = f"Names that begin with {RESERVED} are kept for CompanyOS itself."
            yield no("reserved_name", sentence, "Choose another name.", place(node, text))
        case exp.Identifier() if not node.name or "\0" in node.name:
            yield no("unreadable", "A name is empty or holds a NUL.", "Write a name.", place(node, text))
        case exp.Var() if not WORD.fullmatch(node.name):
            sentence = f"{node.name[:30]!r} is no unit."
            yield no("unknown_unit", sentence, "Write a unit such as 'day' or 'minute'.", place(node, text))
        case exp.DataType() if _type_name(node) not in TYPES:
            sentence = f"The type {_type_name(node).lower()} is not allowed."
            fix = "Use boolean, bigint, double, decimal, varchar, date, timestamp, json or an array of these."
            yield no("type_not_allowed", sentence, fix, place(node, text))
        case exp.With() if node.recursive:
            sentence = "A recursive WITH may run for ever."
            yield no("not_allowed", sentence, "Leave RECURSIVE out.", place(node, text))
        case exp.Join() if node.method:
            sentence = f"{node.method} JOIN hides which columns are compared."
            yield no("not_allowed", sentence, "Say them with ON or USING.", place(node, text))
        case exp.Select() if not node.expressions:
            yield no("unreadable", "A SELECT selects nothing.", "Name what to select.", place(node, text))
        case exp.Star() if any(node.args.values()):
            sentence = "A star with EXCEPT, REPLACE or RENAME is not in Trino's dialect."
            yield no("not_allowed", sentence, "Name the columns.", place(node, text))
        case exp.Table() if node.args.get("only") or node.args.get("ordinality"):
            yield no(
                "not_allowed", "A table is named by its name alone.", "Leave the rest out.", place(node, text)
            )


def _type_name(node: exp.DataType) -> str:
    return getattr(node.this, "name", str(node.this))


def _table_function(node: exp.Table, text: str) -> Reason:
    name = _name(node.this) if node.this is not None else "this"
    sentence = f"{name} makes rows by itself; a question reads only tables of the catalogue."
    return no("table_function", sentence, "Name a table after FROM, or UNNEST an array.", place(node, text))


def _function(node: exp.Expr, text: str) -> Reason:
    name = _name(node)
    near = get_close_matches(name, FUNCTION_NAMES, n=1)
    fix = f"Did you mean {near[0]}?" if near else "The reference lists the functions that there are."
    return no("function_not_allowed", f"There is no function {name} here.", fix, place(node, text))


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return node.name.lower()[:60]
    if isinstance(node, Func):
        return node.sql_name().lower()
    return _words(node)


def _words(node: exp.Expr) -> str:
    """The class of an expression in words: MatchRecognize is "MATCH RECOGNIZE"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()
