"""Builders for verdict tests: one aircraft, a few airports, and evidence in a line or two.

Everything happens around 2024-05-10 at Minsk (UTC+3, so the local day is 2024-05-09T21:00Z to
2024-05-10T21:00Z). Times are written as `at("13:05")` or `at("22:10", day=9)`, places as
`off(MINSK, 270, 30)`: 30 NM west of Minsk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from schemas.movements import (
    FixPoint,
    GroundBasis,
    GroundSpan,
    Mark,
    Method,
    Move,
    Movement,
    MovementGrade,
    Pass,
    PassForm,
    PathPoint,
    Rival,
    Segment,
)
from schemas.places import Airport
from service.domain.geo import destination

DAY = date(2024, 5, 10)


NOW = datetime(2024, 6, 1, tzinfo=UTC)


ICAO24 = "14fc0b"


REGISTRATION = "RA-64523"


OTHER = "abcdef"
"""Another aircraft."""


Place = tuple[float, float]
"""Latitude, longitude."""


def airport(
    ident: str,
    lat: float,
    lon: float,
    zone: str,
    elevation_ft: float | None = 0.0,
    *,
    name: str = "",
    closed: bool = False,
    aliases: tuple[str, ...] = (),
) -> Airport:
    """An airport without runways: the verdict asks for its place and its time only."""
    return Airport(
        ident=ident,
        name=name or ident,
        city="",
        country="XX",
        lat=lat,
        lon=lon,
        elevation_ft=elevation_ft,
        zone=zone,
        closed=closed,
        aliases=aliases,
    )


MINSK = airport("UMMS", 53.8825, 28.0307, "Europe/Minsk", 670.0, name="Minsk National")


VNUKOVO = airport("UUWW", 55.5915, 37.2615, "Europe/Moscow", 685.0, name="Vnukovo")


VILNIUS = airport("EYVI", 54.6341, 25.2858, "Europe/Vilnius", 646.0, name="Vilnius")


HEATHROW = airport("EGLL", 51.4706, -0.4619, "Europe/London", 83.0, name="Heathrow")


APIA = airport("NSFA", -13.83, -172.008, "Pacific/Apia", 58.0, name="Faleolo")


NADI = airport("NFFN", -17.7554, 177.443, "Pacific/Fiji", 59.0, name="Nadi")


SOUTH_POLE = airport("NZSP", -89.99, 0.0, "Antarctica/McMurdo", 9300.0, name="South Pole")


LONGYEAR = airport("ENSB", 78.2461, 15.4656, "Arctic/Longyearbyen", 88.0, name="Longyear")


OLD_MINSK = airport("UMMM", 53.8645, 27.5396, "Europe/Minsk", 748.0, name="Minsk-1", closed=True)


def at(clock: str, day: int = 10) -> datetime:
    """A moment of May 2024, UTC: ``at("13:05:30")``. Hours past 24 run into the next day."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return datetime(2024, 5, day, tzinfo=UTC) + timedelta(
        hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0
    )


def off(place: Airport, course_deg: float, run_nm: float) -> Place:
    """So many NM from an airport on a true course."""
    lat, lon = destination(place.lat, place.lon, course_deg, run_nm)
    return float(lat), float(lon)


def on(place: Airport) -> Place:
    """The airport itself."""
    return place.lat, place.lon


def fix(t: datetime, place: Place, alt_ft: float | None = 30_000.0, *, row: int = 0) -> FixPoint:
    """One fix; `alt_ft` None is on the ground."""
    return FixPoint(
        t=t,
        lat=place[0],
        lon=place[1],
        alt_ft=alt_ft,
        on_ground=alt_ft is None,
        capture="c" * 64,
        row=row,
    )


def turned(lon: float) -> float:
    """A longitude within ±180."""
    return (lon + 180.0) % 360.0 - 180.0


Point = tuple[datetime, Place] | tuple[datetime, Place, float | None]


def segment(
    *points: Point,
    source: str = "adsblol",
    icao24: str = ICAO24,
    max_step_s: float = 10.0,
    path_error_nm: float = 0.5,
    usable: bool = True,
    marks: tuple[Mark, ...] = (),
    max_gs_kt: float | None = 450.0,
) -> Segment:
    """A segment along points (time, place[, altitude; None = on the ground])."""
    path = [
        PathPoint(
            t=p[0],
            lat=p[1][0],
            lon=p[1][1],
            alt_ft=p[2] if len(p) > 2 else 30_000.0,
            on_ground=len(p) > 2 and p[2] is None,
        )
        for p in points
    ]
    lats, lons = [p.lat for p in path], np.unwrap([p.lon for p in path], period=360.0)
    all_round = float(np.ptp(lons)) >= 360.0
    return Segment(
        icao24=icao24,
        source=source,
        first=fix(path[0].t, (path[0].lat, path[0].lon), path[0].alt_ft, row=0),
        last=fix(path[-1].t, (path[-1].lat, path[-1].lon), path[-1].alt_ft, row=len(path)),
        fixes=len(path) * 20,
        max_step_s=max_step_s,
        path=tuple(path),
        path_error_nm=path_error_nm,
        lat_min=min(lats),
        lat_max=max(lats),
        lon_min=-180.0 if all_round else turned(float(lons.min())),
        lon_max=180.0 if all_round else turned(float(lons.max())),
        max_gs_kt=max_gs_kt,
        usable=usable,
        marks=marks,
    )


