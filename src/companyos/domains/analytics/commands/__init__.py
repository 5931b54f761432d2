"""Commands: `companyos analytics`."""

import typer

from .generating import generate
from .isolation import prove_isolation

analytics = typer.Typer(help="Questions about what happened, and what guards them.", no_args_is_help=True)
analytics.command("generate")(generate)
analytics.command("prove-isolation")(prove_isolation)


groups: dict[str, typer.Typer] = {"analytics": analytics}
