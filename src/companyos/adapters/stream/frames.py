"""The bytes of a segment: blocks, each the records of one group commit, compressed and checked.

    block   = magic "COS1" | first offset u64 | ms since epoch u64
              | records u32 | raw bytes u32 | stored bytes u32 | crc u32 | data
    data    = zstd( record* )
    record  = headers length u32 | body length u32 | headers (msgpack map of text) | body

Little-endian. The CRC-32 (zlib's) covers the header before it and the data, so a block is either whole or not
there. A torn block can only be the last one that was written.
"""

import struct
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import zstandard

from companyos.kernel.ports.stream import Record, Stored

MAGIC = b"COS1"
_HEAD = struct.Struct("<4sQQIII")
_CRC = struct.Struct("<I")
_LENGTHS = struct.Struct("<II")
HEADER_BYTES = _HEAD.size + _CRC.size

Bytes = bytes | memoryview

_encode_headers = msgspec.msgpack.Encoder().encode
_decode_headers = msgspec.msgpack.Decoder(dict[str, str]).decode
_zstd = threading.local()


@dataclass(frozen=True, slots=True)
class Block:
    """The header of one block. `size` is its length in the file, header included."""

    first: int
    at_ms: int
    count: int
    raw: int
    stored: int
    crc: int

    @property
    def last(self) -> int:
        return self.first + self.count - 1

    @property
    def size(self) -> int:
        return HEADER_BYTES + self.stored


def encode(first: int, at_ms: int, records: Sequence[Record], *, level: int) -> bytes:
    """One block holding the records, the first of them at offset `first`."""
    parts: list[bytes] = []
    for record in records:
        headers = _encode_headers(record.headers)
        parts += (_LENGTHS.pack(len(headers), len(record.body)), headers, record.body)
    raw = b"".join(parts)
    stored = _compressor(level).compress(raw)
    head = _HEAD.pack(MAGIC, first, at_ms, len(records), len(raw), len(stored))
    return b"".join((head, _CRC.pack(zlib.crc32(stored, zlib.crc32(head))), stored))


def header(data: Bytes) -> Block | None:
    """Read a block's header from its first bytes; None when they are no header."""
    if len(data) < HEADER_BYTES or data[: len(MAGIC)] != MAGIC:
        return None
    _, first, at_ms, count, raw, stored = _HEAD.unpack_from(data)
    return Block(first, at_ms, count, raw, stored, _CRC.unpack_from(data, _HEAD.size)[0])


def whole(data: Bytes) -> Block | None:
    """The header of the block that `data` begins with; None unless all of it is there and unharmed."""
    block = header(data)
    if block is None or len(data) < block.size:
        return None
    view = memoryview(data)
    crc = zlib.crc32(view[HEADER_BYTES : block.size], zlib.crc32(view[: _HEAD.size]))
    return block if crc == block.crc else None


def decode(block: Block, data: Bytes) -> list[Stored]:
    """The records of a whole block."""
    stored = memoryview(data)[HEADER_BYTES : block.size]
    raw = _decompressor().decompress(stored, max_output_size=block.raw)
    records: list[Stored] = []
    at = 0
    for offset in range(block.first, block.first + block.count):
        head, body = _LENGTHS.unpack_from(raw, at)
        at += _LENGTHS.size
        headers = _decode_headers(raw[at : at + head])
        at += head
        records.append(Stored(offset, Record(raw[at : at + body], headers)))
        at += body
    return records


def find_whole(data: bytes, start: int) -> int:
    """Position at or after `start` where the next whole block begins; -1 when there is none."""
    at = data.find(MAGIC, start)
    view = memoryview(data)
    while at >= 0:
        if whole(view[at:]) is not None:
            return at
        at = data.find(MAGIC, at + 1)
    return -1


def _compressor(level: int) -> zstandard.ZstdCompressor:
    known: zstandard.ZstdCompressor | None = getattr(_zstd, f"level{level}", None)
    if known is None:
        known = zstandard.ZstdCompressor(level=level)
        setattr(_zstd, f"level{level}", known)
    return known


def _decompressor() -> zstandard.ZstdDecompressor:
    known: zstandard.ZstdDecompressor | None = getattr(_zstd, "decompressor", None)
    if known is None:
        known = _zstd.decompressor = zstandard.ZstdDecompressor()
    return known
