"""How the tests are dealt out to the workers of `make test`."""

from typing import Any

from xdist.scheduler import LoadFileScheduling

WHOLE = ("tests/journeys/browser/", "tests/journeys/isolation/")
"""Folders whose tests share what is costly to begin: an installation and a browser, two filled tenants."""


class ByFile(LoadFileScheduling):
    """One file to a worker, as `--dist loadfile` does, but some folders go whole."""

    def _split_scope(self, nodeid: str) -> str:
        whole = next((folder for folder in WHOLE if nodeid.startswith(folder)), None)
        return whole or super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: Any, log: Any) -> ByFile:
    return ByFile(config, log)
