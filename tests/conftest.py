"""How the tests are dealt out to the workers of `make test`."""

from typing import Any

from xdist.scheduler import LoadFileScheduling

FILLED_ONCE = "tests/journeys/isolation/"


class ByFile(LoadFileScheduling):
    """One file to a worker, as `--dist loadfile` does, but a folder whose tests share one costly world goes whole."""

    def _split_scope(self, nodeid: str) -> str:
        return FILLED_ONCE if nodeid.startswith(FILLED_ONCE) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: Any, log: Any) -> ByFile:
    return ByFile(config, log)
