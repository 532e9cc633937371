"""Which fixes of a track can be believed, and which only shown.

    impossible rows      no place on Earth, no moment between 1970 and 2100
    stacked positions    on one spot with two other aircraft: `service.domain.detection.stacking`
    frozen positions     the same place again and again while moving: only the first one is a fix
    altitude spikes      one wrong altitude between two that agree
    stuck speeds         said again and again while the way is another: taken as unsaid
    low integrity        NIC, NACp or SIL too low; stale; not by ADS-B itself: marked, kept
    jumps                what cannot be reached from the rest: `service.domain.detection.chains`

SIL 0 alone deletes nothing: such fixes place the aircraft, and support no strong grade.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from schemas.movements import Mark
from schemas.records import Bool, Flag, Float32, Float64, Int64, Rejected, Track, UInt8, Via
from service.domain.detection import chains, rules
from service.domain.detection.fields import Fields
from service.domain.detection.fixes import (
    Doubt,
    Fixes,
    cos_of,
    fixes_of,
    plain_fixes,
    seconds_of,
    steps_nm,
)
from service.domain.detection.heights import said_soon, without_spikes
from service.domain.detection.stuck import stuck_speeds
from service.domain.track import in_order, take

T_MAX_US = 4_102_444_800_000_000
"""2100-01-01 UTC."""
_LIMITS = (
    ("alt_baro_ft", np.float32(150_000.0)),
    ("alt_geom_ft", np.float32(150_000.0)),
    ("gs_kt", np.float32(2_500.0)),
    ("track_deg", np.float32(720.0)),
    ("rate_fpm", np.float32(100_000.0)),
)
"""Beyond these a value is a decoding error, whichever its sign."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Fixes that are shown and not leaned on, and why."""

    fixes: Fixes
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Belief:
    """What a track comes to when its fixes have been weighed."""

    bodies: tuple[Fixes, ...]
    """Fixes that hang together; the first body is the aircraft, as far as can be told. Another one
    is the far side of a jump that nobody can settle, or a second aircraft on the same address."""
    unusable: tuple[Stretch, ...]
    rejected: tuple[Rejected, ...]


def believe(track: Track, fields: Fields, stacked: Bool | None = None) -> Belief:
    """Weighs the fixes of a track. Never raises, whatever the columns hold.

    `stacked`: rows that lie on one spot with other aircraft's.
    """
    rejected: list[Rejected] = []
    shown: list[Stretch] = []
    if stacked is not None and stacked.any():
        pile = _possible(in_order(take(track, stacked)), [])
        shown.append(Stretch(plain_fixes(pile), ("spoof_suspected",)))
        rejected.append(Rejected(why="on one spot with other aircraft", count=int(stacked.sum())))
        track = take(track, ~stacked)
    late = _late(track, rejected)
    given = len(track)
    track = in_order(track)
    if len(track) < given:
        rejected.append(Rejected(why="the same fix twice", count=given - len(track)))
    track = _sane(_possible(track, rejected), rejected)
    t_s = seconds_of(track)
    cos_lat = cos_of(track.lat)
    step_nm = steps_nm(track.lat, track.lon, cos_lat)
    repeats = _repeats(track, step_nm)
    if repeats is not None:
        shown.extend(_frozen(track, t_s, repeats, rejected))
        track = take(track, ~repeats)
        t_s, cos_lat = t_s[~repeats], cos_lat[~repeats]
        step_nm = steps_nm(track.lat, track.lon, cos_lat)
    track = _mended(track, t_s)
    doubt = doubts(track)
    if late is not None:
        doubt |= np.isin(track.t_us, late).astype(np.uint8) * np.uint8(Doubt.CLOCK)
    stuck = stuck_speeds(track, t_s, step_nm)
    if stuck is None:
        fixes = fixes_of(track, t_s, cos_lat, step_nm, doubt)
    else:
        rejected.append(Rejected(why="an old speed again, taken as unsaid", count=len(stuck.rows)))
        fixes = fixes_of(stuck.out_of(track), t_s, cos_lat, step_nm, doubt)
        fixes = replace(fixes, gs_kt=stuck.into(fixes.gs_kt))
    torn = chains.untangle(fixes, fields)
    if torn is None:
        return Belief((fixes,), tuple(shown), tuple(rejected))
    rejected.extend(torn.rejected)
    shown.extend(Stretch(part, why) for part, why in torn.stretches)
    return Belief(torn.bodies, tuple(shown), tuple(rejected))


def _mended(track: Track, t_s: Float64) -> Track:
    """Without single wrong altitudes; each QNH from a little before it was said."""
    baro = without_spikes(track.alt_baro_ft, t_s)
    geom = without_spikes(track.alt_geom_ft, t_s)
    qnh = said_soon(track.qnh_hpa, ~track.on_ground, t_s)
    if baro is track.alt_baro_ft and geom is track.alt_geom_ft and qnh is track.qnh_hpa:
        return track
    return replace(track, alt_baro_ft=baro, alt_geom_ft=geom, qnh_hpa=qnh)


def _late(track: Track, rejected: list[Rejected]) -> Int64 | None:
    """Times of rows that stand behind a later one; None when there is none."""
    t_us = track.t_us
    if len(t_us) < 2 or not bool((t_us[1:] < t_us[:-1]).any()):
        return None
    behind = t_us < np.maximum.accumulate(t_us)
    rejected.append(
        Rejected(why="times ran backwards: rows sorted, none dropped", count=int(behind.sum()))
    )
    return t_us[behind]


