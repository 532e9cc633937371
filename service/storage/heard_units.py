"""Which other aircraft were heard at an airport, hour by hour, with the unit that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from schemas.verdicts import Interval
from service.storage.codec import HOUR_US, from_us, to_us
from service.storage.visible import Reading

_HEARD: Final = Reading(
    "SELECT h.source, h.icao24, h.hour_us FROM heard h"
    " WHERE h.airport = :airport AND h.superseded IN ({states})"
    " AND h.hour_us >= :from_us AND h.hour_us < :to_us AND {seen:h}"
    " ORDER BY h.source, h.icao24, h.hour_us"
)


@dataclass(frozen=True, slots=True, order=True)
class HeardHour:
    """That aircraft was heard low or on the ground there, by that source, in that UTC hour."""

    source: str
    icao24: str
    hour: datetime


def heard_hours(
    conn: Connection, airport: str, window: Interval, *, as_of: datetime | None = None
) -> tuple[HeardHour, ...]:
    """Everybody in the hours that touch the window, by source and address."""
    start_us = to_us(window.t_from)
    params = {
        "airport": airport,
        "from_us": start_us - start_us % HOUR_US,
        "to_us": to_us(window.t_to),
    }
    return tuple(
        HeardHour(source, icao24, from_us(hour_us))
        for source, icao24, hour_us in _HEARD.rows(conn, params, as_of)
    )
