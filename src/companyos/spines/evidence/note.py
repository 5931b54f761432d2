"""Signed checkpoints: C2SP signed-note and tlog-checkpoint, so that any transparency-log tool can read them.

companyos/018f…                         the origin: whose log
4711                                    how many records
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     the root hash

— companyos/018f… Az3grlgt…             key name, and base64 of key id ‖ Ed25519 signature
"""

import base64
import re
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from .keys import VerifyKey

ED25519 = b"\x01"
MAX_SIZE = 64 * 1024
"""No checkpoint is longer than this many bytes."""

_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of one log: its origin, its number of leaves, and the root hash over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> bytes:
        """The note text: exactly what is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the key's name, its 4-byte id, and 64 bytes of Ed25519."""

    name: str
    key_id: bytes
    value: bytes


def origin(tenant: UUID | str) -> str:
    """The origin of a tenant's log, which is also the name of its key."""
    return f"companyos/{tenant}"


def key_id(name: str, key: VerifyKey) -> bytes:
    """The 4 bytes by which a note names a key: SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]."""
    return sha256(name.encode() + b"\n" + ED25519 + key.raw).digest()[:4]


def verifier_key(name: str, key: VerifyKey) -> str:
    """The key as transparency-log tools take it: name, id in hex, and base64 of type ‖ public key."""
    return f"{name}+{key_id(name, key).hex()}+{base64.b64encode(ED25519 + key.raw).decode()}"


def write(checkpoint: Checkpoint, signature: bytes, key: VerifyKey) -> bytes:
    """The signed note: the checkpoint's text, an empty line, one signature line."""
    blob = base64.b64encode(key_id(checkpoint.origin, key) + signature).decode()
    return checkpoint.text + f"\n— {checkpoint.origin} {blob}\n".encode()


def read(raw: bytes) -> tuple[Checkpoint, list[NoteSignature]]:
    """Read a signed checkpoint without judging its signatures. Raises ValueError saying what is malformed."""
    if len(raw) > MAX_SIZE:
        raise ValueError(f"the checkpoint is longer than {MAX_SIZE} bytes")
    try:
        note = raw.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"the checkpoint is not UTF-8: {error}") from error
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise ValueError("the checkpoint has no signatures after an empty line")
    checkpoint = _body(text.split("\n"))
    signatures = [_signature_line(line) for line in lines[:-1].split("\n")]
    return checkpoint, signatures


def signed_by(checkpoint: Checkpoint, signatures: list[NoteSignature], keys: list[VerifyKey]) -> VerifyKey:
    """The key among `keys` that signed the checkpoint.

    Raises ValueError when no known key signed, or when a line that names a known key does not verify.
    """
    signer = None
    for signature in signatures:
        for key in keys:
            if (signature.name, signature.key_id) != (checkpoint.origin, key_id(checkpoint.origin, key)):
                continue
            if not key.verifies(signature.value, checkpoint.text):
                raise ValueError(f"the checkpoint's signature by key {key.kid} does not match its text")
            signer = key
    if signer is None:
        named = ", ".join(f"{signature.name}+{signature.key_id.hex()}" for signature in signatures)
        raise ValueError(f"the checkpoint is signed by {named}, which is none of the known keys")
    return signer


def _body(lines: list[str]) -> Checkpoint:
    if len(lines) != 3 or not lines[0]:
        raise ValueError(f"the checkpoint's text has {len(lines)} lines, it must have origin, size and root")
    if not _SIZE.fullmatch(lines[1]):
        raise ValueError(f"the checkpoint's size {lines[1]!r} is not a plain decimal number")
    root = _base64(lines[2], "root hash")
    if len(root) != 32:
        raise ValueError(f"the checkpoint's root hash has {len(root)} bytes, it must have 32")
    if any(ord(character) < 0x20 for character in lines[0]):
        raise ValueError("the checkpoint's origin holds control characters")
    return Checkpoint(lines[0], int(lines[1]), root)


def _signature_line(line: str) -> NoteSignature:
    found = _SIGNATURE.fullmatch(line)
    if not found:
        raise ValueError(f"{line[:120]!r} is not a signature line")
    blob = _base64(found[2], "signature")
    if len(blob) < 5:
        raise ValueError("the checkpoint's signature is too short to name a key")
    return NoteSignature(found[1], blob[:4], blob[4:])


def _base64(text: str, what: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError(f"the checkpoint's {what} is not base64: {error}") from error
    if base64.b64encode(raw).decode() != text:
        raise ValueError(f"the checkpoint's {what} is not in the one form base64 gives it")
    return raw
