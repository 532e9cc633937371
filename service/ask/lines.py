"""What a track shows, one JSON object a line (`tailcheck derive`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec

from schemas.movements import Derived, Emergency, Gap, GroundSpan, Movement, Pass, Segment
from schemas.records import Rejected

Shown = Movement | Pass | Gap | Segment | GroundSpan | Emergency

_KINDS: dict[type, str] = {
    Movement: "movement",
    Pass: "pass",
    Gap: "gap",
    Segment: "segment",
    GroundSpan: "ground_span",
    Emergency: "emergency",
    Rejected: "rejected",
}
_FIELD_NAMES = {"before": "from", "after": "to"}
"""How a gap's brackets are called on the line."""


def derived_lines(derived: Derived, rejected: Iterable[Rejected]) -> Iterator[bytes]:
    """Movements, passes, gaps, segments, ground spans and emergencies in time order; then what was
    rejected.

    `rejected` are rows that could not be read; those that were read and not believed come with
    `derived`. `heard` is coverage evidence for other aircraft and is left out.
    """
    found: list[Shown] = [
        *derived.movements,
        *derived.passes,
        *derived.gaps,
        *derived.segments,
        *derived.ground_spans,
        *derived.emergencies,
    ]
    for item in sorted(found, key=_begins):
        yield line(item)
    for row in (*rejected, *derived.rejected):
        yield line(row)


def line(item: Shown | Rejected) -> bytes:
    """One object as compact JSON, `kind` first, times as RFC 3339 in UTC."""
    body: dict[str, Any] = {"kind": _KINDS[type(item)]}
    for field in fields(item):
        body[_FIELD_NAMES.get(field.name, field.name)] = getattr(item, field.name)
    return msgspec.json.encode(body)


def _begins(item: Shown) -> datetime:
    match item:
        case Movement() | Pass():
            return item.t_best
        case Gap():
            return item.before.t
        case Emergency():
            return item.t_first
        case _:
            return item.first.t
