"""Command: `companyos ask`."""

import sys
from typing import Annotated, Any

import typer

from companyos.kernel.command import session


def ask(
    ctx: typer.Context,
    sql: Annotated[
        str, typer.Argument(help="One SELECT in Trino's dialect; - reads it from standard input.")
    ],
    purpose: Annotated[str, typer.Option(help="What the answer is for.")],
    since: Annotated[str, typer.Option(help="Rows at or after it, such as 2026-11-01T00:00:00Z.")] = "",
    until: Annotated[str, typer.Option(help="Rows before it; now by default.")] = "",
    quote: Annotated[bool, typer.Option("--quote", help="Only say what it would read.")] = False,
) -> None:
    """Ask what happened, in SQL: `companyos ask "SELECT feature, count(*) AS n FROM analytics.events …" --purpose P`.

    What is not shown in clear, and what it cost, is said on standard error.
    """
    body = {"sql": sys.stdin.read() if sql == "-" else sql, "purpose": purpose}
    body |= {name: value for name, value in (("since", since), ("until", until)) if value}
    run = session(ctx)
    if quote:
        found = run.remote.post("/analytics/quotes", body)
        run.show(
            found if run.as_json else {"bytes": found["bytes"], "fits": found["fits"], **_cheaper(found)}
        )
        return
    answer = run.remote.post("/analytics/questions", body)
    names = [column["name"] for column in answer["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in answer["rows"]]
    run.show(answer if run.as_json else rows, names)
    for said in _remarks(answer):
        typer.echo(said, err=True)


def _cheaper(quoted: dict[str, Any]) -> dict[str, Any]:
    return {"cheaper": " ".join(one["sentence"] for one in quoted["cheaper"])} if quoted["cheaper"] else {}


def _remarks(answer: dict[str, Any]) -> list[str]:
    """What a reader of the rows should know besides."""
    said = [f"{one['column']} is not shown in clear: {one['why']}." for one in answer["masked"]]
    if answer["truncated"]:
        said.append("There are more rows than an answer may have; these are some of them.")
    left = min(answer["budget"]["person"]["left"], answer["budget"]["tenant"]["left"])
    return [*said, f"Read {answer['bytes_spent']:,} bytes in {answer['ms']:g} ms; {left:,} are left today."]
