"""Which version of each file we hold, so that an unchanged one is not sent again."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.storage.codec import clean, from_us, to_us
from service.storage.database import Connection
from service.storage.sql import Row, Statement

_COLUMNS: Final = "source, url, etag, last_modified, sha256, received_at_us, read_at_us"
_ONE: Final = Statement(
    f"SELECT {_COLUMNS} FROM file_version WHERE source = :source AND url = :url"
)
_OF_SOURCE: Final = Statement(
    f"SELECT {_COLUMNS} FROM file_version WHERE source = :source ORDER BY url"
)
_KEEP: Final = Statement(
    f"INSERT INTO file_version ({_COLUMNS})"
    " VALUES (:source, :url, :etag, :last_modified, :sha256, :received_at_us, NULL)"
    " ON CONFLICT (source, url) DO UPDATE SET etag = excluded.etag,"
    " last_modified = excluded.last_modified, sha256 = excluded.sha256,"
    " received_at_us = excluded.received_at_us,"
    " read_at_us = CASE WHEN file_version.sha256 = excluded.sha256"
    " THEN file_version.read_at_us ELSE NULL END"
)
_READ: Final = Statement(
    "UPDATE file_version SET read_at_us = :read_at_us"
    " WHERE source = :source AND url = :url AND sha256 = :sha256"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersion:
    """The latest version of a file that we received."""

    source: str
    url: str
    sha256: str
    received_at: datetime
    etag: str = ""
    last_modified: str = ""
    """Both as the source sent them, to be sent back; empty = it sent none."""
    read_at: datetime | None = None
    """When all that it says was stored; None = it came, and was not read yet."""


def file_version(conn: Connection, source: str, url: str) -> FileVersion | None:
    """The version of this file that we hold."""
    found = _ONE.rows(conn, {"source": clean(source), "url": clean(url)})
    return _version(found[0]) if found else None


def file_versions(conn: Connection, source: str) -> tuple[FileVersion, ...]:
    """Of every file of this source, by URL."""
    return tuple(_version(row) for row in _OF_SOURCE.rows(conn, {"source": clean(source)}))


def keep_file_version(conn: Connection, version: FileVersion) -> None:
    """Note what came. The same bytes once more stay read; others are unread, whatever
    `version.read_at` says."""
    _KEEP.run(
        conn,
        {
            "source": clean(version.source),
            "url": clean(version.url),
            "etag": clean(version.etag),
            "last_modified": clean(version.last_modified),
            "sha256": version.sha256,
            "received_at_us": to_us(version.received_at),
        },
    )


def file_was_read(conn: Connection, source: str, url: str, sha256: str, *, now: datetime) -> bool:
    """All that this version says is stored. False when another version has come meanwhile."""
    params = {"source": clean(source), "url": clean(url), "sha256": sha256}
    return _READ.run(conn, {**params, "read_at_us": to_us(now)}) == 1


def _version(row: Row) -> FileVersion:
    return FileVersion(
        source=row[0],
        url=row[1],
        etag=row[2],
        last_modified=row[3],
        sha256=row[4],
        received_at=from_us(row[5]),
        read_at=None if row[6] is None else from_us(row[6]),
    )
