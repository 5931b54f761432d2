"""Signed webhooks in both directions, as Standard Webhooks 1.0 writes them (standardwebhooks.com).

Three headers travel with the body: `webhook-id` (the idempotency key), `webhook-timestamp` (Unix seconds) and
`webhook-signature` (space-separated `v1,<base64 HMAC-SHA256 of "id.timestamp.body">`).
"""

import base64
import hashlib
import hmac

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"


def write_secret(key: bytes) -> str:
    """A secret as people copy it."""
    return PREFIX + base64.b64encode(key).decode()


def read_secret(text: str) -> bytes:
    """The key in a written secret. Raises ValueError when it is none."""
    if not text.startswith(PREFIX):
        raise ValueError(f"a webhook secret starts with {PREFIX}")
    key = base64.b64decode(text[len(PREFIX) :], validate=True)
    if len(key) < 24:
        raise ValueError("a webhook secret holds at least 24 bytes")
    return key


def sign(key: bytes, id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`."""
    digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def refusal(
    key: bytes, *, id: str, timestamp: str, signature: str, body: bytes, now: float, window: int
) -> str | None:
    """Why a signed message is not to be believed, in words; None when it is.

    `window` is how many seconds its timestamp may be off in either direction: an older message may be a replay.
    """
    if not (id and timestamp and signature):
        return f"The headers {ID}, {TIMESTAMP} and {SIGNATURE} must all be there."
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return f"{TIMESTAMP} is not a number of seconds since 1970."
    if abs(now - int(timestamp)) > window:
        return f"{TIMESTAMP} is more than {window} s off; the message is too old or a clock is wrong."
    wanted = sign(key, id, int(timestamp), body).encode()
    given = signature.encode().split(b" ")[:8]
    # Compare with every signature given, without stopping at the first: time must tell nothing.
    matches = [hmac.compare_digest(wanted, one) for one in given]
    return None if any(matches) else "The signature does not match the body."
