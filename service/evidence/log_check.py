"""Whether the log still is what it was: every entry, node and head, against each other.

All is worked out anew from the receptions as they are stored: their records and salts give the
leaves, the leaves the nodes, the nodes the roots of all heads. One entry costs a few microseconds.

What it cannot see: that entries since the newest head were taken away or exchanged together with
their receptions and nodes; and, if heads are unsigned or the key was stolen, that all was written
anew from the start. For that, heads are published elsewhere (`tailcheck log export`) or stamped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from schemas.log import LogHead
from service.domain.growing_tree import GrowingTree
from service.domain.log_entry import entry_hash
from service.domain.merkle import is_consistent
from service.errors import StorageError, TailcheckError
from service.evidence.log_key import WrongKey, must_be_ours, read_key
from service.evidence.log_notes import NO_NOTE, note_hash, origin_of, read
from service.storage import log
from service.storage.database import Connection, Engine, reading
from service.storage.log_heads import heads_after

SHOWN: Final = 100
"""Differences that are told one by one."""


class LogBroken(StorageError):
    """Something that the log holds was changed."""

    code = "log-broken"

    @classmethod
    def told(cls, what: str) -> LogBroken:
        """With what to do about it."""
        return cls(
            f"The log of what was received does not hold: {what}. Somebody or something changed"
            " the database. Nothing was deleted or mended. Keep a copy of this database as it is;"
            " `tailcheck log verify` lists all that differs; then restore a backup from before."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found."""

    size: int
    """Entries that have a place."""
    waiting: int
    heads: int
    unsigned: int
    """Heads that nobody signed."""


def must_hold_true(engine: Engine, secrets: Path | None) -> Checked:
    """Returns when everything fits.

    Raises:
        LogBroken: something was changed; it names the first entry or head that differs.
        WrongKey: the newest head is not signed with the key in the folder `secrets`.
    """
    with reading(engine) as conn:
        checking = _Checking(conn)
        for difference in checking.differences():
            raise LogBroken.told(difference)
        if checking.heads:
            must_be_ours(checking.heads[-1], read_key(secrets))
        return checking.found()


def differences(engine: Engine, secrets: Path | None) -> tuple[list[str], Checked]:
    """All that does not fit, in words, at most `SHOWN`; and what was looked at."""
    with reading(engine) as conn:
        checking = _Checking(conn)
        found = list(islice(checking.differences(), SHOWN))
        if checking.heads:
            try:
                must_be_ours(checking.heads[-1], read_key(secrets))
            except (WrongKey, TailcheckError) as error:
                found.append(str(error))
        return found, checking.found()


class _Checking:
    """One look at one state of the database."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._tree = GrowingTree()
        self._waiting = 0
        self._first_leaf = b""
        self._roots: dict[int, bytes] = {}
        self._nodes = 0
        self.heads: tuple[LogHead, ...] = ()

    def found(self) -> Checked:
        return Checked(
            size=self._tree.size,
            waiting=self._waiting,
            heads=len(self.heads),
            unsigned=sum(not head.public_key for head in self.heads),
        )

    def differences(self) -> Iterator[str]:
        try:
            self.heads = heads_after(self._conn)
        except (msgspec.MsgspecError, ValueError, TypeError, OverflowError):
            yield "a head cannot be read"
        sizes = {head.size for head in self.heads}
        yield from self._placed(sizes)
        yield from self._beside()
        yield from self._each_head()

    def _placed(self, sizes: set[int]) -> Iterator[str]:
        """Every entry that has a place, and the nodes above it."""
        size = log.log_size(self._conn)
        push = self._tree.push
        for start in range(0, size, log.BATCH):
            end = min(start + log.BATCH, size)
            entries = log.placed_entries(self._conn, start, end)
            complete: list[tuple[int, int, bytes]] = []
            for position, entry in enumerate(entries, start):
                if entry.position != position:
                    yield f"there is no entry at position {position}"
                    return
                leaf = entry.leaf
                yield from self._entry(entry, f"at position {position}")
                complete += push(leaf, log.STEP)
                if self._tree.size in sizes:
                    self._roots[self._tree.size] = self._tree.root()
                if not position:
                    self._first_leaf = leaf
            if len(entries) < end - start:
                yield f"there is no entry at position {start + len(entries)}"
                return
            yield from self._nodes_above(complete)

    def _entry(self, entry: log.Entry, where: str) -> Iterator[str]:
        record = entry.record
        if record is None:
            yield f"the reception {where} is gone or unreadable (bytes {entry.sha256})"
        elif entry_hash(entry.salt, record) != entry.leaf:
            yield (
                f"the entry {where} is not the one that was logged (bytes {entry.sha256}, of"
                f" {record['source']}): its record, salt or hash was changed"
            )

    def _nodes_above(self, complete: list[tuple[int, int, bytes]]) -> Iterator[str]:
        """Whether these nodes, worked out, are the stored ones."""
        self._nodes += len(complete)
        for level in sorted({level for level, _, _ in complete}):
            places = [(place, value) for at, place, value in complete if at == level]
            start, end = places[0][0], places[-1][0] + 1
            if log.stored_nodes(self._conn, level, start, end) == [value for _, value in places]:
                continue
            for place, value in places:
                if log.stored_nodes(self._conn, level, place, place + 1) != [value]:
                    first, last = place << level, ((place + 1) << level) - 1
                    yield f"the hash over positions {first} to {last} was changed or is gone"

    def _beside(self) -> Iterator[str]:
        """What has no place, or should not be there."""
        for entry in log.waiting_entries(self._conn):
            self._waiting += 1
            yield from self._entry(entry, "that waits for its place")
        entries, nodes = log.counts(self._conn)
        if entries != self._tree.size:
            yield f"{entries} entries have a place, of which {self._tree.size} are in order"
        elif nodes != self._nodes:
            yield f"it has {nodes} nodes and should have {self._nodes}"

    def _each_head(self) -> Iterator[str]:
        before: LogHead | None = None
        for number, head in enumerate(self.heads, 1):
            yield from (f"head {head.number}: {what}" for what in self._head(head, before, number))
            before = head

    def _head(self, head: LogHead, before: LogHead | None, number: int) -> Iterator[str]:
        if head.number != number:
            yield f"it should be number {number}: one is gone"
        try:
            said = read(head.note, head.public_key)
        except TailcheckError as error:
            yield str(error).removesuffix(".")
            return
        root = bytes.fromhex(head.root)
        if (said.size, said.root, said.at) != (head.size, root, head.at):
            yield "its text and its row differ"
        if said.previous != (note_hash(before.note) if before is not None else NO_NOTE):
            yield "it follows another head than the one that stands before it"
        if before is not None and before.public_key and not head.public_key:
            yield "it is not signed, although those before are"
        if head.size > self._tree.size:
            yield f"it covers {head.size} entries, and there are {self._tree.size}"
        elif self._roots.get(head.size) != said.root:
            yield f"the entries at positions 0 to {head.size - 1} are not those it was made over"
        if self._first_leaf and said.origin != origin_of(self._first_leaf):
            yield "it is of another log"
        if before is not None and not _follows(before, head):
            yield "its proof that the log only grew is not right"
        elif before is None and head.consistency:
            yield "it proves something about a head before the first"


def _follows(before: LogHead, head: LogHead) -> bool:
    try:
        proof = [bytes.fromhex(part) for part in head.consistency]
        roots = bytes.fromhex(before.root), bytes.fromhex(head.root)
    except ValueError:
        return False
    return is_consistent(before.size, head.size, *roots, proof)
