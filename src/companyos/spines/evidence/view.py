"""An evidence pack as one HTML file that verifies and shows it: no server, no network, nothing beside the file.

The script is the SDK's verifier and the console's own presentation, built once into `companyos/_viewer`. The page's
policy allows that script and that stylesheet by their hashes and forbids everything else, so a hostile pack can
neither run nor load anything; the pack itself lies in the page as base64, which is never run.
"""

import base64
import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from companyos.kernel.problems import Unavailable

from .keys import VerifyKey, write_set

BUILT = Path(__file__).parents[2] / "_viewer"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Evidence pack</title>
<style>{style}</style>
</head>
<body>
<div id="root"></div>
<noscript>This file verifies the pack by a script of its own, which this browser does not run.</noscript>
<script type="text/plain" id="pack">{pack}</script>
<script type="application/json" id="name">{name}</script>
<script type="application/json" id="keys">{keys}</script>
<script type="application/json" id="names">{names}</script>
<script>{script}</script>
</body>
</html>
"""
_ENDS_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)


def page(
    pack: bytes, name: str, trusted: list[VerifyKey] | None = None, names: Mapping[str, str] | None = None
) -> bytes:
    """The file for a pack, whole or not. With `trusted` keys it insists on these, and says that they were given.

    `names` are what the actors in it (`person:018f…`) are called. Packs hold ids only, because they cannot be
    deleted; this file can, so it may say names, which it shows as not proved by the pack.

    Raises Unavailable when the viewer was not built.
    """
    script, style = _built("viewer.js"), _built("viewer.css")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_source(script)}'",
            f"style-src '{_source(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    keys = "" if trusted is None else write_set(trusted).decode()
    return _PAGE.format(
        policy=policy,
        style=style,
        pack=base64.b64encode(pack).decode(),
        name=_inert(json.dumps(name)),
        keys=_inert(keys),
        names=_inert(json.dumps(dict(names or {}))),
        script=script,
    ).encode()


def _built(name: str) -> str:
    file = BUILT / name
    if not file.exists():
        raise Unavailable("This checkout has no built viewer: run `make console`, which builds it.")
    text = file.read_text()
    if _ENDS_SCRIPT.search(text):
        raise RuntimeError(
            f"{name} holds text that would end it inside a page; its build must not write that"
        )
    return text


def _source(text: str) -> str:
    """How a content security policy names an inline script or stylesheet (CSP3 §2.3.1)."""
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


def _inert(text: str) -> str:
    """JSON that can end no element of a page."""
    return text.replace("<", "\\u003c")
