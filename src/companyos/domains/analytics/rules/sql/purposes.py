"""What data may be used for, as algebra: what is read together may be used for what all of it may be used for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from companyos.kernel.decision import Reason

from .catalogue import Table
from .reasons import no


@dataclass(frozen=True, slots=True)
class Use:
    """The columns that a question uses of one table, and where it names the table first (`line:column`)."""

    table: Table
    columns: tuple[str, ...]
    where: str


def allowed_by(use: Use) -> Mapping[str, frozenset[str]]:
    """What each thing that is used may be used for: the table by its name, labelled columns as `table.column`."""
    found = {use.table.name: frozenset(use.table.purposes)}
    for name in use.columns:
        column = use.table.column(name)
        if column is not None and column.label.purposes:
            found[f"{use.table.name}.{column.name}"] = frozenset(column.label.purposes)
    return found


def lawful(uses: tuple[Use, ...]) -> frozenset[str] | None:
    """The purposes that everything in use is allowed for; None when nothing is used, which is free."""
    sets = [purposes for use in uses for purposes in allowed_by(use).values()]
    return reduce(frozenset.intersection, sets) if sets else None


def against_purpose(uses: tuple[Use, ...], purpose: str) -> tuple[Reason, ...]:
    """Why these may not be read together, or not for this purpose; empty when they may."""
    together = lawful(uses)
    if together is None or purpose in together:
        return ()
    if not together:
        sides = [
            f"{name} is for {_words(allowed)}" for use in uses for name, allowed in allowed_by(use).items()
        ]
        sentence = f"Nothing allows these to be read together: {', '.join(sides)}."
        return (no("purposes_do_not_meet", sentence, "Ask of each by itself.", uses[-1].where),)
    return tuple(
        no(
            "wrong_purpose",
            f"{name} may not be used for {purpose or 'no stated purpose'}; it is for {_words(allowed)}.",
            f"Leave it out, or ask for {_words(together)} if that is what you need it for.",
            use.where,
        )
        for use in uses
        for name, allowed in allowed_by(use).items()
        if purpose not in allowed
    )


def _words(purposes: frozenset[str]) -> str:
    return " or ".join(sorted(purposes)) or "nothing"
