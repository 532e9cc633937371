"""Who flies where, as the items of a live readsb reply: made by hand, or from tracks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from schemas.records import Flag, Track
from tests.adapters.traces import KIND

Item = dict[str, Any]
Sky = Callable[[datetime], Sequence[Item]]
"""All aircraft that are heard at a moment."""

SOUND: Item = {
    "hex": "14fc0b",
    "type": "adsb_icao",
    "flight": "RSD010  ",
    "r": "RA-64523",
    "t": "T204",
    "desc": "TUPOLEV Tu-214",
    "dbFlags": 1,
    "alt_baro": 33000,
    "alt_geom": 33525,
    "gs": 451.3,
    "track": 262.18,
    "baro_rate": -64,
    "squawk": "4021",
    "emergency": "none",
    "category": "A3",
    "nav_qnh": 1013.6,
    "nav_altitude_mcp": 33024,
    "lat": 54.987305,
    "lon": 32.512207,
    "nic": 8,
    "rc": 186,
    "seen_pos": 0.512,
    "version": 2,
    "nic_baro": 1,
    "nac_p": 9,
    "nac_v": 1,
    "sil": 3,
    "sil_type": "perhour",
    "gva": 2,
    "sda": 2,
    "alert": 0,
    "spi": 0,
    "mlat": [],
    "tisb": [],
    "messages": 12045,
    "seen": 0.1,
    "rssi": -21.4,
}
"""The one we look for, in cruise."""


def item(**changed: Any) -> Item:
    """The sound one with some fields changed; a field that is changed to None is left out."""
    return {key: value for key, value in {**SOUND, **changed}.items() if value is not None}


PARKED = item(
    hex="510001",
    flight="BRU860  ",
    r="EW-456PA",
    t="B738",
    alt_baro="ground",
    alt_geom=None,
    gs=0.0,
    track=None,
    true_heading=131.2,
    baro_rate=None,
    lat=53.88815,
    lon=28.03812,
    seen_pos=4.2,
)
"""Two Minsk airliners, so that somebody else is heard there: this one stands …"""
LANDING = item(
    hex="510002",
    flight="BRU862",
    r="EW-457PA",
    t="B738",
    alt_baro=1450,
    alt_geom=1300,
    gs=141.0,
    track=310.9,
    baro_rate=None,
    geom_rate=-704,
    lat=53.85,
    lon=28.11,
    seen_pos=0.9,
)
"""… and this one comes in."""
TISB = item(
    hex="~2688a2",
    type="tisb_trackfile",
    flight=None,
    r=None,
    t=None,
    tisb=["altitude", "gs", "track", "lat", "lon"],
    lat=53.9,
    lon=27.6,
    alt_baro=2500,
    seen_pos=7.3,
)
MLAT = item(
    hex="15406f",
    type="mlat",
    r="RF-82011",
    t="A124",
    mlat=["gs", "track", "lat", "lon", "nic"],
    nic=0,
    lat=54.2,
    lon=29.9,
    seen_pos=2.0,
)
NO_POSITION = item(
    hex="14fd01", type="mode_s", r="RA-64769", lat=None, lon=None, seen_pos=None, nic=None
)
LOST = item(
    hex="1500aa",
    r=None,
    t=None,
    lat=None,
    lon=None,
    seen_pos=None,
    nic=None,
    lastPosition={"lat": 53.6, "lon": 27.2, "nic": 8, "rc": 186, "seen_pos": 73.1},
)
ROUGH = item(
    hex="1500ab", r=None, lat=None, lon=None, seen_pos=None, nic=None, rr_lat=53.5, rr_lon=28.5
)
JAMMED = item(
    hex="1500ac", r=None, gpsOkBefore=1767323000.0, lat=54.7, lon=20.5, seen_pos=0.4, nic=8
)

HAND_MADE: Sequence[Item] = (
    SOUND,
    PARKED,
    LANDING,
    TISB,
    MLAT,
    NO_POSITION,
    LOST,
    ROUGH,
    JAMMED,
)


def hand_made(_now: datetime) -> Sequence[Item]:
    """The same at every moment."""
    return HAND_MADE


def flown(tracks: Sequence[Track], *, registrations: dict[str, str] | None = None) -> Sky:
    """What a receiver hears of aircraft that fly as these tracks say, moment by moment.

    An aircraft is listed from its first fix on, for as long as its last one is 60 s old.
    """

    def sky(now: datetime) -> Sequence[Item]:
        now_us = round(now.timestamp() * 1e6)
        found = []
        for track in tracks:
            past = np.flatnonzero(track.t_us <= now_us)
            if len(past) and now_us - int(track.t_us[past[-1]]) <= 60_000_000:
                found.append(_item(track, int(past[-1]), now_us, registrations or {}))
        return found

    return sky


def _item(track: Track, i: int, now_us: int, registrations: dict[str, str]) -> Item:
    t_us = int(track.t_us[i])
    ground = bool(track.on_ground[i])
    said = {
        "alt_baro": "ground" if ground else _number(track.alt_baro_ft[i]),
        "alt_geom": _number(track.alt_geom_ft[i]),
        "gs": _number(track.gs_kt[i]),
        "track": _number(track.track_deg[i]),
        "geom_rate" if track.flags[i] & Flag.RATE_GEOMETRIC else "baro_rate": _number(
            track.rate_fpm[i]
        ),
        "nav_qnh": _number(track.qnh_hpa[i]),
        "flight": next((text for t, text in reversed(track.callsigns) if t <= t_us), None),
        "squawk": next((text for t, text in reversed(track.squawks) if t <= t_us), None),
        "nic": _level(track.nic[i]),
        "nac_p": _level(track.nac_p[i]),
        "sil": _level(track.sil[i]),
        "r": registrations.get(track.icao24),
    }
    return {
        "hex": track.icao24,
        "type": KIND[track.via[i]],
        **{name: value for name, value in said.items() if value is not None},
        "lat": round(float(track.lat[i]), 6),
        "lon": round(float(track.lon[i]), 6),
        "seen_pos": round((now_us - t_us) / 1e6, 3),
        "seen": round((now_us - t_us) / 1e6, 1),
        "mlat": [],
        "tisb": [],
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 2)


def _level(value: int) -> int | None:
    return None if value < 0 else int(value)


def distance_nm(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Along the great circle."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((lat_a - lat_b) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(a[1] - b[1]) / 2) ** 2
    return math.degrees(2 * math.asin(min(1.0, math.sqrt(half)))) * 60


NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
"""When the hand-made sky is looked at, unless a test says otherwise."""
