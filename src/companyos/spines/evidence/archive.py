"""The container of an evidence pack: a zip that can be written in one way only.

Entries are stored, sorted by name, dated 1980-01-01, without extra fields or comments (PKWARE APPNOTE 4.3).
Any zip tool opens it; we read only what we would have written, so no two readers can see two contents in it and
nothing can hide between the entries. Without compression there are no zip bombs.
"""

import re
import struct
from collections.abc import Mapping
from zlib import crc32

MAX_BYTES = 64 * 1024 * 1024
"""The largest pack that is written or read, in bytes."""

MAX_FILES = 256
"""The most files that one pack holds."""

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
"""File names in a pack: flat, lower case, safe on every system."""

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _UNIX, _DATE, _MODE = 20, 3 << 8, 0x21, 0o100644 << 16


def write(files: Mapping[str, bytes]) -> bytes:
    """The one archive that holds these files. Raises ValueError for a name or size that packs do not allow."""
    if len(files) > MAX_FILES:
        raise ValueError(f"a pack holds at most {MAX_FILES} files, not {len(files)}")
    body, directory = bytearray(), bytearray()
    for name, content in sorted(files.items()):
        if not NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} cannot name a file of a pack: use lower-case letters, digits and . _ -"
            )
        at, raw, size = len(body), name.encode(), len(content)
        facts = (_VERSION, 0, 0, 0, _DATE, crc32(content), size, size, len(raw), 0)
        body += _LOCAL.pack(_LOCAL_MARK, *facts) + raw + content
        if len(body) > MAX_BYTES:
            raise ValueError(f"a pack holds at most {MAX_BYTES} bytes; {name} does not fit any more")
        directory += _CENTRAL.pack(_CENTRAL_MARK, _UNIX | _VERSION, *facts, 0, 0, 0, _MODE, at) + raw
    end = _END.pack(_END_MARK, 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + end)


def read(data: bytes) -> dict[str, bytes]:
    """The files of an archive. Raises ValueError saying where it stops being one that `write` could have made.

    What stands between and behind the files is checked by `difference`, after their contents had a chance
    to be named by their hashes.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"the file has {len(data)} bytes; packs have at most {MAX_BYTES}")
    if not data.startswith(_LOCAL_MARK):
        raise ValueError("the file is not a zip archive, or an empty one")
    files: dict[str, bytes] = {}
    at = 0
    while data.startswith(_LOCAL_MARK, at):
        if len(data) < at + _LOCAL.size:
            raise ValueError(f"the archive ends within the header at byte {at}")
        _, _, flags, method, _, _, _, packed, size, name_length, extra = _LOCAL.unpack_from(data, at)
        begin = at + _LOCAL.size
        name = data[begin : begin + name_length].decode("ascii", "replace")
        if not NAME.fullmatch(name):
            raise ValueError(
                f"the entry at byte {at} has the name {name[:100]!r}, which no file of a pack has"
            )
        if flags or method or extra or packed != size:
            raise ValueError(
                f"{name} is compressed, encrypted or has extra fields; packs store files plainly"
            )
        if name in files:
            raise ValueError(f"the archive holds {name} twice")
        begin += name_length
        if len(data) < begin + size:
            missing = begin + size - len(data)
            raise ValueError(f"{name} should have {size} bytes; the archive ends {missing} bytes early")
        if len(files) == MAX_FILES:
            raise ValueError(f"the archive holds more than {MAX_FILES} files")
        files[name] = data[begin : begin + size]
        at = begin + size
    return files


def difference(files: Mapping[str, bytes], data: bytes) -> str | None:
    """Where the archive differs from the one way to write these files; None when it does not."""
    exact = write(files)
    if exact == data:
        return None
    at = next((i for i, (a, b) in enumerate(zip(exact, data, strict=False)) if a != b), None)
    if at is None:
        return f"it has {len(data)} bytes, expected {len(exact)}"
    return f"byte {at} is 0x{data[at]:02x}, expected 0x{exact[at]:02x}"
