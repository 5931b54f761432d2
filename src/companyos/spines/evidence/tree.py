"""The Merkle tree of RFC 6962 §2.1 (RFC 9162 §2.1), without I/O.

Hashes are 32 bytes of SHA-256. A tree of `size` leaves is described by its complete subtrees: the node
`(level, index)` covers the leaves `index << level` up to `(index + 1) << level`. Complete nodes never
change once written, so an append-only table of them gives every root and proof with O(log n) reads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256

Coordinate = tuple[int, int]
"""(level, index) of a complete subtree; level 0 are the leaf hashes."""

Range = tuple[int, int]
"""Leaves `begin` up to, not including, `end`."""

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry: SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: the hashes of its complete subtrees, largest first.

    Appending n leaves costs O(n) hashes and the root O(log n), whatever the size of the tree.
    """

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> Iterator[tuple[Coordinate, bytes]]:
        """Add one leaf hash and yield every subtree that it completes, from the leaf upwards."""
        level, index, hash_ = 0, self.size, leaf
        yield (level, index), hash_
        while index & 1:
            hash_ = node_hash(self.hashes.pop(), hash_)
            level, index = level + 1, index >> 1
            yield (level, index), hash_
        self.hashes.append(hash_)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> list[tuple[Coordinate, bytes]]:
        """Add many leaf hashes; all subtrees that were completed, in the order of completion."""
        return [node for leaf in leaves for node in self.append(leaf)]

    @property
    def root(self) -> bytes:
        """The root hash of all leaves so far."""
        return join(self.hashes)


def join(hashes: Sequence[bytes]) -> bytes:
    """The root over adjacent complete subtrees, given from left (largest) to right."""
    if not hashes:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def cover(begin: int, end: int) -> list[Coordinate]:
    """The complete subtrees that make up the leaves `begin..end`, from left to right.

    `begin` must be a place where the tree over `begin..end` starts in RFC 6962: zero, or a multiple of a
    power of two that is at least `end - begin`.
    """
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def frontier_nodes(size: int) -> list[Coordinate]:
    """The complete subtrees whose hashes are the `Frontier` of a tree of this size."""
    return cover(0, size)


def _split(begin: int, end: int) -> int:
    """Where RFC 6962 divides a tree: after the largest power of two smaller than its size."""
    return begin + (1 << ((end - begin - 1).bit_length() - 1))


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove that leaf `index` is in the tree of `size`, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = _split(begin, end)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that the first `old` leaves of the tree of `new` are unchanged."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves cannot come before a tree of {new} leaves")
    if old in (0, new):
        return []
    path, begin, end = [], 0, new
    while old != end:
        middle = _split(begin, end)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    # The part of the old tree that is itself a subtree of the new one; the verifier knows it when it is all.
    if begin:
        path.append((begin, end))
    return path[::-1]


def nodes_of(ranges: Iterable[Range]) -> list[Coordinate]:
    """Which complete subtrees must be read to compute the roots of these ranges."""
    return [node for begin, end in ranges for node in cover(begin, end)]


def roots_of(ranges: Iterable[Range], hashes: Mapping[Coordinate, bytes]) -> list[bytes]:
    """The roots of ranges: the proof itself. Raises KeyError naming a node that is missing."""
    return [join([hashes[node] for node in cover(begin, end)]) for begin, end in ranges]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 §2.1.3.2).

    Raises ValueError when the proof does not have the length that the index and size ask for.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    expected = len(inclusion_ranges(index, size))
    if len(proof) != expected:
        raise ValueError(
            f"the proof for leaf {index} of {size} has {len(proof)} hashes, it must have {expected}"
        )
    at, last, root = index, size - 1, leaf
    for hash_ in proof:
        if at & 1 or at == last:
            root = node_hash(hash_, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, hash_)
        at, last = at >> 1, last >> 1
    return root


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the tree of `old` to be a prefix of the tree of `new` (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new or len(proof) != len(consistency_ranges(old, new)):
        return False
    if old == 0:
        return old_root == EMPTY_ROOT
    if old == new:
        return old_root == new_root
    at, last, steps = old - 1, new - 1, list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for hash_ in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(hash_, first), node_hash(hash_, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, hash_)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
