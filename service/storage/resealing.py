"""Sealing anew what lies in the database, after a key was given, taken away or exchanged."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from service.sealing import Sealer
from service.storage.alerts import SealedAlert, about
from service.storage.kept_checks import SealedAnswer, SealedCheck
from service.storage.receivers import SealedReceiver
from service.storage.sql import Statement, is_postgres
from service.storage.watches import SealedWatch


@dataclass(frozen=True, slots=True)
class _Kind:
    """One table with a `sealed` column, and the keyed hashes that are made of what it holds."""

    table: str
    primary_key: tuple[str, ...]
    value: type[Any]
    hashes: Callable[[Sealer, Any], Mapping[str, bytes | None]]

    def all_rows(self) -> Statement:
        return Statement(f"SELECT {', '.join(self.primary_key)}, sealed FROM {self.table}")

    def update(self, hashes: Mapping[str, object]) -> Statement:
        columns = ", ".join(f"{name} = :{name}" for name in ("sealed", *hashes))
        which = " AND ".join(f"{name} = :{name}" for name in self.primary_key)
        return Statement(f"UPDATE {self.table} SET {columns} WHERE {which}")


def _no_hashes(_: Sealer, __: object) -> Mapping[str, bytes | None]:
    return {}


_KINDS: Final = (
    _Kind(
        "watch",
        ("id",),
        SealedWatch,
        lambda sealer, said: {"subject_key": sealer.blind(said.kind, said.subject)},
    ),
    _Kind(
        "receiver",
        ("id",),
        SealedReceiver,
        lambda sealer, said: {"url_key": sealer.blind("receiver", said.url)},
    ),
    _Kind(
        "alert",
        ("id",),
        SealedAlert,
        lambda sealer, said: {
            "told_key": sealer.blind("told", said.key),
            "about_key": sealer.blind("about", about(said.occasion)),
        },
    ),
    _Kind(
        "kept_check",
        ("id",),
        SealedCheck,
        lambda sealer, said: {"once_key": sealer.blind("once", said.once) if said.once else None},
    ),
    _Kind("check_revision", ("check_id", "number"), SealedAnswer, _no_hashes),
)


def is_sealed_as_now(conn: Connection, sealer: Sealer) -> bool:
    """Whether every row is sealed as `sealer` would do it."""
    return all(
        sealer.is_current(row[-1]) for kind in _KINDS for row in kind.all_rows().rows(conn, {})
    )


def reseal(conn: Connection, sealer: Sealer) -> int:
    """Seal anew whatever is not sealed as `sealer` would do it; returns how many rows that were.

    `conn` is of `database.writing`. What was written over is overwritten on SQLite's disk pages,
    too; PostgreSQL keeps former rows until it vacuums, and both keep them in backups.

    Raises:
        StorageError: something was sealed with a key that is not here; nothing was changed.
    """
    if not is_postgres(conn):
        conn.exec_driver_sql("PRAGMA secure_delete=ON")
    return sum(_changed(conn, sealer, kind) for kind in _KINDS)


def _changed(conn: Connection, sealer: Sealer, kind: _Kind) -> int:
    count = 0
    for key, said in _stale(conn, sealer, kind):
        hashes = kind.hashes(sealer, said)
        params = dict(zip(kind.primary_key, key, strict=True))
        kind.update(hashes).run(conn, params | {"sealed": sealer.seal(said)} | dict(hashes))
        count += 1
    return count


def _stale(conn: Connection, sealer: Sealer, kind: _Kind) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for *key, sealed in kind.all_rows().rows(conn, {}):
        if not sealer.is_current(sealed):
            yield tuple(key), sealer.open(sealed, kind.value)
