"""One body of fixes with its contacts: what the rules of take-off and landing look at."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from schemas.movements import Move
from schemas.records import Float32, Int64
from service.domain.detection import rules
from service.domain.detection.attribution import Leg
from service.domain.detection.chains import top_speed_kt
from service.domain.detection.contacts import Contact
from service.domain.detection.fields import Fields
from service.domain.detection.fixes import Fixes
from service.domain.detection.ground import Grounds, grounds_of
from service.domain.detection.window import ALWAYS, Window
from service.domain.geo import NM_PER_DEGREE, distance_nm

_COURSE_S = 40.0
_COURSE_NM = 0.15
_TURNED_DEG = 60.0
_HEIGHT_S = 60.0
_STEEP_S = 25.0
_NEAREST = 12
_THIN_S = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Flights:
    """A body, its contacts and the rows in the air between them."""

    fixes: Fixes
    fields: Fields
    silent: Int64
    """Rows that a silence over `GAP_S` follows."""
    grounds: Grounds
    air: Int64
    """Rows in the air, in order."""
    over_ft: Float32
    """Each row's height above the highest field within `APPROACH_NM`: low enough here, low enough
    everywhere. inf where there is no field, NaN where no altitude is said."""
    fast: bool
    """A jet or a big turboprop: it uses no small strip."""
    top_kt: float
    """Nothing unheard is faster."""
    cruise_kt: float
    """Usual speed en route; 0 when it never flew."""

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Stretches on the ground, in time order."""
        return self.grounds.contacts

    def widened(self, window: Window) -> Window:
        """The window with the whole of every unbroken run of fixes that reaches into it."""
        if window is ALWAYS:
            return window
        t_s, silent = self.fixes.t_s, self.silent
        first = t_s[np.concatenate(([0], silent + 1))]
        last = t_s[np.concatenate((silent, [len(t_s) - 1]))]
        inside = (first < window.end_s) & (last >= window.start_s)
        if not inside.any():
            return window
        return Window(
            min(window.start_s, float(first[inside].min())),
            max(window.end_s, float(last[inside].max())),
        )

    def lasted(self, contact: Contact) -> tuple[float, float]:
        """When a contact began and ended, seconds since 1970."""
        return self.fixes.t_s.item(contact.start), self.fixes.t_s.item(contact.stop - 1)

    def last_air_before(self, row: int) -> int | None:
        """The last row in the air before a row."""
        k = int(np.searchsorted(self.air, row)) - 1
        return int(self.air[k]) if k >= 0 else None

    def first_air_after(self, row: int) -> int | None:
        """The first row in the air after a row."""
        k = int(np.searchsorted(self.air, row, side="right"))
        return int(self.air[k]) if k < len(self.air) else None

    def apart_nm(self, a: int, b: int) -> float:
        """Great circle between two rows."""
        lat, lon = self.fixes.track.lat, self.fixes.track.lon
        return float(distance_nm(lat[a], lon[a], lat[b], lon[b]))

    def to_airport_nm(self, row: int, airport: int) -> float:
        """Great circle from a row to an airport's reference point."""
        track, fields = self.fixes.track, self.fields
        return float(
            distance_nm(track.lat[row], track.lon[row], fields.lat[airport], fields.lon[airport])
        )


