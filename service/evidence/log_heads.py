"""Giving places in the log, and making its heads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemas.log import LogHead
from service.domain import merkle
from service.evidence.log_check import LogBroken
from service.evidence.log_key import key_for
from service.evidence.log_notes import (
    NO_NOTE,
    Checkpoint,
    note_hash,
    origin_of,
    spelled_key,
    written,
)
from service.storage import log
from service.storage.database import Connection, Engine, reading, writing
from service.storage.leases import Lease, must_hold
from service.storage.log_heads import add_head, last_head


@dataclass(frozen=True, slots=True)
class Made:
    """A head that was made."""

    head: LogHead
    unsigned_because: str = ""


def sequence(
    engine: Engine, *, fence: Lease | None = None, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Enter receptions from before there was a log, and give every entry that waits its place;
    returns how many got one. Each batch is a transaction of its own: a kill loses nothing.

    Raises:
        LeaseLost: `fence` has passed on.
    """
    with reading(engine) as conn:
        after = log.FIRST if log.unlogged(conn) else None
    while after is not None and not stopping():
        with writing(engine) as conn:
            _hold(conn, fence)
            after = log.enter_former(conn, after)
    placed = 0
    with reading(engine) as conn:
        waits = log.is_anybody_waiting(conn)
    while waits and not stopping():
        with writing(engine) as conn:
            _hold(conn, fence)
            given = _places(conn)
        placed += given
        waits = given == log.BATCH  # else whoever writes without end would keep us here
    return placed


def make_head(
    engine: Engine,
    secrets: Path | None,
    *,
    now: datetime,
    fence: Lease | None = None,
    new_key: bool = False,
) -> Made | None:
    """A head over all that has a place; the one before when nothing came since (and no new key is
    to be taken into use), None when nothing ever came. Call `sequence` first.

    Raises:
        LogBroken: the tree does not begin with that of the head before.
        WrongKey: the key that signed before is not here.
    """
    with writing(engine) as conn:
        _hold(conn, fence)
        last = last_head(conn)
        size = log.log_size(conn)
        if last is not None and last.size == size and not new_key:
            return Made(last)
        if not size:
            return None
        key = key_for(secrets, last, new_key=new_key)
        try:
            head = _head(conn, last, size, now)
        except LookupError as error:
            raise LogBroken.told(str(error)) from error
        checkpoint, consistency = head
        public_key = ""
        if key.private is not None:
            public_key = spelled_key(checkpoint.origin, key.private.public_key())
        made = LogHead(
            number=last.number + 1 if last is not None else 1,
            size=size,
            root=checkpoint.root.hex(),
            at=checkpoint.at,
            note=written(checkpoint, key.private),
            public_key=public_key,
            consistency=tuple(part.hex() for part in consistency),
        )
        add_head(conn, made)
    return Made(made, key.why_none)


def _head(
    conn: Connection, last: LogHead | None, size: int, now: datetime
) -> tuple[Checkpoint, tuple[bytes, ...]]:
    nodes = log.nodes_of(conn)
    root = merkle.root(nodes, size)
    proof: tuple[bytes, ...] = ()
    if last is not None:
        if size < last.size:
            raise LogBroken.told(f"it has {size} entries, and head {last.number} {last.size}")
        proof = merkle.consistency_proof(nodes, last.size, size)
        if not merkle.is_consistent(last.size, size, bytes.fromhex(last.root), root, proof):
            raise LogBroken.told(f"it does not begin with what head {last.number} covers")
    checkpoint = Checkpoint(
        origin=origin_of(nodes(0, 0)),
        size=size,
        root=root,
        at=now,
        previous=note_hash(last.note) if last is not None else NO_NOTE,
    )
    return checkpoint, proof


def _places(conn: Connection) -> int:
    try:
        return log.give_places(conn)
    except LookupError as error:
        raise LogBroken.told(str(error)) from error


def _hold(conn: Connection, fence: Lease | None) -> None:
    if fence is not None:
        must_hold(conn, fence)
    log.hold_log(conn)
