"""Loaders for the real tracks: readsb traces, Flightradar24 and OpenSky samples, real airports.

Nothing here is copied from the data; it is read where it lies (`tests.realdata`).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from adapters import ourairports
from adapters._contract import Page
from adapters._readsb import read_trace
from schemas.places import RunwayRow
from schemas.records import Capture, Track, Via
from service.domain.airports.table import Airports
from service.ingest.reference.airports import load_airports
from tests.realdata import shared, traffic_sample

_COLUMNS = {
    "lat": "latitude",
    "lon": "longitude",
    "gs_kt": "groundspeed",
    "track_deg": "track",
    "rate_fpm": "vertical_rate",
}


def readsb(path: Path) -> Track:
    """A readsb trace file."""
    return read_trace(path.read_bytes(), source="sample", sha256="a" * 64).track


def fr24(name: str) -> Track:
    """A Flightradar24 flight; altitude 0 there means on the ground."""
    page = json.loads(traffic_sample(f"fr24/{name}").read_bytes())
    flight = page["result"]["response"]["data"]["flight"]
    points = flight["track"]
    alt = np.array([float(p["altitude"]["feet"]) for p in points])
    return made(
        icao24=str(flight["aircraft"]["identification"]["modes"]).lower(),
        t_s=np.array([float(p["timestamp"]) for p in points]),
        lat=np.array([float(p["latitude"]) for p in points]),
        lon=np.array([float(p["longitude"]) for p in points]),
        alt_baro_ft=np.where(alt == 0.0, np.nan, alt),
        on_ground=alt == 0.0,
        gs_kt=np.array([float(p["speed"]["kts"]) for p in points]),
        track_deg=np.array([float(p["heading"]) for p in points]),
    )


def opensky(name: str, *, zero_is_ground: bool = True, own_times: bool = True) -> Track:
    """A sample of OpenSky states: a list of records, or columns by row number.

    Args:
        zero_is_ground: altitude 0.0 stands for "on the ground", as in Flightradar24 exports.
        own_times: use the time of the position where it is given, and each position once; else
            the time of the state, with the old position again and again.
    """
    rows = json.loads(gzip.decompress(traffic_sample(name).read_bytes()))
    columns = _by_column(rows)
    t_s = _numbers(columns["timestamp"]) / 1e3
    if own_times and "last_position" in columns:
        said = _numbers(columns["last_position"]) / 1e3
        t_s = np.where(np.isnan(said), t_s, said)
    alt = _numbers(columns["altitude"])
    ground = np.zeros(len(t_s), np.bool_)
    if "onground" in columns:
        ground = np.array([bool(x) for x in columns["onground"]])
    elif zero_is_ground:
        ground = alt == 0.0
    geom = (
        _numbers(columns["geoaltitude"]) if "geoaltitude" in columns else np.full(len(t_s), np.nan)
    )
    keep = ~np.isnan(_numbers(columns["latitude"])) & ~np.isnan(t_s)
    if own_times and "last_position" in columns:
        _, first = np.unique(t_s, return_index=True)
        once = np.zeros(len(t_s), np.bool_)
        once[first] = True
        keep &= once
    names = {
        name: _numbers(columns[said])[keep] for name, said in _COLUMNS.items() if said in columns
    }
    return made(
        icao24=str(columns["icao24"][0]).lower(),
        t_s=t_s[keep],
        alt_baro_ft=np.where(ground, np.nan, alt)[keep],
        alt_geom_ft=geom[keep],
        on_ground=ground[keep],
        **names,
    )


def opensky_by_aircraft(name: str) -> dict[str, Track]:
    """A sample that holds several aircraft, one track each."""
    rows = json.loads(gzip.decompress(traffic_sample(name).read_bytes()))
    columns = _by_column(rows)
    icao24 = np.array([str(x).lower() for x in columns["icao24"]])
    t_s = _numbers(columns["timestamp"]) / 1e3
    alt = _numbers(columns["altitude"])
    ground = (
        np.array([bool(x) for x in columns["onground"]]) if "onground" in columns else alt == 0.0
    )
    found = {}
    for one in sorted(set(icao24.tolist())):
        keep = (icao24 == one) & ~np.isnan(_numbers(columns["latitude"]))
        found[one] = made(
            icao24=one,
            t_s=t_s[keep],
            alt_baro_ft=np.where(ground, np.nan, alt)[keep],
            on_ground=ground[keep],
            **{n: _numbers(columns[s])[keep] for n, s in _COLUMNS.items() if s in columns},
        )
    return found


def _by_column(rows: Any) -> dict[str, list[Any]]:
    if isinstance(rows, Mapping):
        order = list(rows["timestamp"])
        return {name: [column.get(key) for key in order] for name, column in rows.items()}
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _numbers(values: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([math.nan if value is None else float(value) for value in values])


def made(
    *,
    t_s: np.ndarray[Any, Any],
    lat: np.ndarray[Any, Any],
    lon: np.ndarray[Any, Any],
    icao24: str = "400000",
    **columns: Any,
) -> Track:
    """A track of what is given; the rest is unsaid. Positions are by ADS-B of good integrity."""
    n = len(t_s)

    def floats(name: str) -> np.ndarray[Any, Any]:
        return np.asarray(columns.get(name, np.full(n, np.nan)), np.float32)

    def ints(name: str, value: int, dtype: type[np.generic]) -> np.ndarray[Any, Any]:
        return np.asarray(columns.get(name, np.full(n, value)), dtype)

    return Track(
        icao24=icao24,
        source="sample",
        captures=("a" * 64,),
        t_us=np.round(np.asarray(t_s) * 1e6).astype(np.int64),
        lat=np.asarray(lat, np.float64),
        lon=np.asarray(lon, np.float64),
        alt_baro_ft=floats("alt_baro_ft"),
        alt_geom_ft=floats("alt_geom_ft"),
        on_ground=np.asarray(columns.get("on_ground", np.zeros(n)), np.bool_),
        gs_kt=floats("gs_kt"),
        track_deg=floats("track_deg"),
        rate_fpm=floats("rate_fpm"),
        flags=ints("flags", 0, np.uint8),
        via=ints("via", Via.ADSB, np.uint8),
        nic=ints("nic", 8, np.int8),
        nac_p=ints("nac_p", 9, np.int8),
        sil=ints("sil", 3, np.int8),
        qnh_hpa=floats("qnh_hpa"),
        capture=np.zeros(n, np.uint16),
        row=np.arange(n, dtype=np.int32),
        callsigns=columns.get("callsigns", ()),
    )


@cache
def real_airports(*, runways: bool) -> Airports:
    """The embedded table: plain, or with the real runways, as `tailcheck data` loads them."""
    if not runways:
        return load_airports()
    content = shared("reference/runways.csv").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    capture = Capture(
        sha256=sha256,
        source=ourairports.adapter.source.key,
        url="runways.csv",
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
        size_bytes=len(content),
    )
    records = ourairports.adapter.parse(Page(capture=capture, content=content))
    rows = [row for row in records if isinstance(row, RunwayRow)]
    assert len(rows) > 40_000
    return load_airports(rows, runways_sha256=sha256)
