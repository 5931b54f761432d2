"""The Chromium of this machine, for tests and benchmarks that drive a real browser."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The headless shell first: it draws the same pages in much less time."""


def program() -> str:
    """Path of the browser to start; raises FileNotFoundError where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("No Chromium is here: `make test` installs it.")
