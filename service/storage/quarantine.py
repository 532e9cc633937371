"""Pages that could not be read: their bytes are kept, and may be read by a better parser."""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from service.storage.codec import clean, from_us, to_us
from service.storage.sql import Row, Statement

_SAMPLE_CHARACTERS: Final = 500
"""Of the reason: it may quote the page."""

_ADD: Final = Statement(
    "INSERT INTO quarantine (source, sha256, why, at_us) VALUES (:source, :sha256, :why, :at_us)"
    " ON CONFLICT (source, sha256) DO UPDATE SET why = excluded.why, at_us = excluded.at_us,"
    " released_at_us = NULL WHERE quarantine.released_at_us IS NOT NULL"
)
_RELEASE: Final = Statement(
    "UPDATE quarantine SET released_at_us = :now_us"
    " WHERE source = :source AND sha256 = :sha256 AND released_at_us IS NULL"
)
_COLUMNS: Final = "id, source, sha256, why, at_us, released_at_us"
_PAGE: Final = "AND id > :after AND at_us >= :since_us ORDER BY id LIMIT :limit"
_OPEN: Final = Statement(f"SELECT {_COLUMNS} FROM quarantine WHERE released_at_us IS NULL {_PAGE}")
_OPEN_OF: Final = Statement(
    f"SELECT {_COLUMNS} FROM quarantine WHERE source = :source AND released_at_us IS NULL {_PAGE}"
)
_COUNT: Final = Statement(
    "SELECT count(*) FROM quarantine WHERE released_at_us IS NULL AND at_us >= :since_us"
    " AND (:any_source = 1 OR source = :source)"
)
_COUNTS: Final = Statement(
    "SELECT source, count(*) FROM quarantine WHERE released_at_us IS NULL GROUP BY source"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A page of `source` that could not be read, and why. `id` is 0 until it is stored."""

    source: str
    sha256: str
    why: str
    at: datetime
    released_at: datetime | None = None
    """When it was read after all."""
    id: int = 0


def add_quarantined(conn: Connection, pages: Iterable[Quarantined]) -> int:
    """Note the pages; returns how many were not waiting there already.

    A page that was read once and cannot be read again waits again.
    """
    return sum(
        _ADD.run(
            conn,
            {
                "source": clean(page.source),
                "sha256": page.sha256,
                "why": clean(page.why)[:_SAMPLE_CHARACTERS],
                "at_us": to_us(page.at),
            },
        )
        for page in pages
    )


def release(conn: Connection, source: str, sha256: str, *, now: datetime) -> bool:
    """Note that the page was read after all; False when it was not waiting."""
    params = {"source": clean(source), "sha256": sha256, "now_us": to_us(now)}
    return _RELEASE.run(conn, params) > 0


def waiting(
    conn: Connection,
    source: str | None = None,
    *,
    since: datetime | None = None,
    after: int = 0,
    limit: int = 100,
) -> tuple[Quarantined, ...]:
    """Pages still unread, of one source or of all, in the order of `id` from `after` on.

    `since` = only those that came then or later.
    """
    params: dict[str, Any] = {
        "after": after,
        "since_us": to_us(since) if since is not None else 0,
        "limit": limit,
    }
    if source is None:
        return tuple(map(_quarantined, _OPEN.rows(conn, params)))
    return tuple(map(_quarantined, _OPEN_OF.rows(conn, params | {"source": clean(source)})))


def count_waiting(
    conn: Connection, source: str | None = None, *, since: datetime | None = None
) -> int:
    """How many pages `waiting` would give in all."""
    params = {
        "any_source": int(source is None),
        "source": clean(source or ""),
        "since_us": to_us(since) if since is not None else 0,
    }
    return int(_COUNT.rows(conn, params)[0][0])


def counts(conn: Connection) -> Mapping[str, int]:
    """How many pages wait to be read, by source; sources with none are not named."""
    return dict(sorted((row[0], row[1]) for row in _COUNTS.rows(conn, {})))


def _quarantined(row: Row) -> Quarantined:
    return Quarantined(
        id=row[0],
        source=row[1],
        sha256=row[2],
        why=row[3],
        at=from_us(row[4]),
        released_at=from_us(row[5]) if row[5] is not None else None,
    )
