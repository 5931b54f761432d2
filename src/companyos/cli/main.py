"""`companyos`: the options that every command shares, and how a command that failed says why."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from companyos.kernel.command import Session
from companyos.kernel.problems import Problem

from .failure import tell
from .found import Found, places

ANYWHERE = ("--json", "--all")


class Commands(TyperGroup):
    """The root: finds commands lazily, takes the switches of ANYWHERE at any place, tells Problems in words."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.found = Found(places())
        self.commands.update(self.found.outlines)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, self.found.load(name) if name else None, rest

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        switches = [a for a in args[:end] if a in ANYWHERE]
        rest = [a for a in args[:end] if a not in ANYWHERE]
        # A switch alone would hide that no command was given.
        return super().parse_args(ctx, [*(switches if rest else ()), *rest, *args[end:]])

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            tell(problem, as_json=bool(ctx.params.get("as_json")))
            raise typer.Exit(1) from problem


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def root(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON. Goes anywhere on the line.")] = False,
    every_page: Annotated[
        bool, typer.Option("--all", help="Fetch every page of a list. Goes anywhere on the line.")
    ] = False,
    url: Annotated[
        str | None, typer.Option(envvar="COMPANYOS_URL", help="Address of the CompanyOS to talk to.")
    ] = None,
    profile: Annotated[
        str, typer.Option(envvar="COMPANYOS_PROFILE", help="Name of the sign-in to use.")
    ] = "default",
) -> None:
    """CompanyOS, from the terminal. Sign in with `companyos login`; start one here with `companyos up`."""

    def connect() -> Any:
        from .connection import connection

        return connection(ctx).remote

    def parts() -> Any:
        from companyos.app.compose import parts as found

        return found()

    def here(data: Path | None) -> Any:
        from companyos.app.compose import compose
        from companyos.app.running import opened

        return opened(compose() if data is None else compose(data=data))

    ctx.obj = Session(connect, parts, as_json=as_json, every_page=every_page, here=here)


def main() -> None:
    """The entry point of the `companyos` command."""
    if "_COMPANYOS_COMPLETE" in os.environ:  # a shell asks what could come next
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
    app(prog_name="companyos")
