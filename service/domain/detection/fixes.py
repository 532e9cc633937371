"""Fixes ready for arithmetic: one aircraft, in time order, with what one step tells of the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntFlag

import numpy as np

from schemas.movements import FixPoint, Mark
from schemas.records import Bool, Float32, Float64, Int32, Int64, Track, UInt8
from service.domain.detection.cells import cell_of
from service.domain.detection.heights import msl_ft
from service.domain.geo import NM_PER_DEGREE
from service.domain.track import take

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Doubt(IntFlag):
    """Why a fix never supports a strong grade."""

    STALE = 1
    LOW_INTEGRITY = 2
    INDIRECT = 4
    CONTESTED = 8
    """Next to an impossible jump, and not known to be the true side of it."""
    FLAG = 16
    """Its ground flag cannot be right."""
    UNPROVEN = 32
    """SIL 0: it places the aircraft, and proves nothing."""
    TWO = 64
    """One of two aircraft that send the same address."""
    CLOCK = 128
    """Stood behind a later row: one of the two clocks was wrong."""


MARK_OF: tuple[tuple[int, Mark], ...] = (
    (int(Doubt.STALE), "stale"),
    (int(Doubt.LOW_INTEGRITY), "low_integrity"),
    (int(Doubt.INDIRECT), "not_adsb"),
    (int(Doubt.CONTESTED), "jump"),
    (int(Doubt.FLAG), "ground_flag_doubted"),
    (int(Doubt.UNPROVEN), "low_integrity"),
    (int(Doubt.CLOCK), "clock"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Fixes:
    """Columns of n fixes, and of the n - 1 steps between them."""

    track: Track
    """These fixes only, in time order."""
    t_s: Float64
    """Seconds since 1970 UTC."""
    cos_lat: Float32
    cell: Int32
    """`service.domain.detection.cells`"""
    msl_ft: Float32
    sigma_ft: Float32
    """Best height above mean sea level, and its error: `service.domain.detection.heights`."""
    gs_kt: Float32
    """As reported, else from the steps; NaN where neither says."""
    doubt: UInt8
    """`Doubt` bits."""
    step_s: Float64
    step_nm: Float64

    def __len__(self) -> int:
        return len(self.t_s)

    @property
    def on_ground(self) -> Bool:
        """The ground flag as received."""
        return self.track.on_ground

    def take(self, rows: Bool | Int64 | slice) -> Fixes:
        """Some of them, in order; the steps are taken anew."""
        track, t_s, cos_lat = take(self.track, rows), self.t_s[rows], self.cos_lat[rows]
        return Fixes(
            track,
            t_s,
            cos_lat,
            self.cell[rows],
            self.msl_ft[rows],
            self.sigma_ft[rows],
            self.gs_kt[rows],
            self.doubt[rows],
            t_s[1:] - t_s[:-1],
            steps_nm(track.lat, track.lon, cos_lat),
        )

    def point(self, i: int) -> FixPoint:
        """One fix, taken out."""
        track = self.track
        ground = track.on_ground.item(i)
        return FixPoint(
            t=moment(track.t_us.item(i)),
            lat=track.lat.item(i),
            lon=track.lon.item(i),
            alt_ft=None if ground else known(self.msl_ft.item(i)),
            on_ground=ground,
            gs_kt=known(track.gs_kt.item(i)),
            track_deg=known(track.track_deg.item(i)),
            rate_fpm=known(track.rate_fpm.item(i)),
            capture=self.capture_of(i),
            row=track.row.item(i),
        )

    def points(self, rows: Sequence[int] | Int64) -> list[FixPoint]:
        """Many fixes, taken out at once."""
        track = self.track
        rows = np.asarray(rows)
        columns = (
            track.lat,
            track.lon,
            self.msl_ft,
            track.on_ground,
            track.gs_kt,
            track.track_deg,
            track.rate_fpm,
            track.capture,
            track.row,
        )
        captures = track.captures
        return [
            FixPoint(
                t=t,
                lat=lat,
                lon=lon,
                alt_ft=None if ground else known(alt_ft),
                on_ground=ground,
                gs_kt=known(gs),
                track_deg=known(course),
                rate_fpm=known(rate),
                capture=captures[capture] if capture < len(captures) else "",
                row=row,
            )
            for t, lat, lon, alt_ft, ground, gs, course, rate, capture, row in zip(
                moments(track.t_us[rows]),
                *(column[rows].tolist() for column in columns),
                strict=True,
            )
        ]

    def capture_of(self, i: int) -> str:
        """sha256 of the capture a fix stands in."""
        number = self.track.capture.item(i)
        return self.track.captures[number] if number < len(self.track.captures) else ""


def fixes_of(track: Track, t_s: Float64, cos_lat: Float32, step_nm: Float64, doubt: UInt8) -> Fixes:
    """Fixes of a track in time order whose rows are all at some place and time."""
    cell = cell_of(track.lat, track.lon)
    msl, sigma = msl_ft(track.alt_baro_ft, track.alt_geom_ft, track.qnh_hpa, cell)
    step_s = t_s[1:] - t_s[:-1]
    gs_kt = speeds_kt(track.gs_kt, step_s, step_nm)
    return Fixes(track, t_s, cos_lat, cell, msl, sigma, gs_kt, doubt, step_s, step_nm)


def plain_fixes(track: Track) -> Fixes:
    """A track's rows as they are, unweighed."""
    cos_lat = cos_of(track.lat)
    step_nm = steps_nm(track.lat, track.lon, cos_lat)
    return fixes_of(track, seconds_of(track), cos_lat, step_nm, np.zeros(len(track), np.uint8))


