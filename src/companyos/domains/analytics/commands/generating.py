"""`companyos analytics generate`."""

import sys
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from companyos.kernel.problems import Invalid

from ..rules.generator import SHAPES, events


def generate(
    shape: Annotated[
        Literal["high", "low"],
        typer.Option("--tenant-shape", help="Many who use most of it daily, or few who look in."),
    ],
    days: Annotated[int, typer.Option(min=1, max=400, help="Whole days to make up.")] = 28,
    seed: Annotated[int, typer.Option(help="The same seed makes up the same events.")] = 1,
    until: Annotated[
        str, typer.Option(help="The last day (UTC), as 2026-11-22; yesterday when left out.")
    ] = "",
    faulty: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of events with a mistake that intake refuses.")
    ] = 0.0,
    out: Annotated[Path | None, typer.Option(help="File to write; standard output when left out.")] = None,
) -> None:
    """Make up the events of a product's people, one envelope in each line (NDJSON), as POST /v1/events takes them.

    The same shape, seed and days are the same bytes, ids included, so that sending them again adds nothing. What a
    day brings does not depend on the other days. Each event says `"quality_tier": "synthetic"`.
    """
    last = _day(until) if until else datetime.now(UTC).date() - timedelta(days=1)
    encode = msgspec.json.Encoder().encode
    made = events(SHAPES[shape], seed, last - timedelta(days=days - 1), days, faulty=faulty)
    with nullcontext(sys.stdout.buffer) if out is None else out.open("wb") as file:
        for one in made:
            file.write(encode(one) + b"\n")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"--until {text} is no day; write it as 2026-11-22.") from None
