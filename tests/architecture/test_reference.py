"""The reference pages say what the code says."""

from pathlib import Path

from companyos.app.compose import parts
from companyos.app.reference import pages

DOCS = Path(__file__).parents[2] / "docs/reference"


def test_reference_pages_are_up_to_date() -> None:
    stale = [name for name, text in pages().items()
             if not (DOCS / name).exists() or (DOCS / name).read_text() != text]  # fmt: skip
    assert not stale, f"{stale} no longer say what the code says; run `make generate`"


def test_every_part_with_risky_actions_says_what_the_ledger_calls_them() -> None:
    for part in parts():
        if any(action.risk == "high" for action in part.actions):
            assert any(event.risk == "high" for event in part.audit), f"{part.name} records no risky act"


def test_everything_in_the_reference_has_a_description() -> None:
    for name, text in pages().items():
        for line in text.splitlines():
            assert not line.rstrip().endswith("|  |"), f"{name}: without a description: {line}"
