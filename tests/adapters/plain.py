"""The plainest reading of a trace there can be: what the fast one is measured against."""

from __future__ import annotations

import gzip
import json
import math
from typing import Any

from adapters._readsb_columns import VIA


def plain_rows(content: bytes) -> list[dict[str, Any]]:
    """Every row of a sound file as the columns of a `Track`, one dict each."""
    head = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
    nic = nac_p = sil = -1
    qnh = math.nan
    before_s = None
    rows = []
    for raw in head["trace"]:
        offset_s, lat, lon, altitude, gs, track, flags, rate, details = raw[:9]
        kind, geom, geom_rate = (*raw[9:12], None, None, None)[:3]
        if flags & 2 or (before_s is not None and abs(offset_s - before_s) > 600):
            nic = nac_p = sil = -1
            qnh = math.nan
        before_s = offset_s
        if details:
            nic = details.get("nic", nic)
            nac_p = details.get("nac_p", nac_p)
            sil = details.get("sil", sil)
            qnh = details.get("nav_qnh", qnh)
        on_ground = altitude == "ground"
        baro = None if on_ground else altitude
        if flags & 8 and baro is not None:
            baro, geom = None, baro
        rows.append(
            {
                "t_us": round(head["timestamp"] * 1e6) + round(offset_s * 1e6),
                "lat": lat,
                "lon": lon,
                "alt_baro_ft": baro,
                "alt_geom_ft": geom,
                "on_ground": on_ground,
                "gs_kt": gs,
                "track_deg": track,
                "rate_fpm": geom_rate if rate is None else rate,
                "flags": flags,
                "via": VIA[kind],
                "nic": nic,
                "nac_p": nac_p,
                "sil": sil,
                "qnh_hpa": qnh,
            }
        )
    return rows
