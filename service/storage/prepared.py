"""A derivation of one aircraft-day, made ready for storing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schemas.movements import Derived, Emergency, GroundSpan, Heard, Movement, Pass, Segment
from service.storage.codec import DAY_US, HOUR_US, day_us, fingerprint, to_json, to_us
from service.storage.sql import Row
from service.storage.unit_rows import (
    emergency_row,
    ground_span_row,
    heard_row,
    movement_row,
    pass_row,
    segment_row,
)


@dataclass(frozen=True, slots=True, order=True)
class UnitKey:
    """What is derived as one: an aircraft's UTC day as one source saw it."""

    icao24: str
    source: str
    day: date


@dataclass(frozen=True, slots=True)
class PreparedUnit:
    """A derivation made ready for storing. It can be pickled: made in one process, stored in
    another, so that the write lock is not held while values are encoded."""

    key: UnitKey
    captures: tuple[str, ...]
    rules_version: str
    reference_version: str
    content_hash: bytes
    airports: tuple[str, ...]
    rejected: str | None
    segments: tuple[Row, ...]
    movements: tuple[Row, ...]
    passes: tuple[Row, ...]
    ground_spans: tuple[Row, ...]
    heard: tuple[Row, ...]
    emergencies: tuple[Row, ...] = ()


def prepare_unit(
    key: UnitKey,
    derived: Derived,
    *,
    captures: Iterable[str],
    rules_version: str,
    reference_version: str,
) -> PreparedUnit:
    """The derivation as rows, with the fingerprint of what it shows.

    `captures` are the sha256 it was derived from, in any order. Raises `ValueError` when
    something in `derived` is of another aircraft, source or day: that would make two units
    speak about the same moment.
    """
    _must_belong(key, derived)
    all_captures = tuple(sorted({*captures, *_named_captures(derived)}))
    return PreparedUnit(
        key=key,
        captures=all_captures,
        rules_version=rules_version,
        reference_version=reference_version,
        content_hash=fingerprint(
            all_captures,
            rules_version,
            reference_version,
            derived.segments,
            derived.movements,
            derived.passes,
            derived.ground_spans,
            derived.heard,
            derived.emergencies,
            derived.rejected,
        ),
        airports=tuple(sorted({heard.airport for heard in derived.heard})),
        rejected=to_json(derived.rejected) if derived.rejected else None,
        segments=tuple(segment_row(segment) for segment in derived.segments),
        movements=tuple(movement_row(movement) for movement in derived.movements),
        passes=tuple(pass_row(flown) for flown in derived.passes),
        ground_spans=tuple(ground_span_row(span) for span in derived.ground_spans),
        heard=tuple(heard_row(heard) for heard in derived.heard),
        emergencies=tuple(emergency_row(emergency) for emergency in derived.emergencies),
    )


def _named_captures(derived: Derived) -> set[str]:
    stretches: tuple[Segment | GroundSpan, ...] = (*derived.segments, *derived.ground_spans)
    named = {fix.capture for stretch in stretches for fix in (stretch.first, stretch.last)}
    named.update(movement.capture for movement in derived.movements)
    named.update(flown.capture for flown in derived.passes)
    named.update(emergency.capture for emergency in derived.emergencies)
    return named - {""}


def _must_belong(key: UnitKey, derived: Derived) -> None:
    start_us = day_us(key.day)
    end_us = start_us + DAY_US
    stretches: tuple[Segment | GroundSpan, ...] = (*derived.segments, *derived.ground_spans)
    moments = [
        *(to_us(m.t_best) for m in derived.movements),
        *(to_us(p.t_best) for p in derived.passes),
        *(to_us(h.hour) for h in derived.heard),
        *(to_us(e.t_first) for e in derived.emergencies),
    ]
    if not all(
        start_us <= to_us(stretch.first.t) <= to_us(stretch.last.t) <= end_us
        for stretch in stretches
    ) or not all(start_us <= moment < end_us for moment in moments):
        raise ValueError(f"part of the derivation lies outside of {key}")
    if not all(m.t_earliest <= m.t_best <= m.t_latest for m in derived.movements):
        raise ValueError(f"a movement of {key} is best placed outside of its own bounds")
    hours = [(heard.airport, to_us(heard.hour)) for heard in derived.heard]
    if len(set(hours)) < len(hours) or any(hour_us % HOUR_US for _, hour_us in hours):
        raise ValueError(f"{key} was heard twice in one hour, or in no full hour")
    parts: tuple[Segment | GroundSpan | Movement | Pass | Heard | Emergency, ...] = (
        *stretches,
        *derived.movements,
        *derived.passes,
        *derived.heard,
        *derived.emergencies,
    )
    if any((part.icao24, part.source) != (key.icao24, key.source) for part in parts):
        raise ValueError(f"part of the derivation is not of {key}")
