"""Puts the built console into the wheel, so that `pip install` needs no Node."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Refuse a wheel without console; an editable install goes without and says so when opened."""
        built = Path(self.root) / "src/companyos/_console"
        if version == "editable":
            return
        if not (built / "index.html").exists():
            raise RuntimeError("the console is not built: run `make wheel`, which builds it first")
        build_data["artifacts"].append("src/companyos/_console/**")
