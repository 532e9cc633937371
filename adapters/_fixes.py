"""Single fixes, as replies and waypoints give them, put together as a `Track`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schemas.records import TRACK_COLUMNS, Track, Via

FT_PER_M = 1 / 0.3048
KT_PER_MPS = 3600 / 1852
FPM_PER_MPS = 60 / 0.3048


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One row of a `Track`; fields as there, with its "not said" values as the defaults."""

    t_us: int
    lat: float
    lon: float
    alt_baro_ft: float = math.nan
    alt_geom_ft: float = math.nan
    on_ground: bool = False
    gs_kt: float = math.nan
    track_deg: float = math.nan
    rate_fpm: float = math.nan
    flags: int = 0
    via: int = Via.OTHER
    nic: int = -1
    nac_p: int = -1
    sil: int = -1
    qnh_hpa: float = math.nan
    row: int = -1
    callsign: str = ""
    squawk: str = ""

    @property
    def capture(self) -> int:
        """A page is one capture."""
        return 0


def track_of(fixes: Sequence[Fix], *, icao24: str, source: str, sha256: str) -> Track:
    """The fixes of one page, in its order; callsigns and squawks wherever they change."""
    columns = {
        name: np.array([getattr(fix, name) for fix in fixes], dtype)
        for name, dtype in TRACK_COLUMNS
    }
    return Track(
        icao24=icao24,
        source=source,
        captures=(sha256,),
        callsigns=_changes([(fix.t_us, fix.callsign) for fix in fixes]),
        squawks=_changes([(fix.t_us, fix.squawk) for fix in fixes]),
        **columns,
    )


def _changes(said: Sequence[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    changes: list[tuple[int, str]] = []
    for t_us, text in said:
        if text and (not changes or changes[-1][1] != text):
            changes.append((t_us, text))
    return tuple(changes)
