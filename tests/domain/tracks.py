"""Small tracks, flown leg by leg, and a small world to fly them in.

    fly = lined_up(HOME).takeoff()                           # taxi, roll, 2,000 ft of climb
    fly.air(120, gs=200, course=90, fpm=1_500)               # heard every 5 seconds
    derived = detect(fly.track(), world(HOME))

Altitudes are above mean sea level at 1013.25 hPa unless `track(qnh_hpa=…)` says otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np

from schemas.places import Airport, RunwayEnd
from schemas.records import Track
from service.domain.airports.table import Airports
from tests.domain.samples import made
from tests.simulator.sphere import destination

T0_S = 1_700_006_400.0
"""2023-11-15T00:00:00Z."""
FT_PER_HPA = 27.3
FINAL_KT = 130.0
FINAL_FPM = -690.0
"""3 degrees at FINAL_KT."""


def at(seconds: float) -> datetime:
    """A moment so long after T0_S."""
    return datetime.fromtimestamp(T0_S + seconds, UTC)


def airfield(
    ident: str,
    lat: float,
    lon: float,
    *,
    elevation_ft: float | None = 0.0,
    heading_deg: float = 90.0,
    length_ft: float = 10_000.0,
    runways: bool = True,
    name: str = "",
    iata: str = "XXX",
) -> Airport:
    """An airport with one runway, both ways, around its reference point."""
    ends = []
    for turn in (0.0, 180.0):
        course = (heading_deg + turn) % 360.0
        start = destination(lat, lon, course + 180.0, length_ft / 6076.0 / 2.0)
        ends.append(
            RunwayEnd(
                name=f"{round(course / 10) or 36:02d}",
                lat=start[0],
                lon=start[1],
                heading_deg=course,
                length_ft=length_ft,
            )
        )
    return Airport(
        ident=ident,
        name=name or f"{ident} International Airport",
        city=ident.title(),
        country="NL",
        lat=lat,
        lon=lon,
        elevation_ft=elevation_ft,
        zone="Europe/Amsterdam",
        iata=iata,
        runways=tuple(ends) if runways else (),
    )


HOME = airfield("EHOM", 52.0, 5.0)
AWAY = airfield("EAWY", 52.0, 9.0)
"""148 NM east of HOME."""
HIGH = airfield("SHIG", -16.5, -68.0, elevation_ft=13_325.0)


@lru_cache(maxsize=64)
def world(*airports: Airport) -> Airports:
    """An airport table."""
    return Airports.build(airports, version="small world")


class Flight:
    """Rows that a receiver heard of one aircraft, made one leg after another."""

    def __init__(self, lat: float, lon: float, alt_ft: float = 0.0, t_s: float = 0.0) -> None:
        self.lat, self.lon, self.alt_ft = lat, lon, alt_ft
        self.t_s = t_s
        """Seconds after T0_S."""
        self.rows: list[dict[str, float]] = []

    def air(
        self,
        seconds: float,
        *,
        gs: float,
        course: float = 90.0,
        fpm: float = 0.0,
        step: float = 5.0,
        turn_dps: float = 0.0,
    ) -> Flight:
        """Flies, heard every `step` seconds, first one step on; `turn_dps` to the right."""
        for _ in range(round(seconds / step)):
            self._step(step, gs, course, fpm)
            course = (course + turn_dps * step) % 360.0
            self._say(gs, course, fpm, ground=False)
        return self

    def ground(
        self, seconds: float, *, gs: float = 0.0, course: float = 90.0, step: float = 5.0
    ) -> Flight:
        """Rolls, taxies or stands, flagged on the ground."""
        for _ in range(round(seconds / step)):
            self._step(step, gs, course, 0.0)
            self._say(gs, course, 0.0, ground=True)
        return self

    def silent(
        self, seconds: float, *, gs: float = 0.0, course: float = 90.0, fpm: float = 0.0
    ) -> Flight:
        """Goes on unheard."""
        self._step(seconds, gs, course, fpm)
        return self

    def elsewhere(self, lat: float, lon: float) -> Flight:
        """Is at another place all of a sudden."""
        self.lat, self.lon = lat, lon
        return self

    def landing(self, *, course: float = 90.0) -> Flight:
        """The roll after touchdown and a taxi of a minute, flagged."""
        for gs in (125, 110, 95, 80, 65, 50, 35):
            self.ground(5, gs=gs, course=course)
        return self.ground(60, gs=15, course=course)

    def takeoff(self, *, course: float = 90.0) -> Flight:
        """A taxi of a minute and the roll, flagged; then 2,000 ft of climb."""
        self.ground(60, gs=15, course=course)
        for gs in (35, 60, 85, 110, 130):
            self.ground(5, gs=gs, course=course)
        return self.air(60, gs=150, course=course, fpm=2_000)

    def track(
        self, *, qnh_hpa: float = 1013.25, say_qnh: bool = False, geoid_ft: float | None = None
    ) -> Track:
        """What was heard. `geoid_ft`: geometric altitudes are said, so far above sea level."""
        column = {name: np.array([row[name] for row in self.rows]) for name in _NAMES}
        ground = column["ground"] > 0.0
        msl = column["alt_ft"]
        return made(
            t_s=T0_S + column["t_s"],
            lat=column["lat"],
            lon=column["lon"],
            alt_baro_ft=np.where(ground, np.nan, msl - (qnh_hpa - 1013.25) * FT_PER_HPA),
            alt_geom_ft=msl + (np.nan if geoid_ft is None else geoid_ft),
            on_ground=ground,
            gs_kt=column["gs"],
            track_deg=column["course"],
            rate_fpm=np.where(ground, np.nan, column["fpm"]),
            qnh_hpa=np.full(len(msl), qnh_hpa if say_qnh else np.nan),
        )

    def _step(self, seconds: float, gs: float, course: float, fpm: float) -> None:
        self.lat, self.lon = destination(self.lat, self.lon, course, gs * seconds / 3600.0)
        self.alt_ft += fpm * seconds / 60.0
        self.t_s += seconds

    def _say(self, gs: float, course: float, fpm: float, *, ground: bool) -> None:
        values = (self.t_s, self.lat, self.lon, self.alt_ft, float(ground), gs, course, fpm)
        self.rows.append(dict(zip(_NAMES, values, strict=True)))


_NAMES = ("t_s", "lat", "lon", "alt_ft", "ground", "gs", "course", "fpm")


def inbound(field: Airport = HOME, *, miles: float = 12.0, t_s: float = 0.0) -> Flight:
    """On final approach to the field's first runway end, so far from the touchdown point, on the
    glide path; nothing heard yet."""
    end = field.runways[0]
    touchdown = destination(end.lat, end.lon, end.heading_deg, 0.2)
    lat, lon = destination(*touchdown, end.heading_deg + 180.0, miles)
    return Flight(lat, lon, (field.elevation_ft or 0.0) + miles * 318.0, t_s)


def final(flight: Flight, *, miles: float, course: float = 90.0) -> Flight:
    """So many miles down the glide path."""
    return flight.air(miles / FINAL_KT * 3600.0, gs=FINAL_KT, course=course, fpm=FINAL_FPM)


def landed(field: Airport = HOME, *, miles: float = 12.0, t_s: float = 0.0) -> Flight:
    """From final approach to the taxiway."""
    return final(inbound(field, miles=miles, t_s=t_s), miles=miles).landing()


def lined_up(field: Airport = HOME, *, t_s: float = 0.0) -> Flight:
    """On the field's first runway end, ready to go; nothing heard yet."""
    end = field.runways[0]
    return Flight(end.lat, end.lon, field.elevation_ft or 0.0, t_s)


def changed(track: Track, rows: Any, **columns: Any) -> Track:
    """The track with other values in some rows of some columns."""
    new = {}
    for name, value in columns.items():
        column = getattr(track, name).copy()
        column[rows] = value
        new[name] = column
    return replace(track, **new)
