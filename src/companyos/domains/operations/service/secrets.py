"""Webhook secrets: derived from the key ring whenever they are needed, kept nowhere.

The secret for a name is SHA-256 over the key ring's Ed25519 signature of that name. Ed25519 is deterministic
(RFC 8032 §5.1.6), so whoever may sign gets the same secret again, and a stolen database holds none. Rotating the
use `hooks` retires every secret derived from it.
"""

import hashlib

from companyos.kernel.ports.keys import KeyRing

USE = "hooks"
_PURPOSE = b"companyos webhook secret v1\x00"


async def derive(keys: KeyRing, name: str) -> tuple[bytes, str]:
    """The 32-byte secret for a name, and the id of the key that it hangs on."""
    signature = await keys.sign(USE, "EdDSA", _PURPOSE + name.encode())
    return hashlib.sha256(_PURPOSE + signature.value).digest(), signature.key.kid
