"""One small day, written by hand: a flight from Vnukovo to Minsk."""

from __future__ import annotations

from datetime import timedelta

from schemas.movements import (
    Derived,
    FixPoint,
    GroundSpan,
    Heard,
    Move,
    Movement,
    Pass,
    PathPoint,
    Segment,
)
from schemas.records import Rejected
from service.storage.units import UnitKey
from tests.storage.strategies import DAY, START

KEY = UnitKey("14fc0b", "adsblol", DAY)
OFF = START + timedelta(hours=13)
ON = START + timedelta(hours=14, minutes=17)


def flown(icao24: str = KEY.icao24, source: str = KEY.source) -> Derived:
    """What that day's track would show."""
    ends = [
        FixPoint(t=t, lat=lat, lon=lon, on_ground=True, capture="ab" * 32, row=row)
        for t, lat, lon, row in ((OFF, 55.59, 37.27, 0), (ON, 53.88, 28.03, 900))
    ]
    return Derived(
        segments=(
            Segment(
                icao24=icao24,
                source=source,
                first=ends[0],
                last=ends[1],
                fixes=901,
                max_step_s=9.5,
                path=tuple(
                    PathPoint(t=fix.t, lat=fix.lat, lon=fix.lon, alt_ft=None, on_ground=True)
                    for fix in ends
                ),
                path_error_nm=0.1,
                lat_min=53.88,
                lat_max=55.59,
                lon_min=28.03,
                lon_max=37.27,
            ),
        ),
        movements=(
            _movement(icao24, source, "takeoff", "UUWW", ends[0]),
            _movement(icao24, source, "landing", "UMMS", ends[1]),
        ),
        passes=(
            Pass(
                icao24=icao24,
                source=source,
                form="overflight",
                airport="UMII",
                t_best=OFF + timedelta(minutes=50),
                lat=55.1,
                lon=30.3,
                height_ft=30_000.0,
                distance_nm=2.5,
            ),
        ),
        ground_spans=tuple(
            GroundSpan(
                icao24=icao24,
                source=source,
                airport=airport,
                basis="surface",
                first=end,
                last=end,
                fixes=1,
                max_step_s=0.0,
                air_change_in=airport == "UMMS",
                air_change_out=airport == "UUWW",
                tied=True,
                times=(end.t,),
            )
            for airport, end in zip(("UUWW", "UMMS"), ends, strict=True)
        ),
        heard=tuple(
            Heard(
                icao24=icao24,
                source=source,
                airport=airport,
                hour=START + timedelta(hours=hour),
                low_fixes=3,
                ground_fixes=40,
            )
            for airport, hour in (("UUWW", 13), ("UMMS", 14))
        ),
        rejected=(Rejected(why="latitude beyond a pole", count=3, sample="91.2"),),
    )


def _movement(icao24: str, source: str, move: Move, airport: str, fix: FixPoint) -> Movement:
    return Movement(
        icao24=icao24,
        source=source,
        move=move,
        airport=airport,
        runway="31",
        t_earliest=fix.t - timedelta(seconds=3),
        t_best=fix.t,
        t_latest=fix.t + timedelta(seconds=3),
        method="ground",
        grade="observed",
        lat=fix.lat,
        lon=fix.lon,
        callsign="RSD010",
        capture=fix.capture,
        row_from=fix.row,
        row_to=fix.row,
    )
