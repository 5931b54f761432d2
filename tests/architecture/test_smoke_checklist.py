"""The smoke checklist is held by the browser journeys: each line by a test that is there, each journey by a line."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKLIST = (ROOT / "docs" / "how-to" / "smoke-checklist.md").read_text()
JOURNEYS = ROOT / "tests" / "journeys" / "browser"
HELD_BY = re.compile(r"`(test_\w+\.py)::(test_\w+)` \|$")


def test_every_line_is_held_by_a_test_and_every_journey_has_a_line() -> None:
    lines = [line for line in CHECKLIST.splitlines() if line.startswith("|")][2:]
    held = [HELD_BY.search(line) for line in lines]
    assert lines and all(held), [line for line, by in zip(lines, held, strict=True) if not by]
    named = [by.groups() for by in held if by]
    missing = [name for name in named if f"async def {name[1]}(" not in (JOURNEYS / name[0]).read_text()]
    assert not missing, f"no such test: {missing}"
    assert {file for file, _ in named} == {file.name for file in JOURNEYS.glob("test_*.py")}
