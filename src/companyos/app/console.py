"""Serves the built console: immutable assets, and one page for every address that is the console's own."""

import mimetypes
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from companyos.kernel.house import House
from companyos.kernel.loopback import LOOPBACK
from companyos.kernel.problems import NotFound

from .manners import new_nonce, page_csp
from .methods import allowed_methods

BUILT = Path(__file__).parent.parent / "_console"
MACHINES = ("api/", "v1/", "oauth/", ".well-known/")
"""Addresses that programs use: they want a problem, not a page."""
LOOSE = ("favicon.svg", "favicon.ico", "robots.txt")
NONCE_MARK = "__CSP_NONCE__"
NOT_BUILT = """CompanyOS is up, but this checkout has no built console.
Run `make up`, or `make console` and reload. The API is at /api/v1, its description at /api/v1/openapi.json.
"""


@cache
def _page() -> str | None:
    index = BUILT / "index.html"
    return index.read_text() if index.exists() else None


async def page(request: Request) -> Response:
    """The console's page with a nonce of its own; the router in it knows the address."""
    path = request.path_params["path"]
    house: House = request.app.state.house
    if path.startswith(MACHINES) or any(request.url.path in part.bulk for part in house.parts):
        if allowed_methods(request.scope):
            raise HTTPException(405)
        raise NotFound("No route has this address; /api/v1/openapi.json describes those there are.")
    if path in LOOSE:
        return _file(BUILT, path, gzipped=False, caching="public, max-age=86400")
    if request.url.hostname in LOOPBACK - {urlsplit(house.public_url).hostname} and _on_loopback(house):
        # One name only: the browser keeps sign-ins and passkeys by it.
        return RedirectResponse(f"{house.public_url}{request.url.path}?{request.url.query}".rstrip("?"), 307)
    html = _page()
    if html is None:
        return PlainTextResponse(NOT_BUILT, 503)
    nonce = new_nonce()
    return HTMLResponse(html.replace(NONCE_MARK, nonce), headers={"Content-Security-Policy": page_csp(nonce)})


def _on_loopback(house: House) -> bool:
    return urlsplit(house.public_url).hostname in LOOPBACK


async def asset(request: Request) -> Response:
    """One built file, gzip when the client takes it; its name holds its hash, so it never changes."""
    gzipped = "gzip" in request.headers.get("accept-encoding", "")
    return _file(
        BUILT / "assets", request.path_params["name"], gzipped, "public, max-age=31536000, immutable"
    )


def _file(folder: Path, name: str, gzipped: bool, caching: str) -> Response:
    path = _files(folder).get(name)
    if path is None:
        return PlainTextResponse("No such file.", 404)
    data, headers = _read(path, gzipped)
    return Response(data, headers={**headers, "Cache-Control": caching})


@cache
def _files(folder: Path) -> dict[str, Path]:
    """The files there are, by their address: what is not among them cannot be asked for, however it is written."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


@cache
def _read(path: Path, gzipped: bool) -> tuple[bytes, dict[str, str]]:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {"Content-Type": kind, "Vary": "Accept-Encoding"}
    packed = path.with_name(path.name + ".gz")
    if gzipped and packed.is_file():
        return packed.read_bytes(), {**headers, "Content-Encoding": "gzip"}
    return path.read_bytes(), headers


ASSETS = Route("/assets/{name:path}", asset, methods=["GET"])
PAGE = Route("/{path:path}", page, methods=["GET"])
"""Last of all routes: whatever nobody else serves is an address inside the console."""
