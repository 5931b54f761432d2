"""Several processes on an own PostgreSQL: Debian's server, the roles of the how-to, one process killed."""

import os
import pwd
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.journeys.running_up import COMPANYOS

pytestmark = pytest.mark.scaled

HOW_TO = Path(__file__).parents[2] / "docs/how-to/own-postgresql.md"


def binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, "Debian's postgresql is not installed; run `make test-scaled`"
    return found[-1].parent


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster set up by the SQL of the how-to; gives `host=…` of its socket folder."""
    folder = tmp_path_factory.mktemp("cluster")
    for part in (folder, *folder.parents[:3]):
        part.chmod(0o755)
    user = pwd.getpwnam("postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    os.chown(folder, user.pw_uid, user.pw_gid)
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    data = folder / "data"
    subprocess.run(
        [binaries() / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"],
        check=True, capture_output=True, cwd=folder, **as_user,
    )  # fmt: skip
    server = subprocess.Popen(
        [binaries() / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **as_user,
    )  # fmt: skip
    admin = f"host={folder} user=postgres dbname=postgres"
    for _ in range(100):
        try:
            with psycopg.connect(admin, autocommit=True) as db:
                for statement in re.findall(r"```sql\n(.*?)```", HOW_TO.read_text(), re.S)[0].split(";"):
                    if statement.strip():
                        db.execute(statement.encode())
            break
        except psycopg.OperationalError:
            time.sleep(0.1)
    yield str(folder)
    server.terminate()
    server.wait()


def serve(cluster: str, data: Path) -> tuple[subprocess.Popen[str], str]:
    """`companyos serve` on the cluster; returns the process and its address."""
    query = f"@/companyos?host={cluster}"
    environment = {
        **os.environ,
        "COMPANYOS_DATABASE": f"postgresql://companyos_app{query}",
        "COMPANYOS_DATABASE_OWNER": f"postgresql://companyos_owner{query}",
        "COMPANYOS_DATA": str(data),
    }
    process = subprocess.Popen(
        [COMPANYOS, "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if found := re.search(r"CompanyOS is up: (http://\S+)", line):
            return process, found[1]
    raise AssertionError(said)


def ready(url: str) -> int:
    return httpx.get(f"{url}/readyz", timeout=10).status_code


def test_two_processes_share_a_cluster_and_one_outlives_the_other(cluster: str, tmp_path: Path) -> None:
    first, one = serve(cluster, tmp_path / "one")
    second, other = serve(cluster, tmp_path / "two")
    try:
        assert (ready(one), ready(other)) == (200, 200)
        first.kill()
        first.wait()
        assert ready(other) == 200
        with psycopg.connect(f"host={cluster} user=companyos_app dbname=companyos") as db:
            assert db.execute("select count(*) from identity.membership").fetchone() == (0,)
    finally:
        for process in (first, second):
            process.kill()
            process.wait()
