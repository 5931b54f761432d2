"""`file:` — a key ring in a directory that only its owner may read.

    keys/evidence/<kid>.json    the public half and its validity, kept for ever
    keys/evidence/<kid>.pem     the private half (PKCS #8, mode 0600), only while the key signs

Several processes may share the directory: changes happen under a lock on it, files appear by rename.
"""

import asyncio
import base64
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from companyos.kernel.ports.keys import Algorithm, Message, PublicKey, Signature

Private = Ed25519PrivateKey | EllipticCurvePrivateKey


@dataclass(slots=True)
class FileKeyRing:
    """A KeyRing in `folder`, which is made with mode 0700 when it is first written."""

    folder: Path
    _loaded: dict[Path, Private] = field(default_factory=dict)

    @classmethod
    def from_url(cls, url: str) -> "FileKeyRing":
        """`file:/path` or `file:relative/path`. Raises ValueError when the URL names no path."""
        path = unquote(urlsplit(url).path)
        if not path:
            raise ValueError(f"{url!r} names no directory; write file:/path/to/keys")
        return cls(Path(path))

    async def sign(self, use: str, algorithm: Algorithm, message: Message) -> Signature:
        """Sign with the use's current key, making the first one when there is none."""
        return await asyncio.to_thread(self._sign, use, algorithm, message)

    async def rotate(self, use: str, algorithm: Algorithm) -> PublicKey:
        """Make a new current key; the old one's private half is deleted."""
        return await asyncio.to_thread(self._rotate, use, algorithm)

    async def public(self, use: str) -> list[PublicKey]:
        """Every key the use ever had, newest first."""
        return await asyncio.to_thread(self._public, use)

    def _sign(self, use: str, algorithm: Algorithm, message: Message) -> Signature:
        key = self._current(use, algorithm)
        try:
            private = self._private(use, key)
        except FileNotFoundError:  # another process rotated between our two reads; its new key is current
            key = self._current(use, algorithm)
            private = self._private(use, key)
        text = message(key) if callable(message) else message
        return Signature(key, _signature(private, text))

    def _current(self, use: str, algorithm: Algorithm) -> PublicKey:
        keys = self._public(use)
        if not keys:
            with self._locked(use):
                keys = self._public(use) or [self._make(use, algorithm)]
        if keys[0].algorithm != algorithm:
            raise ValueError(f"the {use} keys are {keys[0].algorithm}, not {algorithm}")
        return keys[0]

    def _rotate(self, use: str, algorithm: Algorithm) -> PublicKey:
        with self._locked(use):
            old = [key for key in self._public(use) if key.until is None]
            new = self._make(use, algorithm)
            for key in old:
                self._describe(use, replace(key, until=new.since))
                self._file(use, key.kid, "pem").unlink(missing_ok=True)
        return new

    def _public(self, use: str) -> list[PublicKey]:
        found = [_read(path) for path in (self.folder / use).glob("*.json")]
        return sorted(found, key=lambda key: (key.until is None, key.since), reverse=True)

    def _private(self, use: str, key: PublicKey) -> Private:
        path = self._file(use, key.kid, "pem")
        if path not in self._loaded:
            loaded = load_pem_private_key(path.read_bytes(), password=None)
            if not isinstance(loaded, Ed25519PrivateKey | EllipticCurvePrivateKey):
                raise ValueError(f"{path} holds a key of another kind than {key.algorithm}")
            self._loaded[path] = loaded
        elif not path.exists():
            del self._loaded[path]
            raise FileNotFoundError(path)
        return self._loaded[path]

    def _make(self, use: str, algorithm: Algorithm) -> PublicKey:
        private: Private = (
            Ed25519PrivateKey.generate() if algorithm == "EdDSA" else generate_private_key(SECP256R1())
        )
        jwk = _jwk(private)
        thumbprint = json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()
        key = PublicKey(_base64url(sha256(thumbprint).digest()), algorithm, jwk, datetime.now(UTC))
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write(self._file(use, key.kid, "pem"), pem)
        self._describe(use, key)
        return key

    def _describe(self, use: str, key: PublicKey) -> None:
        until = key.until.isoformat() if key.until else None
        text = {"kid": key.kid, "alg": key.algorithm, "jwk": key.jwk, "since": key.since.isoformat()}
        _write(self._file(use, key.kid, "json"), json.dumps({**text, "until": until}, indent=2).encode())

    def _file(self, use: str, kid: str, kind: str) -> Path:
        return self.folder / use / f"{kid}.{kind}"

    @contextmanager
    def _locked(self, use: str) -> Iterator[None]:
        folder = self.folder / use
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _read(path: Path) -> PublicKey:
    try:
        text = json.loads(path.read_text())
        until = datetime.fromisoformat(text["until"]) if text["until"] else None
        since = datetime.fromisoformat(text["since"])
        return PublicKey(text["kid"], text["alg"], text["jwk"], since, until)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} does not describe a key ({error!r}); restore it from a backup") from error


def _write(path: Path, content: bytes) -> None:
    """Write so that a reader sees all of it or none, and nobody else may read it."""
    draft = path.with_suffix(f"{path.suffix}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _jwk(private: Private) -> dict[str, str]:
    public = private.public_key()
    if isinstance(private, Ed25519PrivateKey):
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(raw)}
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"kty": "EC", "crv": "P-256", "x": _base64url(point[1:33]), "y": _base64url(point[33:])}


def _signature(private: Private, message: bytes) -> bytes:
    if isinstance(private, Ed25519PrivateKey):
        return private.sign(message)
    r, s = decode_dss_signature(private.sign(message, ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
