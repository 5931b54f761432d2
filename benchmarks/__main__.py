"""`make bench`: runs every question, one process each, and repeats their verdicts at the end.

    python -m benchmarks              all
    python -m benchmarks policy       those of one part
    python -m benchmarks policy/decision

A question prints what it measured, each figure beside a named peer of the same run, and exits 1 when a figure of
the specification was missed, 3 when something it needs is not there (it says what).
"""

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
NOT_MEASURED = 3


def questions(only: str) -> list[Path]:
    """The files to run: `<part>/<question>.py`, filtered by a prefix of that."""
    found = sorted(p for p in HERE.glob("*/*.py") if not p.name.startswith("_"))
    return [p for p in found if str(p.relative_to(HERE)).startswith(only)]


def main() -> int:
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = questions(only)
    if not chosen:
        known = ", ".join(str(p.relative_to(HERE).with_suffix("")) for p in questions(""))
        print(f"No question starts with {only!r}. There are: {known}", file=sys.stderr)
        return 2
    verdicts = []
    for path in chosen:
        name = str(path.relative_to(HERE).with_suffix(""))
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        code = subprocess.run([sys.executable, str(path)], check=False).returncode
        verdicts.append((name, code, time.monotonic() - began))
    print("\n== verdicts")
    for name, code, seconds in verdicts:
        said = {0: "met", 1: "missed", NOT_MEASURED: "not measured"}.get(code, f"failed with {code}")
        print(f"{said:<12} {name}  ({seconds:.0f} s)")
    return int(any(code not in (0, NOT_MEASURED) for _, code, _ in verdicts))


if __name__ == "__main__":
    sys.exit(main())
