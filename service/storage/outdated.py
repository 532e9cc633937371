"""Current units that were derived by other rules or from other reference data than today's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from service.storage.codec import clean, day_us, from_day_us
from service.storage.prepared import UnitKey
from service.storage.sql import Statement

_LAST: Final = Statement("SELECT coalesce(max(id), 0) FROM unit")
_WHERE: Final = (
    " FROM unit WHERE superseded_at_us IS NULL AND id > :after AND id <= :until"
    " AND day_us >= :since_us AND (:any_source = 1 OR source = :source)"
    " AND (:everything = 1 OR rules_version <> :rules OR reference_version <> :reference)"
)
_KEYS: Final = Statement(f"SELECT id, icao24, source, day_us{_WHERE} ORDER BY id LIMIT :limit")
_COUNT: Final = Statement(f"SELECT count(*){_WHERE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What a unit must have been derived by to stay, and which units are looked at."""

    rules_version: str
    reference_version: str
    source: str | None = None
    since: date | None = None
    """Only these UTC days and later ones."""
    everything: bool = False
    """Units of today's versions too."""


def last_unit(conn: Connection) -> int:
    """The number of the newest unit; one that is made later has a higher one."""
    return int(_LAST.rows(conn, {})[0][0])


def outdated(
    conn: Connection, today: Today, *, after: int, until: int, limit: int = 200
) -> tuple[tuple[int, UnitKey], ...]:
    """Units with their numbers, from `after` on and up to `until`, in that order: those that were
    derived together come together."""
    rows = _KEYS.rows(conn, {**_params(today), "after": after, "until": until, "limit": limit})
    return tuple((row[0], UnitKey(row[1], row[2], from_day_us(row[3]))) for row in rows)


def count_outdated(conn: Connection, today: Today, *, until: int) -> int:
    """How many of them there are."""
    return int(_COUNT.rows(conn, {**_params(today), "after": 0, "until": until})[0][0])


def _params(today: Today) -> dict[str, Any]:
    return {
        "rules": clean(today.rules_version),
        "reference": clean(today.reference_version),
        "any_source": int(today.source is None),
        "source": clean(today.source or ""),
        "since_us": 0 if today.since is None else day_us(today.since),
        "everything": int(today.everything),
    }
