"""Heads of the log and the time stamps on them; and what proves that a reception is in the log."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from schemas.log import LogHead, LogProof, LogStamp
from service.domain.merkle import inclusion_proof
from service.errors import StorageError
from service.storage.codec import from_json, from_us, to_json, to_us
from service.storage.log import entries_of, nodes_of
from service.storage.sql import Insert, InsertNew, Row, Statement

_COLUMNS: Final = ("number", "size", "root", "at_us", "note", "public_key", "consistency")
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM log_head"
_ADD: Final = Insert("log_head", _COLUMNS)
_AFTER: Final = Statement(f"{_SELECT} WHERE number > :number ORDER BY number LIMIT :most")
_LAST: Final = Statement(f"{_SELECT} ORDER BY number DESC LIMIT 1")
_COVERING: Final = Statement(f"{_SELECT} WHERE size > :position ORDER BY number LIMIT 1")
_STAMPS: Final = Statement(
    "SELECT number, authority, at_us, reply, chain FROM log_stamp"
    " WHERE number >= :first AND number <= :last ORDER BY number, authority"
)
_ADD_STAMP: Final = InsertNew(
    "log_stamp",
    {"number": "bigint", "authority": "text", "at_us": "bigint", "reply": "bytea", "chain": "text"},
)


def add_head(conn: Connection, head: LogHead) -> None:
    """Store a head. Call `hold_log` before it is made."""
    row = (
        head.number,
        head.size,
        bytes.fromhex(head.root),
        to_us(head.at),
        head.note,
        head.public_key,
        to_json(head.consistency),
    )
    _ADD.add(conn, [row])


def add_stamp(conn: Connection, number: int, stamp: LogStamp) -> bool:
    """Store a stamp on head `number`; False when that authority stamped it before."""
    reply = base64.b64decode(stamp.reply)
    row = (number, stamp.authority, to_us(stamp.at), reply, stamp.chain)
    return _ADD_STAMP.add(conn, [row]) == 1


def last_head(conn: Connection) -> LogHead | None:
    """The newest head, None when there is none."""
    found = _heads(conn, _LAST.rows(conn, {}))
    return found[0] if found else None


def heads_after(conn: Connection, number: int = 0, most: int = 1 << 40) -> tuple[LogHead, ...]:
    """The heads after head `number`, oldest first."""
    return _heads(conn, _AFTER.rows(conn, {"number": number, "most": most}))


def proof_of(conn: Connection, sha256: str, head: LogHead | None = None) -> tuple[LogProof, ...]:
    """For each reception of these bytes that the log holds: what proves it offline, in the tree of
    `head`, or else of the first head that covers it, which says most about when it was there. A
    proof without a head and a path is of one that is not covered yet. Empty when they never came.

    Raises:
        StorageError: the log is damaged there: `tailcheck log verify` says how.
    """
    nodes = nodes_of(conn)
    proofs = []
    for entry in entries_of(conn, sha256):
        if entry.record is None:
            raise StorageError(
                "The log holds a reception of these bytes whose record is gone or unreadable:"
                " `tailcheck log verify` says more."
            )
        covering = _covering(conn, entry.position, head)
        path: tuple[bytes, ...] = ()
        if entry.position is not None and covering is not None:
            try:
                path = inclusion_proof(nodes, entry.position, covering.size)
            except LookupError as error:
                raise StorageError(
                    f"The log is damaged: {error}. `tailcheck log verify` says more."
                ) from error
        proofs.append(
            LogProof(
                record=entry.record,
                salt=entry.salt.hex(),
                position=entry.position,
                path=tuple(part.hex() for part in path),
                head=covering,
            )
        )
    return tuple(proofs)


def _covering(conn: Connection, position: int | None, head: LogHead | None) -> LogHead | None:
    if position is None:
        return None
    if head is not None:
        return head if head.size > position else None
    found = _heads(conn, _COVERING.rows(conn, {"position": position}))
    return found[0] if found else None


def _heads(conn: Connection, rows: Iterable[Row]) -> tuple[LogHead, ...]:
    rows = list(rows)
    if not rows:
        return ()
    stamps: dict[int, list[LogStamp]] = defaultdict(list)
    for number, authority, at_us, reply, chain in _STAMPS.rows(
        conn, {"first": rows[0][0], "last": rows[-1][0]}
    ):
        stamp = LogStamp(
            authority=authority,
            at=from_us(at_us),
            reply=base64.b64encode(reply).decode(),
            chain=chain,
        )
        stamps[number].append(stamp)
    return tuple(
        LogHead(
            number=row[0],
            size=row[1],
            root=bytes(row[2]).hex(),
            at=from_us(row[3]),
            note=row[4],
            public_key=row[5],
            consistency=from_json(row[6], tuple[str, ...]),
            stamps=tuple(stamps[row[0]]),
        )
        for row in rows
    )
