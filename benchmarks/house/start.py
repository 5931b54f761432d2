"""How long until a second `companyos up` serves the console's page, and what does the whole use when idle?

Peers in the same run: the embedded PostgreSQL alone, started on the same data, and a bare Python that imports what
CompanyOS imports. Figures: a served page within 10 s; at most 600 MB for all processes together (PSS, so that shared
pages count once).
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from companyos.adapters.postgres.embedded import EmbeddedPostgres

COMPANYOS = Path(sys.executable).with_name("companyos")
SETTLE = 20.0


def up(data: Path) -> tuple[subprocess.Popen[str], str, float]:
    """Start, wait for a served page; returns the process, its address and the seconds it took."""
    began = time.monotonic()
    process = subprocess.Popen(
        [COMPANYOS, "up", "--data", data, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"CompanyOS is up: (http://\S+)", line):
            httpx.get(found[1]).raise_for_status()
            return process, found[1], time.monotonic() - began
    raise SystemExit("it did not come up")


def memory_mb(process: subprocess.Popen[str]) -> float:
    """Proportional set size of a process and all its descendants, in MB."""
    root = psutil.Process(process.pid)
    return float(sum(p.memory_full_info().pss for p in [root, *root.children(recursive=True)]) / 1e6)


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)


def database_alone(data: Path) -> float:
    began = time.monotonic()
    with EmbeddedPostgres(data / "postgres"):
        return time.monotonic() - began


def imports_alone() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import companyos.app.running, companyos.app.compose"], check=True)
    return time.monotonic() - began


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        os.chmod(data, 0o755)
        first, _, first_seconds = up(data)
        stop(first)
        database, imports = database_alone(data), imports_alone()
        second, _, seconds = up(data)
        time.sleep(SETTLE)
        used, before = memory_mb(second), psutil.Process(second.pid).cpu_times()
        time.sleep(SETTLE)
        after = psutil.Process(second.pid).cpu_times()
        stop(second)
    busy = (after.user + after.system - before.user - before.system) / SETTLE
    print(f"first start, with seeding       {first_seconds:6.1f} s")
    print(
        f"second start to a served page   {seconds:6.1f} s   (at most 10: {'yes' if seconds <= 10 else 'NO'})"
    )
    print(f"  the database alone            {database:6.1f} s")
    print(f"  the imports alone             {imports:6.1f} s   ratio {seconds / (database + imports):.1f}")
    print(f"idle memory of the whole        {used:6.0f} MB  (at most 600: {'yes' if used <= 600 else 'NO'})")
    print(f"idle processor time             {busy:6.1%} of a core")
    return int(seconds > 10 or used > 600)


if __name__ == "__main__":
    sys.exit(main())
