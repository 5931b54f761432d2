"""The demo, seeded once for all journeys and all workers: each starts its own installation on a copy."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio

from .browser.site import Site

CopyDemo = Callable[[Path], Path]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def copy_demo(tmp_path_factory: pytest.TempPathFactory) -> CopyDemo:
    """Copy the data of a stopped installation with the demo into a folder of one's own; the copy.

    Tables of the lake name their files by absolute paths (Apache Iceberg, table specification 1 and 2). So every
    copy goes on with the lake's one folder, each by a catalog of its own: files have unique names, and none is
    deleted that is younger than a day (`Site`).
    """
    own = tmp_path_factory.getbasetemp()
    demo = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demo"
    whole = demo / "whole"
    with demo.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker seeds, the others wait for it
        if not whole.exists():
            shutil.rmtree(demo, ignore_errors=True)
            demo.mkdir()
            await (await Site.start(demo)).stop()
            whole.touch()

    def copy(folder: Path) -> Path:
        data = folder / "data"
        subprocess.run(["cp", "-a", demo / "data", data], check=True)  # with the owners, unlike shutil
        return data

    return copy
