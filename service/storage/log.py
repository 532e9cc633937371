"""The log of receptions: entries are added as receptions are noted, and take their places later.

Whoever notes a reception adds its entry in the same transaction and waits for nobody. Places are
given by one writer at a time (`hold_log`), in batches: those who wait in the order in which they
were received, after all who have a place. A place is never taken back.

Of the tree's complete nodes every eighth level is stored, an entry's own hash with the entry: one
row more for 256 entries, and any other node is worked out from at most 255 hashes.
"""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from service.domain import merkle
from service.domain.log_entry import SALT_BYTES, Record, entry_hash
from service.storage.codec import from_json
from service.storage.sql import Insert, InsertNew, Row, Statement, is_postgres

STEP: Final = 8
"""Levels between stored ones."""
BATCH: Final = 4_096
"""Entries that are read or placed at once."""

_LEAF_TYPES: Final = {
    "sha256": "text",
    "digest": "bigint",
    "salt": "bytea",
    "leaf": "bytea",
}
_ADD: Final = InsertNew("log_leaf", _LEAF_TYPES)
_ADD_NODES: Final = Insert("log_node", ("level", "place", "hash"))

_HOLD: Final = Statement("SELECT pg_advisory_xact_lock(64523, 1000)")
"""Beside the locks of `capture_index`."""
_SIZE: Final = Statement("SELECT max(position) FROM log_leaf")
_WAITING: Final = Statement(
    "SELECT l.sha256, l.digest, l.leaf, c.received_at_us FROM log_leaf l"
    " LEFT JOIN capture c ON c.sha256 = l.sha256 AND c.digest = l.digest"
    " WHERE l.position IS NULL LIMIT :most"
)
_PLACE: Final = "UPDATE log_leaf SET position = ? WHERE sha256 = ? AND digest = ?"
_PLACE_ALL: Final = (
    "UPDATE log_leaf AS l SET position = n.position"
    " FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS n(position, sha256, digest)"
    " WHERE l.sha256 = n.sha256 AND l.digest = n.digest"
)
_LEAVES: Final = Statement(
    "SELECT position, leaf FROM log_leaf WHERE position >= :start AND position < :end"
    " ORDER BY position"
)
_NODE: Final = Statement("SELECT hash FROM log_node WHERE level = :level AND place = :place")
_NODES: Final = Statement(
    "SELECT hash FROM log_node WHERE level = :level AND place >= :start AND place < :end"
    " ORDER BY place"
)
_UNLOGGED: Final = Statement(
    "SELECT (SELECT count(*) FROM capture) - (SELECT count(*) FROM log_leaf)"
)
_RECORD: Final = (
    "c.sha256, c.source, c.url, c.received_at_us, c.size_bytes, c.status, c.requested_at_us,"
    " c.headers"
)
_FROM: Final = Statement(
    f"SELECT c.digest, l.sha256, {_RECORD} FROM capture c"
    " LEFT JOIN log_leaf l ON l.sha256 = c.sha256 AND l.digest = c.digest"
    " WHERE (c.sha256, c.digest) > (:sha256, :digest) ORDER BY c.sha256, c.digest LIMIT :most"
)
_ENTRIES: Final = (
    f"SELECT l.position, l.sha256, l.digest, l.salt, l.leaf, {_RECORD} FROM log_leaf l"
)
_JOINED: Final = " LEFT JOIN capture c ON c.sha256 = l.sha256 AND c.digest = l.digest"
_PLACED: Final = Statement(
    f"{_ENTRIES}{_JOINED} WHERE l.position >= :start AND l.position < :end ORDER BY l.position"
)
_UNPLACED: Final = Statement(
    f"{_ENTRIES}{_JOINED} WHERE l.position IS NULL AND (l.sha256, l.digest) > (:sha256, :digest)"
    " ORDER BY l.sha256, l.digest LIMIT :most"
)
_OF: Final = Statement(
    f"{_ENTRIES}{_JOINED} WHERE l.sha256 = :sha256 ORDER BY l.position IS NULL, l.position"
)
_COUNTS: Final = Statement(
    "SELECT (SELECT count(*) FROM log_leaf WHERE position IS NOT NULL),"
    " (SELECT count(*) FROM log_node)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is stored; `record` is None when the reception is not there, or is none."""

    position: int | None
    sha256: str
    salt: bytes
    leaf: bytes
    record: Record | None
    digest: int


Key = tuple[str, int]
"""sha256 and digest of a capture row."""
FIRST: Final[Key] = ("", -(1 << 63))


def add_entries(conn: Connection, captures: Sequence[Row]) -> None:
    """Enter receptions, rows as `capture_index` writes them; those that have an entry keep it.
    Call it in the transaction that notes them."""
    salts = os.urandom(SALT_BYTES * len(captures))
    rows = []
    for number, row in enumerate(captures):
        sha256, digest, source, url, received, size, status, requested, headers = row
        salt = salts[number * SALT_BYTES : (number + 1) * SALT_BYTES]
        record = record_of((sha256, source, url, received, size, status, requested, headers))
        rows.append((sha256, digest, salt, entry_hash(salt, record)))
    _ADD.add(conn, rows)


def record_of(row: Sequence[Any]) -> Record:
    """What is bound of a row of `capture`, without its digest."""
    sha256, source, url, received, size, status, requested, headers = row
    return {
        "headers": _headers(headers),
        "received_at_us": received,
        "requested_at_us": requested,
        "sha256": sha256,
        "size_bytes": size,
        "source": source,
        "status": status,
        "url": url,
    }


def unlogged(conn: Connection) -> int:
    """How many receptions have no entry: those from before there was a log."""
    return max(0, int(_UNLOGGED.rows(conn, {})[0][0]))


def enter_former(conn: Connection, after: Key = FIRST) -> Key | None:
    """Enter receptions that have no entry, among the next few thousand after `after`; returns where
    to go on, None at the end."""
    found = _FROM.rows(conn, {"sha256": after[0], "digest": after[1], "most": BATCH})
    if not found:
        return None
    add_entries(conn, [(row[2], row[0], *row[3:]) for row in found if row[1] is None])
    return found[-1][2], found[-1][0]


def hold_log(conn: Connection) -> None:
    """Nobody else gives places or makes heads until `conn`, of `database.writing`, commits."""
    if is_postgres(conn):
        _HOLD.rows(conn, {})


def log_size(conn: Connection) -> int:
    """How many entries have a place."""
    (last,) = _SIZE.rows(conn, {})[0]
    return 0 if last is None else int(last) + 1


def is_anybody_waiting(conn: Connection) -> bool:
    """Whether an entry has no place yet."""
    return bool(_WAITING.rows(conn, {"most": 1}))


def give_places(conn: Connection) -> int:
    """Give places to some thousands of those who wait; returns to how many. Call `hold_log` first.
    0 = nobody waits."""
    waiting = _WAITING.rows(conn, {"most": BATCH})
    if not waiting:
        return 0
    waiting.sort(key=lambda row: (row[3] or 0, row[0], row[1]))
    size = log_size(conn)
    new = merkle.appended(nodes_of(conn), size, [_bytes(row[2]) for row in waiting])
    placed = [(place, row[0], row[1]) for place, row in enumerate(waiting, size)]
    driver: Any = conn.connection.driver_connection
    if is_postgres(conn):
        driver.execute(_PLACE_ALL, [list(column) for column in zip(*placed, strict=True)])
    else:
        driver.executemany(_PLACE, placed)
    _ADD_NODES.add(
        conn,
        sorted((*at, value) for at, value in new.items() if at[0] and at[0] % STEP == 0),
    )
    return len(placed)


def nodes_of(conn: Connection) -> merkle.Nodes:
    """The complete nodes of the tree, as they are stored.

    It raises `LookupError` for one that is not there.
    """

    @lru_cache(maxsize=1024)
    def node(level: int, index: int) -> bytes:
        above = level % STEP
        if above == 0 and level:
            found = _NODE.rows(conn, {"level": level, "place": index})
            hashes = [_bytes(row[0]) for row in found]
        else:
            span = {"start": index << above, "end": (index + 1) << above}
            if level == above:
                hashes = [_bytes(row[1]) for row in _LEAVES.rows(conn, span)]
            else:
                found = _NODES.rows(conn, span | {"level": level - above})
                hashes = [_bytes(row[0]) for row in found]
        if len(hashes) != (1 << above):
            raise LookupError(f"the tree lacks its node {index} of level {level}")
        while len(hashes) > 1:
            pairs = zip(hashes[::2], hashes[1::2], strict=True)
            hashes = [merkle.node_hash(left, right) for left, right in pairs]
        return hashes[0]

    return node


def stored_nodes(conn: Connection, level: int, start: int, end: int) -> list[bytes]:
    """The nodes of a stored level from place `start` to before `end`, those that are there."""
    span = {"level": level, "start": start, "end": end}
    return [_bytes(row[0]) for row in _NODES.rows(conn, span)]


def counts(conn: Connection) -> tuple[int, int]:
    """How many entries have a place, and how many nodes are stored."""
    entries, nodes = _COUNTS.rows(conn, {})[0]
    return int(entries), int(nodes)


def placed_entries(conn: Connection, start: int, end: int) -> list[Entry]:
    """The entries at these positions, those that are there, in order."""
    return list(map(_entry, _PLACED.rows(conn, {"start": start, "end": end})))


def waiting_entries(conn: Connection) -> Iterator[Entry]:
    """Every entry without a place."""
    after: Key = FIRST
    while found := _UNPLACED.rows(conn, {"sha256": after[0], "digest": after[1], "most": BATCH}):
        yield from map(_entry, found)
        after = found[-1][1], found[-1][2]


def entries_of(conn: Connection, sha256: str) -> tuple[Entry, ...]:
    """The entries of these bytes, one for each reception; those without a place last."""
    return tuple(map(_entry, _OF.rows(conn, {"sha256": sha256})))


def _entry(row: Row) -> Entry:
    try:
        record = record_of(row[5:]) if row[5] is not None else None
    except msgspec.MsgspecError:
        record = None
    return Entry(row[0], row[1], _bytes(row[3]), _bytes(row[4]), record, row[2])


def _bytes(value: object) -> bytes:
    """SQLite takes a text for bytes, if somebody writes one; then it is no hash."""
    return value if isinstance(value, bytes) else b""


@lru_cache(maxsize=256)
def _headers(text: str) -> dict[str, str]:
    """Many replies have none, or the same."""
    return from_json(text, dict[str, str])
