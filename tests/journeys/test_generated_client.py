"""The client that ships is the one that the description gives."""

import filecmp
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "web/sdk/src/gen"


def differences(compared: "filecmp.dircmp[str]") -> list[str]:
    found = [*compared.left_only, *compared.right_only, *compared.diff_files]
    return found + [name for inner in compared.subdirs.values() for name in differences(inner)]


def test_generating_it_again_changes_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(
        ["npx", "openapi-ts", "-f", "web/sdk/openapi-ts.config.ts", "-o", str(tmp_path / "gen"), "-s"],
        cwd=ROOT, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    assert differences(filecmp.dircmp(GENERATED, tmp_path / "gen")) == [], "run `make generate`"
