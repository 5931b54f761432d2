"""Puts what Node built into the wheel, the console and the viewer of evidence packs: `pip install` needs no Node."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = {"_console": "index.html", "_viewer": "viewer.js"}
"""Each folder, and the file without which it is not built."""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Refuse a wheel without them; an editable install goes without and says so when they are asked for."""
        if version == "editable":
            return
        for folder, file in BUILT.items():
            if not (Path(self.root) / "src/companyos" / folder / file).exists():
                raise RuntimeError(
                    f"src/companyos/{folder} is not built: run `make wheel`, which builds it first"
                )
            build_data["artifacts"].append(f"src/companyos/{folder}/**")
