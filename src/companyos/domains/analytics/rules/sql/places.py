"""Where in the text a part of a statement stands, as `line:column`, both from 1."""

from sqlglot import exp


def place(node: exp.Expr, text: str) -> str:
    """Where the node begins, as far as it is known: at its first word, else at that of what it stands in."""
    within: exp.Expr | None = node
    while within is not None:
        starts = [part.meta["start"] for part in within.walk() if "start" in part.meta]
        if starts:
            return at(text, min(starts))
        within = within.parent
    return "1:1"


def at(text: str, offset: int) -> str:
    """Line and column of an offset in characters."""
    return f"{text.count(chr(10), 0, offset) + 1}:{offset - text.rfind(chr(10), 0, offset)}"
