"""The unit of derivation: one aircraft, one source, one UTC day, replaced whole.

A derivation that shows the same as the current one changes nothing. One that differs supersedes
it: the former unit and its rows stay, marked, so that an answer can be given as of any moment.
Gaps are not kept: they are what lies between two segments.
"""

# ruff: noqa: S608  (statements are put together from constants, values are always bound)

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from schemas.movements import Derived
from service.errors import StorageError
from service.storage.codec import DAY_US, HOUR_US, day_us, from_json, to_json, to_us
from service.storage.prepared import PreparedUnit, UnitKey, prepare_unit
from service.storage.sql import Insert, Row, Statement, is_postgres
from service.storage.unit_rows import EMERGENCIES, GROUND_SPANS, HEARD, MOVEMENTS, PASSES, SEGMENTS

__all__ = ["PreparedUnit", "UnitKey", "prepare_unit", "replace_unit", "replace_units"]


def replace_unit(
    conn: Connection,
    key: UnitKey,
    derived: Derived,
    *,
    captures: Iterable[str],
    rules_version: str,
    reference_version: str,
    now: datetime,
) -> bool:
    """Make `derived` the current derivation of the unit; False when it was so already.

    `conn` is of `database.writing`. The new unit is never dated before the one it supersedes,
    even when the clock went backwards.
    """
    unit = prepare_unit(
        key,
        derived,
        captures=captures,
        rules_version=rules_version,
        reference_version=reference_version,
    )
    return replace_units(conn, (unit,), now=now)[0]


def replace_units(conn: Connection, units: Sequence[PreparedUnit], *, now: datetime) -> list[bool]:
    """As `replace_unit`, for many at once; of a key that comes twice, the last one stays."""
    changed = [False] * len(units)
    for wave in _waves(units):
        waiting = dict(sorted(wave.items()))
        for _ in range(_TRIES):
            if not waiting:
                break
            batch = {key: units[number] for key, number in waiting.items()}
            for key, is_new in _replace(conn, batch, to_us(now)).items():
                changed[waiting.pop(key)] = is_new
        else:
            if waiting:
                raise StorageError(
                    "Other writers keep replacing the same aircraft-days: try again."
                )
    return changed


_TRIES: Final = 20

_CURRENT: Final = Statement(
    "SELECT id, content_hash, derived_at_us, airports FROM unit"
    " WHERE icao24 = :icao24 AND source = :source AND day_us = :day_us"
    " AND superseded_at_us IS NULL"
)
_LOCK_CURRENT: Final = Statement(
    "SELECT u.icao24, u.source, u.day_us, u.id, u.content_hash, u.derived_at_us, u.airports"
    " FROM unit u JOIN unnest(:icao24::text[], :source::text[], :day_us::bigint[])"
    " AS k(icao24, source, day_us) USING (icao24, source, day_us)"
    " WHERE u.superseded_at_us IS NULL"
    " ORDER BY u.icao24, u.source, u.day_us FOR UPDATE OF u"
)
_LAST_ID: Final = Statement("SELECT coalesce(max(id), 0) FROM unit")

_UNIT_COLUMNS: Final = {
    "icao24": "text",
    "source": "text",
    "day_us": "bigint",
    "captures": "text",
    "airports": "text",
    "rejected": "text",
    "rules_version": "text",
    "reference_version": "text",
    "content_hash": "bytea",
    "derived_at_us": "bigint",
}
_INSERT_UNITS: Final = Insert("unit", ("id", *_UNIT_COLUMNS))
_INSERT_UNITS_UNLESS_THERE: Final = Statement(
    f"INSERT INTO unit ({', '.join(_UNIT_COLUMNS)}) SELECT * FROM unnest("
    + ", ".join(f":{name}::{kind}[]" for name, kind in _UNIT_COLUMNS.items())
    + ") ON CONFLICT DO NOTHING RETURNING icao24, source, day_us, id"
)

_SUPERSEDE_UNIT: Final = Statement("UPDATE unit SET superseded_at_us = :now WHERE id = :unit_id")
_OF_UNIT: Final = (
    "SET superseded = TRUE WHERE icao24 = :icao24 AND superseded = FALSE AND unit_id = :unit_id"
)
_SUPERSEDE_ROWS: Final = (
    Statement(
        f"UPDATE segment {_OF_UNIT} AND source = :source AND usable IN (FALSE, TRUE)"
        " AND t_first_us >= :day_us AND t_first_us <= :end_us"
    ),
    Statement(f"UPDATE movement {_OF_UNIT} AND t_best_us >= :day_us AND t_best_us < :end_us"),
    Statement(f"UPDATE pass {_OF_UNIT} AND t_best_us >= :day_us AND t_best_us < :end_us"),
    Statement(f"UPDATE ground_span {_OF_UNIT} AND t_first_us >= :day_us AND t_first_us <= :end_us"),
    Statement(f"UPDATE emergency {_OF_UNIT} AND t_first_us >= :day_us AND t_first_us < :end_us"),
)
_HOURS: Final = tuple(f"hour_{number}" for number in range(24))
_SUPERSEDE_HEARD: Final = Statement(
    f"UPDATE heard {_OF_UNIT} AND airport = :airport AND source = :source"
    f" AND hour_us IN ({', '.join(f':{name}' for name in _HOURS)})"
)


@dataclass(frozen=True, slots=True)
class _Current:
    """The unit that counts now."""

    unit_id: int
    content_hash: bytes
    derived_at_us: int
    airports: tuple[str, ...]


