"""Trace files made by hand: a row, a file, and the file that a given track would be."""

from __future__ import annotations

import gzip
import json
import math
from datetime import UTC, datetime
from typing import Any

from schemas.records import Flag, Track, Via

SHA256 = "ab" * 32
BASE = datetime(2024, 5, 1, tzinfo=UTC)
KIND = {
    Via.ADSB: "adsb_icao",
    Via.MLAT: "mlat",
    Via.TISB: "tisb_icao",
    Via.ADSC: "adsc",
    Via.MODE_S: "mode_s",
    Via.OTHER: "other",
}


def row(offset_s: float = 0.0, **changed: Any) -> list[Any]:
    """One row of 14 columns, sound unless something is changed."""
    columns: dict[str, Any] = {
        "offset_s": offset_s,
        "lat": 53.88,
        "lon": 28.03,
        "alt": 3025,
        "gs": 140.5,
        "track": 304.2,
        "flags": 0,
        "rate": -704,
        "details": None,
        "kind": "adsb_icao",
        "geom": 3200,
        "geom_rate": None,
        "ias": None,
        "roll": None,
    }
    assert changed.keys() <= columns.keys()
    return list((columns | changed).values())


def trace(rows: list[Any], **changed: Any) -> bytes:
    """A trace file of these rows; a header field that is changed to None is left out."""
    head: dict[str, Any] = {
        "icao": "14fc0b",
        "r": "RA-64523",
        "t": "T204",
        "ownOp": "ROSSIYA",
        "timestamp": BASE.timestamp(),
    } | changed
    head = {key: value for key, value in head.items() if value is not None}
    return json.dumps({**head, "trace": rows}).encode()


def packed(text: bytes) -> bytes:
    """As readsb writes it, gzip under a json name."""
    return gzip.compress(text, mtime=0)


def trace_of(track: Track) -> bytes:
    """The file that reads as this track: readsb's columns, details wherever they say anything."""
    base_s = track.t_us[0] / 1e6 if len(track) else BASE.timestamp()
    callsigns, squawks = dict(track.callsigns), dict(track.squawks)
    rows = []
    for i in range(len(track)):
        geometric = bool(track.flags[i] & Flag.ALT_GEOMETRIC)
        altitude: Any = _or_none(track.alt_geom_ft[i] if geometric else track.alt_baro_ft[i])
        details = {
            "nic": int(track.nic[i]),
            "nac_p": int(track.nac_p[i]),
            "sil": int(track.sil[i]),
            "nav_qnh": _or_none(track.qnh_hpa[i]),
            "flight": f"{callsigns.get(int(track.t_us[i]), ''):8}",
            "squawk": squawks.get(int(track.t_us[i])),
        }
        rows.append(
            row(
                round(track.t_us[i] / 1e6 - base_s, 6),
                lat=float(track.lat[i]),
                lon=float(track.lon[i]),
                alt="ground" if track.on_ground[i] else altitude,
                gs=_or_none(track.gs_kt[i]),
                track=_or_none(track.track_deg[i]),
                flags=int(track.flags[i]),
                rate=_or_none(track.rate_fpm[i]),
                details={k: v for k, v in details.items() if v not in {None, -1}} or None,
                kind=KIND[Via(int(track.via[i]))],
                geom=_or_none(track.alt_geom_ft[i]),
            )
        )
    return trace(rows, icao=track.icao24, timestamp=base_s, r=None, t=None, ownOp=None)


def _or_none(value: Any) -> float | None:
    return None if math.isnan(value) else float(value)
