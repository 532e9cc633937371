"""Known airports around a place: whether it can be told from them, and the time zone they keep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from schemas.places import Airport
from service.domain.airports.grid import PlaceGrid
from service.domain.airports.table import Airports

_AROUND_NM = 60.0
_ASKED = 5
"""So many neighbours of the same country are asked for their zone, and must all say the same.
Tried on every airport of the embedded table: right for 99.6 % of those it tells a zone of, and it
tells none of one in eight, near a border of zones or far from everything."""


class Neighbours:
    """The airports that are known already."""

    def __init__(self, airports: Sequence[Airport]) -> None:
        self._airports = airports
        self._table = Airports.build(airports, "")

    def alone(self, places: Sequence[tuple[float, float]], radius_nm: float) -> list[bool]:
        """Whether each place (latitude, longitude) has no known airport and no earlier one of
        these that is alone within a radius."""
        if not places:
            return []
        lat, lon = np.array(places, dtype=np.float64).T
        alone = [True] * len(places)
        for number in self._table.near(lat, lon, radius_nm)[0].tolist():
            alone[number] = False
        number, other, _ = PlaceGrid.build(lat, lon).near(lat, lon, radius_nm)
        for this, that in zip(number.tolist(), other.tolist(), strict=True):  # `this` ascends
            if that < this and alone[that]:
                alone[this] = False
        return alone

    def zone(self, lat: float, lon: float, country: str) -> str:
        """The IANA zone that the nearest airports of the country keep; "" = it cannot be told."""
        at = np.array([lat]), np.array([lon])
        _, index, distance = self._table.near(*at, _AROUND_NM)
        by_distance = index[np.argsort(distance, kind="stable")].tolist()
        near = [a for a in map(self._airports.__getitem__, by_distance) if a.country == country]
        zones = {airport.zone for airport in near[:_ASKED]}
        # "UTC" stands for a zone that the embedded table does not know.
        return zones.pop() if len(zones) == 1 and "UTC" not in zones else ""
