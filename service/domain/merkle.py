"""Merkle trees as RFC 9162 §2.1 has them: roots, proofs that an entry is in, proofs that a later
tree holds an earlier one unchanged.

Whoever keeps a tree keeps its *complete nodes* only: the hash of the ``2**level`` entries from
``index * 2**level`` on. They never change; all else is worked out from them, a few dozen hashes
each time. `Nodes` reads them: ``(level, index) -> 32 bytes``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

Nodes = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Of the tree without entries."""


def leaf_hash(entry: bytes) -> bytes:
    """Of one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of what two nodes hold."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def appended(nodes: Nodes, size: int, leaves: Sequence[bytes]) -> Mapping[tuple[int, int], bytes]:
    """The complete nodes that come to a tree of `size` with these leaf hashes, by level and index.
    `nodes` is asked for complete nodes of the tree before only."""
    new: dict[tuple[int, int], bytes] = {}
    for number, leaf in enumerate(leaves, start=size):
        level, index, value = 0, number, leaf
        new[level, index] = value
        while index % 2:
            left = new.get((level, index - 1)) or nodes(level, index - 1)
            level, index, value = level + 1, index // 2, node_hash(left, value)
            new[level, index] = value
    return new


def root(nodes: Nodes, size: int) -> bytes:
    """Of the tree of `size` entries."""
    return _hash_of(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(nodes: Nodes, position: int, size: int) -> tuple[bytes, ...]:
    """That the entry at `position` (from 0) is in the tree of `size` entries (§2.1.3.1).

    Raises `ValueError` when the tree has no such entry.
    """
    if not 0 <= position < size:
        raise ValueError(f"a tree of {size} has no entry {position}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            path.append(_hash_of(nodes, middle, end))
            end = middle
        else:
            path.append(_hash_of(nodes, start, middle))
            start = middle
    return tuple(reversed(path))


def root_by_inclusion(
    leaf: bytes, position: int, size: int, proof: Sequence[bytes]
) -> bytes | None:
    """The root that the proof leads to, to be compared with the tree's own (§2.1.3.2); None when
    the proof is none."""
    if not 0 <= position < size:
        return None
    first, last, value = position, size - 1, leaf
    for part in proof:
        if last == 0:
            return None
        if first % 2 or first == last:
            value = node_hash(part, value)
            while not first % 2 and first:
                first, last = first >> 1, last >> 1
        else:
            value = node_hash(value, part)
        first, last = first >> 1, last >> 1
    return value if last == 0 else None


def consistency_proof(nodes: Nodes, earlier: int, later: int) -> tuple[bytes, ...]:
    """That the tree of `later` entries begins with the tree of `earlier` ones (§2.1.4.1).

    Raises `ValueError` unless ``0 < earlier <= later``.
    """
    if not 0 < earlier <= later:
        raise ValueError(f"a tree of {later} does not hold one of {earlier}")
    path: list[bytes] = []
    start, end, is_whole = 0, later, True
    while earlier != end:
        middle = start + _split(end - start)
        if earlier <= middle:
            path.append(_hash_of(nodes, middle, end))
            end = middle
        else:
            path.append(_hash_of(nodes, start, middle))
            start, is_whole = middle, False
    if not is_whole:
        path.append(_hash_of(nodes, start, end))
    return tuple(reversed(path))


def is_consistent(
    earlier: int, later: int, earlier_root: bytes, later_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows it, for these two roots (§2.1.4.2)."""
    if not 0 < earlier <= later:
        return False
    if earlier == later:
        return not proof and earlier_root == later_root
    path = list(proof)
    if earlier & (earlier - 1) == 0:
        path.insert(0, earlier_root)
    if not path:
        return False
    first, last = earlier - 1, later - 1
    while first % 2:
        first, last = first >> 1, last >> 1
    old = new = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if first % 2 or first == last:
            old, new = node_hash(part, old), node_hash(part, new)
            while not first % 2 and first:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, part)
        first, last = first >> 1, last >> 1
    return last == 0 and old == earlier_root and new == later_root


def _hash_of(nodes: Nodes, start: int, end: int) -> bytes:
    """Of the entries from `start` to `end`, where `start` is where such a subtree may begin."""
    parts = list(_complete(start, end))
    value = nodes(*parts[-1])
    for part in reversed(parts[:-1]):
        value = node_hash(nodes(*part), value)
    return value


def _complete(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest complete nodes that make up the entries, from the left."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)