def _replace(
    conn: Connection, batch: dict[UnitKey, PreparedUnit], now_us: int
) -> dict[UnitKey, bool]:
    """One try. A key that another writer was quicker with is missing from the answer."""
    current = _current(conn, list(batch))
    answer: dict[UnitKey, bool] = {}
    new: list[tuple[PreparedUnit, int]] = []
    for key, unit in batch.items():
        former = current.get(key)
        if former is not None and former.content_hash == unit.content_hash:
            answer[key] = False
            continue
        derived_at_us = now_us if former is None else max(now_us, former.derived_at_us + 1)
        if former is not None:
            _supersede(conn, key, former, derived_at_us)
        new.append((unit, derived_at_us))
    ids = _insert_units(conn, new)
    _insert_rows(conn, [(ids[unit.key], unit) for unit, _ in new if unit.key in ids])
    return answer | dict.fromkeys(ids, True)


def _current(conn: Connection, keys: Sequence[UnitKey]) -> dict[UnitKey, _Current]:
    """The current units among the keys; on PostgreSQL locked until the transaction ends."""
    by_columns = {(key.icao24, key.source, day_us(key.day)): key for key in keys}
    if is_postgres(conn):
        icao24s, sources, days = (list(column) for column in zip(*by_columns, strict=True))
        rows = _LOCK_CURRENT.rows(conn, {"icao24": icao24s, "source": sources, "day_us": days})
        return {by_columns[row[0], row[1], row[2]]: _current_from(row[3:]) for row in rows}
    found: dict[UnitKey, _Current] = {}
    for (icao24, source, day), key in by_columns.items():
        params = {"icao24": icao24, "source": source, "day_us": day}
        for row in _CURRENT.rows(conn, params):
            found[key] = _current_from(row)
    return found


def _current_from(row: Sequence[Any]) -> _Current:
    return _Current(row[0], bytes(row[1]), row[2], from_json(row[3], tuple[str, ...]))


def _supersede(conn: Connection, key: UnitKey, former: _Current, now_us: int) -> None:
    start_us = day_us(key.day)
    params: dict[str, Any] = {
        "icao24": key.icao24,
        "source": key.source,
        "unit_id": former.unit_id,
        "day_us": start_us,
        "end_us": start_us + DAY_US,
    }
    _SUPERSEDE_UNIT.run(conn, {"now": now_us, "unit_id": former.unit_id})
    for statement in _SUPERSEDE_ROWS:
        statement.run(conn, params)
    params |= {name: start_us + number * HOUR_US for number, name in enumerate(_HOURS)}
    for airport in former.airports:
        _SUPERSEDE_HEARD.run(conn, params | {"airport": airport})


def _insert_units(
    conn: Connection, units: Sequence[tuple[PreparedUnit, int]]
) -> dict[UnitKey, int]:
    """Add the units; returns the id of each that was added."""
    if not units:
        return {}
    rows = [_unit_row(unit, derived_at_us) for unit, derived_at_us in units]
    if not is_postgres(conn):  # the write lock is ours: nobody else numbers units
        first: int = _LAST_ID.rows(conn, {})[0][0] + 1
        _INSERT_UNITS.add(conn, ((first + n, *row) for n, row in enumerate(rows)))
        return {unit.key: first + n for n, (unit, _) in enumerate(units)}
    columns = zip(_UNIT_COLUMNS, zip(*rows, strict=True), strict=True)
    added = _INSERT_UNITS_UNLESS_THERE.rows(conn, {name: list(values) for name, values in columns})
    keys = {(unit.key.icao24, unit.key.source, day_us(unit.key.day)): unit.key for unit, _ in units}
    return {keys[row[0], row[1], row[2]]: row[3] for row in added}


def _unit_row(unit: PreparedUnit, derived_at_us: int) -> Row:
    return (
        unit.key.icao24,
        unit.key.source,
        day_us(unit.key.day),
        to_json(unit.captures),
        to_json(unit.airports),
        unit.rejected,
        unit.rules_version,
        unit.reference_version,
        unit.content_hash,
        derived_at_us,
    )


def _insert_rows(conn: Connection, units: Sequence[tuple[int, PreparedUnit]]) -> None:
    SEGMENTS.add(conn, ((unit_id, *row) for unit_id, unit in units for row in unit.segments))
    MOVEMENTS.add(conn, ((unit_id, *row) for unit_id, unit in units for row in unit.movements))
    PASSES.add(conn, ((unit_id, *row) for unit_id, unit in units for row in unit.passes))
    GROUND_SPANS.add(
        conn, ((unit_id, *row) for unit_id, unit in units for row in unit.ground_spans)
    )
    HEARD.add(conn, ((unit_id, *row) for unit_id, unit in units for row in unit.heard))
    EMERGENCIES.add(conn, ((unit_id, *row) for unit_id, unit in units for row in unit.emergencies))


def _waves(units: Sequence[PreparedUnit]) -> Iterator[dict[UnitKey, int]]:
    """Positions in `units`, split so that no key is twice in one wave, in their order."""
    waves: list[dict[UnitKey, int]] = []
    times: dict[UnitKey, int] = {}
    for number, unit in enumerate(units):
        nth = times.get(unit.key, 0)
        times[unit.key] = nth + 1
        if nth == len(waves):
            waves.append({})
        waves[nth][unit.key] = number
    yield from waves
