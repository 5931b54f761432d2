"""Where Trino and DuckDB mean different things by the same words and sqlglot leaves it so."""

import re

from sqlglot import exp

INTEGERS = exp.DataType.INTEGER_TYPES


def settle(node: exp.Expr) -> exp.Expr:
    """One node of an annotated Trino tree, as DuckDB must be told it; for `Expression.transform`."""
    match node:
        case exp.Div() if node.this.is_type(*INTEGERS) and node.expression.is_type(*INTEGERS):
            # sqlglot would divide as doubles and cut off, which is wrong above 2^53.
            return exp.IntDiv(this=exp.paren(node.this), expression=exp.paren(node.expression))
        case exp.RegexpReplace() if isinstance(node.args.get("replacement"), exp.Literal):
            text = node.args["replacement"].name
            # Java's $1 and \$ are RE2's \1 and $.
            new = re.sub(r"\\(.)|\$(\d)", lambda m: m[1] if m[1] else f"\\{m[2]}", text)
            node.set("replacement", exp.Literal.string(new))
            return node
    return node
