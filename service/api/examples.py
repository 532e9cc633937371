"""Worked examples for the OpenAPI document, as the values themselves.

They show the shape of an answer; lists in them are shortened.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from schemas.api import (
    AircraftDocument,
    AircraftMovements,
    AircraftStays,
    AircraftTrack,
    AirportDocument,
    AirportMovements,
    CaptureRecord,
    Fix,
    Health,
)
from schemas.movements import Movement, Stay
from schemas.places import Airport, RunwayEnd
from schemas.records import Capture
from service.api.example_verdicts import (
    AS_OF,
    CAPTURE,
    N899DN,
    NAMED,
    OBSERVED,
    REPORTED,
    RULE_ONLY,
    SAID,
    utc,
)

_LANDING: Final = Movement(
    icao24="ac671b",
    source="trace_file",
    move="landing",
    airport="KMSP",
    runway=None,
    t_earliest=utc("2025-02-05T01:12:22.359Z"),
    t_best=utc("2025-02-05T01:12:24.219Z"),
    t_latest=utc("2025-02-05T01:12:35.269Z"),
    method="ground",
    grade="observed",
    lat=44.879883,
    lon=-93.215888,
    callsign="DAL1812",
    capture=CAPTURE,
    row_from=722,
    row_to=731,
)
_TAKEOFF: Final = Movement(
    icao24="ac671b",
    source="trace_file",
    move="takeoff",
    airport="KMSP",
    runway=None,
    t_earliest=utc("2025-02-05T03:43:06.459Z"),
    t_best=utc("2025-02-05T03:43:50.644Z"),
    t_latest=utc("2025-02-05T03:43:54.199Z"),
    method="ground",
    grade="observed",
    lat=44.8923,
    lon=-93.221348,
    callsign="DAL2418",
    capture=CAPTURE,
    row_from=882,
    row_to=888,
)


def _fix(clock: str, lat: float, lon: float, *, baro_ft: float, row: int) -> Fix:
    return Fix(
        time=utc(clock),
        lat=lat,
        lon=lon,
        alt_baro_ft=baro_ft,
        alt_geom_ft=None,
        on_ground=False,
        gs_kt=137.7,
        track_deg=121.0,
        rate_fpm=None,
        via="adsb",
        source="trace_file",
        capture=CAPTURE,
        row=row,
    )


CHECKS: Final = {
    "Seen there, by the local date only": OBSERVED,
    "Fits, by reports alone": REPORTED,
}
AIRCRAFT: Final = {
    "A source says which address it is": AircraftDocument(
        on=date(2025, 2, 5),
        identity=N899DN,
        history=(SAID,),
        attributions=NAMED,
        as_of=AS_OF,
    ),
    "Only a numbering rule speaks": AircraftDocument(
        on=date(2020, 8, 18), identity=RULE_ONLY, history=(), attributions={}, as_of=AS_OF
    ),
}
AIRCRAFT_MOVEMENTS: Final = {
    "A landing and the take-off after it": AircraftMovements(
        icao24="ac671b",
        identity=N899DN,
        identity_on=date(2025, 2, 5),
        identity_differs_on=(),
        t_from=utc("2025-02-05T00:00:00Z"),
        t_to=utc("2025-02-06T00:00:00Z"),
        movements=(_LANDING, _TAKEOFF),
        attributions=NAMED,
        next="/v1/aircraft/N899DN/movements?from=2025-02-05&to=2025-02-05&limit=2"
        "&after=MTczODcyNzAzMDY0NDAwMC4y&on=2025-02-05",
    )
}
AIRCRAFT_STAYS: Final = {
    "Two and a half hours on the ground": AircraftStays(
        icao24="ac671b",
        identity=N899DN,
        identity_on=date(2025, 2, 5),
        identity_differs_on=(),
        t_from=utc("2025-02-05T00:00:00Z"),
        t_to=utc("2025-02-06T00:00:00Z"),
        looked_from=utc("2025-01-05T00:00:00Z"),
        looked_to=utc("2025-03-09T00:00:00Z"),
        stays=(
            Stay(
                icao24="ac671b",
                airport="KMSP",
                arrival=_LANDING,
                departure=_TAKEOFF,
                bracketed=True,
                sources=("trace_file",),
            ),
        ),
        attributions=NAMED,
        next=None,
    )
}
AIRCRAFT_TRACK: Final = {
    "The first two fixes of a day": AircraftTrack(
        icao24="ac671b",
        identity=N899DN,
        identity_on=date(2025, 2, 5),
        identity_differs_on=(),
        t_from=utc("2025-02-05T01:12:00Z"),
        t_to=utc("2025-02-05T02:00:00Z"),
        fixes=(
            _fix("2025-02-05T01:12:04.249Z", 44.886832, -93.231923, baro_ft=225.0, row=715),
            _fix("2025-02-05T01:12:11.229Z", 44.884506, -93.22658, baro_ft=200.0, row=716),
        ),
        left_out=53,
        attributions=NAMED,
        next="/v1/aircraft/N899DN/track?from=2025-02-05T01%3A12%3A13.419000Z"
        "&to=2025-02-05T02%3A00%3A00Z&limit=2&on=2025-02-05",
    )
}
AIRPORT: Final = {
    "With one of its runways": AirportDocument(
        airport=Airport(
            ident="UMMS",
            name="Minsk International Airport",
            city="Minsk",
            country="BY",
            lat=53.8825,
            lon=28.0307,
            elevation_ft=670.0,
            zone="Europe/Minsk",
            iata="MSQ",
            runways=(
                RunwayEnd(
                    name="13",
                    lat=53.8909,
                    lon=28.0113,
                    heading_deg=126.0,
                    length_ft=11946.0,
                    elevation_ft=670.0,
                ),
            ),
        ),
        reference_version="airportsdata 20260905; own fields 1",
    )
}
AIRPORT_MOVEMENTS: Final = {
    "One landing": AirportMovements(
        airport="KMSP",
        airport_name="Minneapolis-St Paul International/Wold-Chamberlain Airport",
        zone="America/Chicago",
        t_from=utc("2025-02-04T06:00:00Z"),
        t_to=utc("2025-02-05T06:00:00Z"),
        movements=(_LANDING,),
        attributions=NAMED,
        next=None,
    )
}
CAPTURE_RECORD: Final = {
    "A file handed over": CaptureRecord(
        sha256=CAPTURE,
        size_bytes=439804,
        receptions=(
            Capture(
                sha256=CAPTURE,
                source="trace_file",
                url="trace_full_ac671b.json",
                received_at=utc("2026-02-27T16:04:11Z"),
                size_bytes=439804,
            ),
        ),
        attributions=NAMED,
    )
}
HEALTHZ: Final = {"It lives": Health()}
READYZ: Final = {"Ready": Health(checks={"database": "ok", "captures": "ok"})}
