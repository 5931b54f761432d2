"""Serves the built console: immutable assets, and one page for every address that is the console's own."""

import mimetypes
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from .manners import new_nonce, page_csp

BUILT = Path(__file__).parent.parent / "_console"
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
    html = _page()
    if html is None:
        return PlainTextResponse(NOT_BUILT, 503)
    nonce = new_nonce()
    return HTMLResponse(html.replace(NONCE_MARK, nonce), headers={"Content-Security-Policy": page_csp(nonce)})


async def asset(request: Request) -> Response:
    """One built file, gzip when the client takes it; its name holds its hash, so it never changes."""
    name = request.path_params["name"]
    found = _asset(name, "gzip" in request.headers.get("accept-encoding", ""))
    if found is None:
        return PlainTextResponse("No such file.", 404)
    data, headers = found
    return Response(data, headers=headers)


@cache
def _asset(name: str, gzipped: bool) -> tuple[bytes, dict[str, str]] | None:
    root = (BUILT / "assets").resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        return None
    headers = {
        "Content-Type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
    }
    packed = path.with_name(path.name + ".gz")
    if gzipped and packed.is_file():
        return packed.read_bytes(), {**headers, "Content-Encoding": "gzip"}
    return path.read_bytes(), headers


ASSETS = Route("/assets/{name:path}", asset, methods=["GET"])
PAGE = Route("/{path:path}", page, methods=["GET"])
"""Last of all routes: whatever nobody else serves is an address inside the console."""
