"""House rules on names and sizes: a reader finds any line by guessing, and every file can be read in one go."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MEANINGLESS = re.compile(r"^(utils?|helpers?|managers?|common|misc|base)$")
LONGEST = 300
GENERATED = ("/gen/", "/contracts/", "package-lock.json", "requirements/", "openapi.json")
FORBIDDEN = [
    r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b",
    r"pypi\.o" + r"rg",
    r"pythonho" + r"sted",
    r"registry\.npm" + r"js",
]


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows of or would add, so that the rules hold before a commit as well."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def written(*patterns: str) -> list[Path]:
    return [p for p in tracked(*patterns) if not any(g in str(p) for g in GENERATED)]


def test_no_name_says_nothing() -> None:
    said = [p for p in tracked("src", "web", "tests", "benchmarks") for part in [p.stem, p.parent.name]
            if MEANINGLESS.match(part)]  # fmt: skip
    assert not said, f"these names tell a reader nothing: {said}"


def test_files_stay_readable() -> None:
    code = written("*.py", "*.ts", "*.tsx", "*.css", "*.cedar")
    assert len(code) > 100
    long = {str(p.relative_to(ROOT)): n for p in code if (n := len(p.read_text().splitlines())) > LONGEST}
    assert not long, f"longer than {LONGEST} lines: {long}"


def test_nothing_is_left_for_later_and_no_registry_is_named() -> None:
    texts = [p for p in written() if p.suffix not in (".png", ".woff2", ".zip", ".gz", ".parquet")]
    for pattern in FORBIDDEN:
        found = [str(p.relative_to(ROOT)) for p in texts if re.search(pattern, p.read_text(errors="replace"))]
        assert not found, f"{pattern} stands in {found}"
    locks = [ROOT / "package-lock.json", *(ROOT / "requirements").glob("*.txt")]
    assert not [p.name for p in locks if re.search(r"https?://(?!.*(funding|sponsor|patreon))", _urls(p))]


def _urls(lock: Path) -> str:
    return "\n".join(
        line for line in lock.read_text().splitlines() if '"resolved"' in line or "index-url" in line
    )