def flights_of(fixes: Fixes, fields: Fields) -> Flights:
    """Contacts and flights of one body."""
    gs = fixes.gs_kt
    fast = int(np.count_nonzero(gs > np.float32(rules.FAST_KT))) >= rules.SEEN_FIXES
    over_ft = fixes.msl_ft - fields.ceiling_ft[fixes.cell]
    grounds = grounds_of(fixes, fields, over_ft, fast=fast)
    air_kt = gs[grounds.flying]
    fastest = float(np.fmax.reduce(air_kt)) if len(air_kt) else 0.0
    cruising = air_kt[air_kt > np.float32(0.6 * fastest)] if fastest > 0.0 else air_kt[:0]
    return Flights(
        fixes=fixes,
        fields=fields,
        silent=np.flatnonzero(fixes.step_s > rules.GAP_S),
        grounds=grounds,
        air=np.flatnonzero(grounds.flying),
        over_ft=over_ft,
        fast=fast,
        top_kt=top_speed_kt(gs),
        cruise_kt=float(cruising.mean()) if len(cruising) else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Edge:
    """The last rows in the air before a silence, or the first ones after it."""

    row: int
    """The one next to the silence."""
    leg: Leg
    trend_fpm: float
    """Mean vertical speed over the rows next to the silence; NaN when unknown."""
    steepest_fpm: float
    """Over the last few seconds of it."""


def edge_of(flights: Flights, row: int, move: Move) -> Edge:
    """What the rows at one side of a silence look like: before it for a landing, after it for a
    take-off."""
    fixes = flights.fixes
    track, t_s, msl = fixes.track, fixes.t_s, fixes.msl_ft
    now_s = t_s.item(row)
    rows = _beside(flights, row, move)
    said = [(abs(t_s.item(r) - now_s), msl.item(r), r) for r in rows]
    said = [
        (away, alt, r) for away, alt, r in said if away <= rules.TREND_S and not math.isnan(alt)
    ]
    height = trend = steepest = math.nan
    sigma = rules.PRESSURE_SIGMA_FT
    if said:
        sigma = fixes.sigma_ft.item(said[0][2])
        if said[0][0] <= _HEIGHT_S:
            height = said[0][1]
        brief = [one for one in said if one[0] <= _STEEP_S]
        trend = _rate_fpm(said[0], said[-1], move)
        steepest = _rate_fpm(brief[0], brief[-1], move) if len(brief) > 1 else trend
    leg = Leg(
        move=move,
        lat=track.lat.item(row),
        lon=track.lon.item(row),
        course_deg=_course(flights, rows, move),
        msl_ft=height,
        sigma_ft=sigma,
        gs_kt=fixes.gs_kt.item(row),
        fast=flights.fast,
    )
    return Edge(row, leg, trend, steepest)


def _beside(flights: Flights, row: int, move: Move) -> list[int]:
    """Rows in the air from the silence away, without another silence between: all of the nearest
    ones, then one every few seconds."""
    air, t_s = flights.air, flights.fixes.t_s
    way = -1 if move == "landing" else 1
    k = int(np.searchsorted(air, row))
    rows = [row]
    start_s = before_s = kept_s = t_s.item(row)
    while 0 <= (k := k + way) < len(air):
        other = air.item(k)
        other_s = t_s.item(other)
        if abs(other_s - before_s) > rules.GAP_S or abs(other_s - start_s) > 2.0 * rules.TREND_S:
            break
        before_s = other_s
        if len(rows) < _NEAREST or abs(other_s - kept_s) >= _THIN_S:
            rows.append(other)
            kept_s = other_s
    return rows


def _rate_fpm(near: tuple[float, float, int], far: tuple[float, float, int], move: Move) -> float:
    """Mean vertical speed between two (seconds from the silence, height, row)."""
    seconds = far[0] - near[0]
    if seconds <= 0.0:
        return math.nan
    gained = near[1] - far[1] if move == "landing" else far[1] - near[1]
    return gained / seconds * 60.0


def _course(flights: Flights, rows: list[int], move: Move) -> float:
    """Course over the ground next to the silence: as reported, unless positions say otherwise."""
    fixes = flights.fixes
    track, t_s = fixes.track, fixes.t_s
    row = rows[0]
    if fixes.gs_kt.item(row) <= rules.TAXI_KT:
        return math.nan  # taxiing, hovering: it goes nowhere
    reported = track.track_deg.item(row)
    other = row
    for candidate in rows:
        if abs(t_s.item(candidate) - t_s.item(row)) > _COURSE_S:
            break
        other = candidate
    north = track.lat.item(row) - track.lat.item(other)
    east = (track.lon.item(row) - track.lon.item(other) + 180.0) % 360.0 - 180.0
    east *= fixes.cos_lat.item(row)
    if math.hypot(north, east) * NM_PER_DEGREE < _COURSE_NM:
        return reported
    flown = math.degrees(math.atan2(east, north))
    if move == "takeoff":
        flown += 180.0
    off = abs((reported - flown + 180.0) % 360.0 - 180.0)
    return reported if off <= _TURNED_DEG else flown % 360.0
