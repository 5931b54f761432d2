"""Commands about CompanyOS itself: its version, its API's description, completion for your shell."""

import json
from enum import StrEnum
from importlib.metadata import version as installed
from pathlib import Path
from typing import Annotated, Any

import typer

from companyos.kernel.command import session
from companyos.kernel.problems import NotFound


class Shell(StrEnum):
    """The shells that completion is written for."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def version(ctx: typer.Context) -> None:
    """Show the installed version."""
    if session(ctx).as_json:
        session(ctx).show({"version": installed("companyos")})
    else:
        typer.echo(installed("companyos"))


def completion(shell: Shell) -> None:
    """Print the completion script of a shell; `eval "$(companyos completion bash)"` turns it on."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    typer.echo(
        get_completion_script(prog_name="companyos", complete_var="_COMPANYOS_COMPLETE", shell=shell.value)
    )


def openapi(
    write: Annotated[
        bool, typer.Option("--write", help="Write it into this checkout, where the SDK is made from it.")
    ] = False,
) -> None:
    """Print the OpenAPI description of the API. Needs no server and no database."""
    text = json.dumps(description(), indent=2, ensure_ascii=False) + "\n"
    if not write:
        typer.echo(text, nl=False)
        return
    sdk = Path(__file__).resolve().parents[3] / "web" / "sdk"
    if not sdk.is_dir():
        raise NotFound(f"There is no {sdk}: --write works in a checkout of CompanyOS only.")
    (sdk / "openapi.json").write_text(text, encoding="utf-8")
    typer.echo(f"Wrote {sdk / 'openapi.json'}")


def description() -> dict[str, Any]:
    """The OpenAPI document, asked of a composed house that was never started."""
    import asyncio

    import httpx

    from companyos.app.compose import asgi, compose

    async def ask() -> dict[str, Any]:
        transport = httpx.ASGITransport(asgi(compose()))
        async with httpx.AsyncClient(transport=transport, base_url="http://companyos") as client:
            answer = await client.get("/api/v1/openapi.json")
            document: dict[str, Any] = answer.raise_for_status().json()
            return document

    return asyncio.run(ask())


commands = {"version": version, "completion": completion, "openapi": openapi}
