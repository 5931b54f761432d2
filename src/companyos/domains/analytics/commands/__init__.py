"""Commands: `companyos ask`, `companyos analytics`."""

from collections.abc import Callable

import typer

from .asking import ask
from .generating import generate
from .isolation import prove_isolation

analytics = typer.Typer(help="Questions about what happened, and what guards them.", no_args_is_help=True)
analytics.command("generate")(generate)
analytics.command("prove-isolation")(prove_isolation)

groups: dict[str, typer.Typer | Callable[..., None]] = {"ask": ask, "analytics": analytics}
