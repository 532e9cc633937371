"""Circles: who is in one, and the ledger rows about them, kept back until they may be said.

Such a row makes silence mean something for everybody, whoever asks. So it is said only when what
all of those who were heard in the circle did until its end has been worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from adapters._contract import Area
from schemas.records import LedgerRow, Track
from service.domain.geo import distance_nm
from service.storage.codec import to_us


class CircleRows:
    """The rows of one source that wait."""

    def __init__(self) -> None:
        self._rows: list[LedgerRow] = []

    def add(self, row: LedgerRow) -> None:
        """It waits from now on."""
        self._rows.append(row)

    def ripe(self, waiting_us: Iterable[int | None]) -> list[LedgerRow]:
        """Rows that may be said, together with what was worked out just now.

        `waiting_us` = for each aircraft, the first fix that has not been worked out, if any.
        """
        known_until_us = min((us for us in waiting_us if us is not None), default=None)
        if known_until_us is None:
            return list(self._rows)
        return [row for row in self._rows if to_us(row.t_to) <= known_until_us]

    def said(self, rows: Sequence[LedgerRow]) -> None:
        """They are written, and wait no more."""
        self._rows = [row for row in self._rows if row not in rows]

    def spoil(self, from_us: int) -> None:
        """What somebody did from then on will never be known: no row may stand for its silence."""
        self._rows = [row for row in self._rows if to_us(row.t_to) <= from_us]


def within(
    tracks: Iterable[Track], addresses: frozenset[str] | set[str], areas: Sequence[Area]
) -> Iterator[Track]:
    """Tracks of these aircraft, and those whose last fix lies in one of the circles; nobody's
    (``~``) never."""
    known = [track for track in tracks if len(track) and not track.icao24.startswith("~")]
    inside = np.array([track.icao24 in addresses for track in known], np.bool_)
    lat = np.array([track.lat[-1] for track in known])
    lon = np.array([track.lon[-1] for track in known])
    for area in areas:
        inside |= distance_nm(area.lat, area.lon, lat, lon) <= area.radius_nm
    return (known[number] for number in np.flatnonzero(inside))