def leg(
    t_from: datetime,
    t_to: datetime,
    start: Place,
    end: Place,
    *,
    alt_ft: float | None = 30_000.0,
    source: str = "adsblol",
    max_step_s: float = 10.0,
    usable: bool = True,
    marks: tuple[Mark, ...] = (),
) -> Segment:
    """A segment with two points."""
    return segment(
        (t_from, start, alt_ft),
        (t_to, end, alt_ft),
        source=source,
        max_step_s=max_step_s,
        usable=usable,
        marks=marks,
    )


def parked(
    t_from: datetime,
    t_to: datetime,
    place: Place,
    source: str = "adsblol",
    *,
    usable: bool = True,
    max_gs_kt: float | None = 450.0,
) -> Segment:
    """Received on the ground at one place throughout."""
    return segment(
        (t_from, place, None),
        (t_to, place, None),
        source=source,
        usable=usable,
        max_gs_kt=max_gs_kt,
    )


def span(
    t_from: datetime,
    t_to: datetime,
    place: Airport = MINSK,
    *,
    times: Sequence[datetime] | None = None,
    source: str = "adsblol",
    tied: bool = True,
    air_change_in: bool = False,
    air_change_out: bool = False,
    marks: tuple[Mark, ...] = (),
    rivals: tuple[Rival, ...] = (),
    basis: GroundBasis = "surface",
    icao24: str = ICAO24,
) -> GroundSpan:
    """On the ground at an airport, a fix every 30 s unless `times` says when."""
    if times is None:
        steps = int((t_to - t_from) / timedelta(seconds=30))
        times = [*(t_from + timedelta(seconds=30 * k) for k in range(steps + 1)), t_to]
    known = tuple(sorted(times))
    return GroundSpan(
        icao24=icao24,
        source=source,
        airport=place.ident,
        basis=basis,
        first=fix(t_from, on(place), None),
        last=fix(t_to, on(place), None, row=len(known)),
        fixes=len(known),
        max_step_s=30.0,
        air_change_in=air_change_in,
        air_change_out=air_change_out,
        tied=tied,
        times=known,
        marks=marks,
        rivals=rivals,
    )


def movement(
    move: Move,
    t: datetime,
    place: Airport | None = MINSK,
    *,
    method: Method = "lost_low",
    grade: MovementGrade = "inferred",
    height_ft: float | None = 1_000.0,
    earliest: datetime | None = None,
    latest: datetime | None = None,
    source: str = "adsblol",
    marks: tuple[Mark, ...] = (),
    rivals: tuple[Rival, ...] = (),
    icao24: str = ICAO24,
) -> Movement:
    """A take-off or landing."""
    lat, lon = on(place) if place is not None else (52.0, 27.0)
    return Movement(
        icao24=icao24,
        source=source,
        move=move,
        airport=place.ident if place is not None else None,
        runway=None,
        t_earliest=earliest or t,
        t_best=t,
        t_latest=latest or t,
        method=method,
        grade=grade,
        lat=lat,
        lon=lon,
        height_ft=height_ft,
        marks=marks,
        rivals=rivals,
        capture="c" * 64,
        row_from=1,
        row_to=2,
    )


def observed(move: Move, t: datetime, place: Airport = MINSK, source: str = "adsblol") -> Movement:
    """A take-off or landing that was seen to the ground."""
    return movement(
        move, t, place, method="ground", grade="observed", height_ft=50.0, source=source
    )


def passed(
    form: PassForm,
    t: datetime,
    place: Airport = MINSK,
    *,
    height_ft: float | None = 300.0,
    distance_nm: float = 1.0,
    marks: tuple[Mark, ...] = (),
    source: str = "adsblol",
    icao24: str = ICAO24,
) -> Pass:
    """A pass."""
    return Pass(
        icao24=icao24,
        source=source,
        form=form,
        airport=place.ident,
        t_best=t,
        lat=place.lat,
        lon=place.lon,
        height_ft=height_ft,
        distance_nm=distance_nm,
        marks=marks,
    )


def rival(place: Airport, why: str = "2 NM farther") -> Rival:
    """Another airport that fits."""
    return Rival(airport=place.ident, why=why)


def away_all_day(
    place: Airport = HEATHROW, source: str = "adsblol", t_to: datetime | None = None
) -> Segment:
    """Received on the ground elsewhere throughout, well past both readings of the date."""
    return parked(at("20:00", 9), t_to or at("25:00"), on(place), source)


def tour(
    distance_nm: float,
    alt_ft: float | None = 30_000.0,
    *,
    max_step_s: float = 10.0,
    source: str = "adsblol",
    course_deg: float = 280.0,
    t_from: datetime | None = None,
    t_to: datetime | None = None,
) -> Segment:
    """From Heathrow past Minsk and back, heard throughout, closest (so far from it) at 10:00."""
    points: list[Point] = [
        (at("20:00", 9), on(HEATHROW), None),
        (at("07:00"), on(HEATHROW), None),
        (at("10:00"), off(MINSK, course_deg, distance_nm), alt_ft),
        (at("13:00"), on(HEATHROW), None),
        (at("25:00"), on(HEATHROW), None),
    ]
    kept = [p for p in points if (not t_from or p[0] >= t_from) and (not t_to or p[0] <= t_to)]
    return segment(*kept, source=source, max_step_s=max_step_s)


def flight_of(minutes: float, v_max_kt: float = 720.0) -> float:
    """How far off, NM, an airport takes so many minutes to reach at the bound, as the verdict
    counts: 0.6 % of the distance and 4 NM around the reference point are given away."""
    return (minutes / 60.0 * v_max_kt + 4.0) / 0.994
