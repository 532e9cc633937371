"""What a derivation shows, as table rows, and back.

Numbers are made Python's own on the way in: SQLite would take a NumPy scalar for a blob, and not
find it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from schemas.movements import (
    Emergency,
    GroundSpan,
    Heard,
    Mark,
    Movement,
    Pass,
    Rival,
    Segment,
)
from service.storage.codec import BodyReader, clean, from_json, from_us, to_body, to_json, to_us
from service.storage.lean_segments import LeanSegmentReader
from service.storage.sql import Insert, Row

_MOVEMENT: Final = (
    "icao24",
    "source",
    "superseded",
    "move",
    "airport",
    "runway",
    "t_earliest_us",
    "t_best_us",
    "t_latest_us",
    "method",
    "grade",
    "lat",
    "lon",
    "height_ft",
    "distance_nm",
    "callsign",
    "rivals",
    "marks",
    "capture",
    "row_from",
    "row_to",
)

SEGMENTS: Final = Insert(
    "segment",
    ("unit_id", "icao24", "source", "superseded", "usable", "t_first_us", "t_last_us", "body"),
)
MOVEMENTS: Final = Insert("movement", ("unit_id", *_MOVEMENT))
PASSES: Final = Insert(
    "pass",
    ("unit_id", "icao24", "source", "superseded", "form", "airport", "t_best_us", "body"),
)
GROUND_SPANS: Final = Insert(
    "ground_span",
    ("unit_id", "icao24", "source", "superseded", "airport", "t_first_us", "t_last_us", "body"),
)
HEARD: Final = Insert(
    "heard",
    (
        "unit_id",
        "icao24",
        "source",
        "superseded",
        "airport",
        "hour_us",
        "low_fixes",
        "ground_fixes",
    ),
)

EMERGENCIES: Final = Insert(
    "emergency",
    ("unit_id", "icao24", "source", "superseded", "squawk", "t_first_us", "body"),
)

MOVEMENT_COLUMNS: Final = ", ".join(f"m.{name}" for name in _MOVEMENT)
"""What `movement_from_row` wants, of ``movement m``."""

segment_from_body: Callable[[bytes], Segment] = BodyReader(Segment)
lean_segment_from_body: Callable[[bytes], Segment] = LeanSegmentReader()
pass_from_body: Callable[[bytes], Pass] = BodyReader(Pass)
ground_span_from_body: Callable[[bytes], GroundSpan] = BodyReader(GroundSpan)
emergency_from_body: Callable[[bytes], Emergency] = BodyReader(Emergency)


def segment_row(segment: Segment) -> Row:
    """As `SEGMENTS`, without the unit."""
    return (
        segment.icao24,
        segment.source,
        False,
        bool(segment.usable),
        to_us(segment.first.t),
        to_us(segment.last.t),
        to_body(segment),
    )


def movement_row(movement: Movement) -> Row:
    """As `MOVEMENTS`, without the unit."""
    return (
        movement.icao24,
        movement.source,
        False,
        movement.move,
        movement.airport,
        movement.runway,
        to_us(movement.t_earliest),
        to_us(movement.t_best),
        to_us(movement.t_latest),
        movement.method,
        movement.grade,
        float(movement.lat),
        float(movement.lon),
        _float(movement.height_ft),
        _float(movement.distance_nm),
        clean(movement.callsign),
        to_json(movement.rivals) if movement.rivals else None,
        to_json(movement.marks) if movement.marks else None,
        movement.capture,
        int(movement.row_from),
        int(movement.row_to),
    )


def movement_from_row(row: Sequence[Any]) -> Movement:
    """From `MOVEMENT_COLUMNS`."""
    return Movement(
        icao24=row[0],
        source=row[1],
        move=row[3],
        airport=row[4],
        runway=row[5],
        t_earliest=from_us(row[6]),
        t_best=from_us(row[7]),
        t_latest=from_us(row[8]),
        method=row[9],
        grade=row[10],
        lat=row[11],
        lon=row[12],
        height_ft=row[13],
        distance_nm=row[14],
        callsign=row[15],
        rivals=from_json(row[16], tuple[Rival, ...]) if row[16] is not None else (),
        marks=from_json(row[17], tuple[Mark, ...]) if row[17] is not None else (),
        capture=row[18],
        row_from=row[19],
        row_to=row[20],
    )


def pass_row(flown: Pass) -> Row:
    """As `PASSES`, without the unit."""
    return (
        flown.icao24,
        flown.source,
        False,
        flown.form,
        flown.airport,
        to_us(flown.t_best),
        to_body(flown),
    )


def ground_span_row(span: GroundSpan) -> Row:
    """As `GROUND_SPANS`, without the unit."""
    return (
        span.icao24,
        span.source,
        False,
        span.airport,
        to_us(span.first.t),
        to_us(span.last.t),
        to_body(span),
    )


def heard_row(heard: Heard) -> Row:
    """As `HEARD`, without the unit."""
    return (
        heard.icao24,
        heard.source,
        False,
        heard.airport,
        to_us(heard.hour),
        int(heard.low_fixes),
        int(heard.ground_fixes),
    )


def emergency_row(emergency: Emergency) -> Row:
    """As `EMERGENCIES`, without the unit."""
    return (
        emergency.icao24,
        emergency.source,
        False,
        emergency.squawk,
        to_us(emergency.t_first),
        to_body(emergency),
    )


def _float(number: float | None) -> float | None:
    return float(number) if number is not None else None
