"""RFC 6962's tree: published vectors, and properties against the definition written naively."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companyos.spines.evidence import tree

# The entries and roots of the Certificate Transparency project's reference Merkle tree tests.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
leaves = st.lists(st.binary(max_size=4), min_size=1, max_size=70).map(
    lambda entries: [tree.leaf_hash(entry) for entry in entries]
)


def naive(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word by word."""
    if not hashes:
        return tree.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return tree.node_hash(naive(hashes[:k]), naive(hashes[k:]))


def grown(hashes: list[bytes]) -> tuple[tree.Frontier, dict[tree.Coordinate, bytes]]:
    frontier = tree.Frontier()
    return frontier, dict(frontier.extend(hashes))


def test_published_roots() -> None:
    assert tree.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    frontier = tree.Frontier()
    for entry, root in zip(ENTRIES, ROOTS, strict=True):
        frontier.extend([tree.leaf_hash(entry)])
        assert frontier.root.hex() == root


def test_published_proofs() -> None:
    _, nodes = grown([tree.leaf_hash(entry) for entry in ENTRIES])
    proof = tree.roots_of(tree.inclusion_ranges(5, 8), nodes)
    assert [hash_.hex() for hash_ in proof] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    growth = tree.roots_of(tree.consistency_ranges(6, 8), nodes)
    assert [hash_.hex() for hash_ in growth] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(leaves)
def test_frontier_is_the_definition(hashes: list[bytes]) -> None:
    frontier, nodes = grown(hashes)
    assert frontier.root == naive(hashes)
    for (level, index), hash_ in nodes.items():
        assert hash_ == naive(hashes[index << level : (index + 1) << level])


@given(leaves, st.data())
def test_frontier_resumes_from_stored_nodes(hashes: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(hashes)))
    _, nodes = grown(hashes[:cut])
    resumed = tree.Frontier(cut, [nodes[node] for node in tree.frontier_nodes(cut)])
    resumed.extend(hashes[cut:])
    assert resumed.root == naive(hashes)


@given(leaves, st.data())
def test_inclusion(hashes: list[bytes], data: st.DataObject) -> None:
    _, nodes = grown(hashes)
    size = data.draw(st.integers(1, len(hashes)))
    index = data.draw(st.integers(0, size - 1))
    proof = tree.roots_of(tree.inclusion_ranges(index, size), nodes)
    assert tree.root_from_inclusion(hashes[index], index, size, proof) == naive(hashes[:size])


@given(leaves, st.data())
def test_a_changed_proof_leads_elsewhere(hashes: list[bytes], data: st.DataObject) -> None:
    _, nodes = grown(hashes)
    index = data.draw(st.integers(0, len(hashes) - 1))
    parts = [hashes[index], *tree.roots_of(tree.inclusion_ranges(index, len(hashes)), nodes)]
    part = data.draw(st.integers(0, len(parts) - 1))
    byte = data.draw(st.integers(0, 31))
    changed = bytearray(parts[part])
    changed[byte] ^= 1 << data.draw(st.integers(0, 7))
    parts[part] = bytes(changed)
    assert tree.root_from_inclusion(parts[0], index, len(hashes), parts[1:]) != naive(hashes)


@given(leaves, st.data())
def test_consistency(hashes: list[bytes], data: st.DataObject) -> None:
    _, nodes = grown(hashes)
    new = data.draw(st.integers(0, len(hashes)))
    old = data.draw(st.integers(0, new))
    proof = tree.roots_of(tree.consistency_ranges(old, new), nodes)
    before, after = naive(hashes[:old]), naive(hashes[:new])
    assert tree.consistent(old, new, before, after, proof)
    assert not tree.consistent(old, new, before, after, [*proof, before])
    assert not tree.consistent(old, new, tree.leaf_hash(before), after, proof)
    if old > 0:
        assert not tree.consistent(old, new, before, tree.leaf_hash(after), proof)


@given(st.integers(-3, 40), st.integers(-3, 40), st.lists(st.binary(min_size=32, max_size=32), max_size=8))
def test_random_proofs_never_verify(first: int, second: int, proof: list[bytes]) -> None:
    root = tree.leaf_hash(b"some root")
    if not 0 <= first < second:
        with pytest.raises(ValueError, match="is not in a tree of"):
            tree.root_from_inclusion(root, first, second, proof)
    assert not tree.consistent(first, second, root, tree.leaf_hash(b"other"), proof)