def cos_of(lat: Float64) -> Float32:
    """Cosine of latitudes; single precision is a millionth, and five times as fast."""
    return np.asarray(np.cos(lat.astype(np.float32) * np.float32(np.pi / 180.0)), np.float32)


def seconds_of(track: Track) -> Float64:
    """Times of a track, seconds since 1970 UTC; exact to a quarter of a microsecond."""
    return np.asarray(track.t_us * 1e-6, np.float64)


def moment(t_us: int) -> datetime:
    """Microseconds since 1970 as an aware moment."""
    return EPOCH + timedelta(0, 0, t_us)  # by position: half the time of the keyword


def moments(t_us: Int64) -> list[datetime]:
    """Many times of a track as aware moments: 7 times as fast as one by one."""
    return [EPOCH + since for since in t_us.view("m8[us]").tolist()]


def moment_s(t_s: float) -> datetime:
    """Seconds since 1970 as an aware moment."""
    return EPOCH + timedelta(0, 0, round(t_s * 1e6))


def known(value: float) -> float | None:
    """None for what is not a number."""
    return value if -1e9 < value < 1e9 else None


def steps_nm(lat: Float64, lon: Float64, cos_lat: Float32) -> Float64:
    """Length of each step, NM, on the flat: exact for steps of miles, some per cent too long for
    steps of hundreds. Whoever doubts a step measures it again on the sphere."""
    north = lat[1:] - lat[:-1]
    east = lon[1:] - lon[:-1]
    if len(east) and bool((np.abs(east) > 180.0).any()):
        east -= 360.0 * np.rint(east / 360.0)
    east *= cos_lat[1:]
    return np.asarray(np.sqrt(north * north + east * east) * NM_PER_DEGREE)


def marks_of(bits: int) -> tuple[Mark, ...]:
    """The marks that doubt bits stand for."""
    return tuple(dict.fromkeys(mark for doubt, mark in MARK_OF if bits & doubt)) if bits else ()


def speeds_kt(gs_kt: Float32, step_s: Float64, step_nm: Float64) -> Float32:
    """Reported ground speed; where it is not said, the speed of the step to or from the fix, when
    that step is short enough to tell (a minute)."""
    unsaid = np.flatnonzero(np.isnan(gs_kt))
    n = len(gs_kt)
    if not len(unsaid) or n < 2:
        return gs_kt
    filled = gs_kt.copy()
    # The step to it second, so that it wins.
    for step in (np.minimum(unsaid, n - 2), np.maximum(unsaid - 1, 0)):
        seconds = step_s[step]
        tells = (seconds > 0.5) & (seconds <= 60.0)
        filled[unsaid[tells]] = step_nm[step[tells]] / seconds[tells] * 3600.0
    return filled
