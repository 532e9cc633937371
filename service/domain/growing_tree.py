"""A Merkle tree that grows entry by entry and is never held whole: of what has gone by, only the
largest complete nodes are kept, one for each bit of its size."""

from __future__ import annotations

from service.domain.merkle import EMPTY_ROOT, node_hash


class GrowingTree:
    """The tree (RFC 9162) of the leaves that were pushed so far."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def push(self, leaf: bytes, step: int) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; returns the nodes (level, index, hash) of every `step`-th level, from
        `step` on, that it completes."""
        size = self.size
        peaks, level, value, complete = self._peaks, 0, leaf, []
        while size & 1:
            value = node_hash(peaks.pop(), value)
            size >>= 1
            level += 1
            if level % step == 0:
                complete.append((level, size, value))
        peaks.append(value)
        self.size += 1
        return complete

    def root(self) -> bytes:
        """Of the tree as it is now."""
        if not self._peaks:
            return EMPTY_ROOT
        *before, value = self._peaks
        for peak in reversed(before):
            value = node_hash(peak, value)
        return value
