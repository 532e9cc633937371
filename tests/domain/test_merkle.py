"""Merkle trees against the roots that Certificate Transparency's implementations agree on, against
the RFC's own recursive definitions, and against every kind of forgery."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.merkle import (
    EMPTY_ROOT,
    appended,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    root,
    root_by_inclusion,
)

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
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


class Tree:
    """Complete nodes in memory, grown in two steps."""

    def __init__(self, entries: list[bytes], first: int = 0) -> None:
        self.leaves = [leaf_hash(entry) for entry in entries]
        self.stored: dict[tuple[int, int], bytes] = {}
        self.stored |= appended(self.node, 0, self.leaves[:first])
        self.stored |= appended(self.node, first, self.leaves[first:])

    def node(self, level: int, index: int) -> bytes:
        return self.stored[level, index]


def recursive_root(entries: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    parts = recursive_root(entries[:k]) + recursive_root(entries[k:])
    return hashlib.sha256(b"\x01" + parts).digest()


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_known_roots(size: int) -> None:
    tree = Tree(ENTRIES[:size])
    assert root(tree.node, size).hex() == ROOTS[size]
    assert root(Tree([]).node, 0) == EMPTY_ROOT


TREES = st.lists(st.binary(max_size=4), min_size=1, max_size=70)


@given(TREES, st.data())
def test_every_root_is_the_recursive_one(entries: list[bytes], data: st.DataObject) -> None:
    tree = Tree(entries, data.draw(st.integers(0, len(entries))))
    for size in range(len(entries) + 1):
        assert root(tree.node, size) == recursive_root(entries[:size])


@given(TREES, st.data())
def test_an_entry_is_proved_and_nothing_else_is(entries: list[bytes], data: st.DataObject) -> None:
    tree = Tree(entries)
    size = data.draw(st.integers(1, len(entries)))
    position = data.draw(st.integers(0, size - 1))
    whole = root(tree.node, size)
    leaf = tree.leaves[position]
    proof = inclusion_proof(tree.node, position, size)
    assert root_by_inclusion(leaf, position, size, proof) == whole
    assert root_by_inclusion(leaf_hash(b"another"), position, size, proof) != whole
    assert root_by_inclusion(leaf, size, size, proof) is None
    for wrong in (proof[:-1], (*proof, leaf), tuple(reversed(proof))):
        if wrong != proof:
            assert root_by_inclusion(leaf, position, size, wrong) != whole
    for number, part in enumerate(proof):
        flipped = (*proof[:number], bytes([part[0] ^ 1]) + part[1:], *proof[number + 1 :])
        assert root_by_inclusion(leaf, position, size, flipped) != whole


@given(TREES, st.data())
def test_a_later_tree_holds_an_earlier_one(entries: list[bytes], data: st.DataObject) -> None:
    later = data.draw(st.integers(1, len(entries)))
    earlier = data.draw(st.integers(1, later))
    tree = Tree(entries)
    roots = root(tree.node, earlier), root(tree.node, later)
    proof = consistency_proof(tree.node, earlier, later)
    assert is_consistent(earlier, later, *roots, proof)
    rewritten = list(entries)
    place = data.draw(st.integers(0, earlier - 1))
    rewritten[place] = entries[place] + b"!"
    other = Tree(rewritten)
    forged = consistency_proof(other.node, earlier, later)
    for attempt in (proof, forged):
        assert not is_consistent(earlier, later, roots[0], root(other.node, later), attempt), (
            "a rewritten entry passed for the same tree"
        )
    for number, part in enumerate(proof):
        flipped = (*proof[:number], bytes([part[0] ^ 1]) + part[1:], *proof[number + 1 :])
        assert not is_consistent(earlier, later, *roots, flipped)
    assert not is_consistent(earlier, later, *roots, (*proof, roots[0]))


def test_what_cannot_be_proved_is_refused() -> None:
    tree = Tree(ENTRIES)
    for position, size in ((-1, 8), (8, 8), (0, 0)):
        with pytest.raises(ValueError, match="has no entry"):
            inclusion_proof(tree.node, position, size)
    for earlier, later in ((0, 8), (8, 7)):
        with pytest.raises(ValueError, match="does not hold"):
            consistency_proof(tree.node, earlier, later)
        assert not is_consistent(earlier, later, EMPTY_ROOT, EMPTY_ROOT, ())