def _possible(track: Track, rejected: list[Rejected]) -> Track:
    """Without rows that are at no place or at no time."""
    north, east = np.abs(track.lat), np.abs(track.lon)
    placed = (north <= 90.0) & (east <= 180.0)
    somewhere = north + east > 0.0
    timed = track.t_us.view(np.uint64) < np.uint64(T_MAX_US)
    good = placed & somewhere & timed
    if good.all():
        return track
    nowhere = ~somewhere
    for why, bad in (
        ("no place on Earth", ~placed),
        ("latitude 0, longitude 0: a receiver's way of saying nothing", nowhere & placed),
        ("no moment between 1970 and 2100", ~timed),
    ):
        if bad.any():
            rejected.append(Rejected(why=why, count=int(bad.sum()), sample=_sample(track, bad)))
    return take(track, good)


def _sane(track: Track, rejected: list[Rejected]) -> Track:
    """Without values that no aircraft has, infinite ones among them: they count as unsaid."""
    absurd: dict[str, Any] = {}
    for name, limit in _LIMITS:
        column: Float32 = getattr(track, name)
        bad = np.abs(column) > limit
        if bad.any():
            absurd[name] = np.where(bad, np.float32(np.nan), column)
            sample = f"{name}={column[int(np.argmax(bad))]}"
            why = "an impossible value, taken as unsaid"
            rejected.append(Rejected(why=why, count=int(bad.sum()), sample=sample))
    return replace(track, **absurd) if absurd else track


def _sample(track: Track, bad: Bool) -> str:
    i = int(np.argmax(bad))
    return f"t_us={track.t_us[i]} lat={track.lat[i]} lon={track.lon[i]}"[:80]


def _repeats(track: Track, step_nm: Float64) -> Bool | None:
    """Rows that only say an old place again while the aircraft moves; None when there are none.

    A place is old when it is that of the row before, or when a stale row gives one of the four
    places before it.
    """
    # Not `gs > MOVING`: an unsaid speed in the air is no sign of standing.
    moving = ~(track.on_ground | (track.gs_kt <= np.float32(rules.MOVING_KT)))
    again = np.zeros(len(moving), np.bool_)
    again[1:] = (step_nm == 0.0) & moving[1:]
    if again.any():
        same = np.concatenate(([False], step_nm == 0.0))
        again |= same & _once_frozen(same, again)
    stale = np.flatnonzero((track.flags & np.uint8(Flag.STALE)) != 0)
    stale = stale[moving[stale]]
    if len(stale):
        back = np.maximum(stale[:, None] - np.array([1, 2, 3, 4]), 0)
        old = (track.lat[back] == track.lat[stale, None]) & (
            track.lon[back] == track.lon[stale, None]
        )
        old &= back < stale[:, None]
        again[stale] |= old.any(axis=1)
    return again if again.any() else None


def _once_frozen(same: Bool, again: Bool) -> Bool:
    """Rows at a place that froze before: slow by now or not, the aircraft is not there."""
    start = np.maximum.accumulate(np.where(same, 0, np.arange(len(same))))
    count = np.cumsum(again)
    return np.asarray(count - count[start] >= 2)


def _frozen(
    track: Track, t_s: Float64, repeats: Bool, rejected: list[Rejected]
) -> tuple[Stretch, ...]:
    """Runs of repeats, long enough to have flown `FROZEN_NM` meanwhile."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], repeats, [False])).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    gs = np.where(np.isnan(track.gs_kt), rules.FAST_KT, track.gs_kt)
    lasted_s = t_s[ends - 1] - t_s[np.maximum(starts - 1, 0)]
    frozen = lasted_s * gs[starts] / 3600.0 >= rules.FROZEN_NM
    marked = int((ends - starts)[frozen].sum())
    # A shorter one is but a step within its segment.
    long = np.flatnonzero(frozen & (lasted_s > rules.GAP_S))
    found = tuple(
        Stretch(plain_fixes(take(track, slice(int(starts[k]), int(ends[k])))), ("frozen",))
        for k in long
    )
    brief = int(repeats.sum()) - marked
    if marked:
        rejected.append(Rejected(why="position frozen while moving", count=marked))
    if brief:
        rejected.append(Rejected(why="an old position again while moving", count=brief))
    return found


def doubts(track: Track) -> UInt8:
    """`Doubt` bits of every fix, from what it says of itself."""
    via, nic, nac_p = track.via, track.nic, track.nac_p
    direct = via == Via.ADSB
    if not direct.any():
        # Nothing says how positions came: an archive without that column, not a bad position.
        direct = via == Via.OTHER
    # MLAT has no containment radius of its own: what stands there is the transponder's last word.
    # As unsigned, "not said" (-1) is 255.
    low = (nic.view(np.uint8) < rules.NIC_MIN) | (nac_p.view(np.uint8) < rules.NAC_P_MIN)
    low &= via != Via.MLAT
    doubt: UInt8 = track.flags & np.uint8(Flag.STALE)  # the same bit in both
    for bits, mask in (
        (Doubt.LOW_INTEGRITY, low),
        (Doubt.INDIRECT, ~direct),
        (Doubt.UNPROVEN, track.sil == 0),
    ):
        doubt |= mask.view(np.uint8) * np.uint8(bits)
    return doubt
