"""Flew near an airport and did not stop: go-arounds, low passes, low overflights.

High overflights are no passes; holding is nothing. On the way down to a landing or up from a
take-off the fields below are not passed, and a descent without a climb in it hides no go-around:
most flights are done with after that one look.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from schemas.movements import Movement, Pass, PassForm
from schemas.records import Bool, Float64, Int64
from service.domain.detection import rules
from service.domain.detection.fixes import marks_of, moment
from service.domain.detection.flights import Flights
from service.domain.detection.lowland import fields_near
from service.domain.detection.window import Window
from service.domain.geo import angle_diff_deg

_LINE_NM = 0.35
_COURSE_DEG = 20.0
_BESIDE_S = 60.0
"""Fixes so close to a take-off or landing belong to it."""


def low_stretches(flights: Flights, movements: Sequence[Movement], window: Window) -> list[Int64]:
    """Rows of each unbroken stretch of low flight in the window that is not merely the way to a
    landing or from a take-off."""
    fixes, air = flights.fixes, flights.air
    if not len(air):
        return []
    rows = air[flights.over_ft[air] < np.float32(rules.PASS_FT)]
    if not len(rows):
        return []
    busy = [_busy(m) for m in movements]
    t_s = fixes.t_s[rows]
    cut = (np.flatnonzero(t_s[1:] - t_s[:-1] > rules.VISIT_S) + 1).tolist()
    found: list[Int64] = []
    for a, b in pairwise([0, *cut, len(rows)]):
        first_s, last_s = t_s.item(a), t_s.item(b - 1)
        if window.touches(first_s, last_s) and not _is_one_way(
            flights, rows[a:b], first_s, last_s, busy
        ):
            found.append(rows[a:b])
    return found


def passes_of(
    flights: Flights,
    stretches: Sequence[Int64],
    movements: Sequence[Movement],
    touched: Sequence[Pass],
) -> list[Pass]:
    """Passes in `low_stretches` of one body, in time order, besides those already found
    (`touched`)."""
    busy = [_busy(m) for m in movements]
    found: list[Pass] = []
    for rows in stretches:
        found.extend(_stretch(flights, rows, movements, touched, busy))
    return sorted(found, key=lambda p: (p.t_best, p.airport))


def _busy(m: Movement) -> tuple[float, float]:
    """From when until when a movement leaves no room for passing other fields."""
    best = m.t_best.timestamp()
    before, after = (rules.BUSY_S, _BESIDE_S) if m.move == "landing" else (_BESIDE_S, rules.BUSY_S)
    return best - before, best + after


def _is_one_way(
    flights: Flights,
    rows: Int64,
    first_s: float,
    last_s: float,
    busy: Sequence[tuple[float, float]],
) -> bool:
    """Low on the way to one landing, or from one take-off, and never down and up again."""
    if not any(a <= first_s and last_s <= b for a, b in busy):
        return False
    height = flights.fixes.msl_ft[rows]
    height = height[~np.isnan(height)]
    if not len(height):
        return True
    climbed = float((height - np.minimum.accumulate(height)).max())
    sunk = float((np.maximum.accumulate(height) - height).max())
    return min(climbed, sunk) < rules.DIP_RISE_FT


def _stretch(
    flights: Flights,
    rows: Int64,
    movements: Sequence[Movement],
    touched: Sequence[Pass],
    busy: Sequence[tuple[float, float]],
) -> list[Pass]:
    """The passes in one unbroken stretch of low flight."""
    fixes, fields = flights.fixes, flights.fields
    airports = fields_near(fixes, fields, rows, rules.PASS_NM)
    if not len(airports):
        return []
    t_s = fixes.t_s[rows]
    free = np.ones(len(rows), np.bool_)
    for a, b in busy:
        free &= (t_s < a) | (t_s > b)
    lat, lon = fixes.track.lat[rows], fixes.track.lon[rows]
    found: list[Pass] = []
    for airport in airports.tolist():
        height = fixes.msl_ft[rows].astype(np.float64) - fields.elevation_ft.item(airport)
        away = fields.away_nm(airport, lat, lon)
        at = np.flatnonzero((away <= rules.PASS_NM) & (height <= rules.PASS_FT))
        if not len(at):
            continue
        cut = np.flatnonzero(t_s[at[1:]] - t_s[at[:-1]] > rules.VISIT_S) + 1
        for visit in np.split(at, cut):
            one = _Visit(flights, airport, rows[visit], t_s[visit], height[visit], away[visit])
            found.extend(one.passes(movements, touched, free[visit]))
    return found


class _Visit:
    """One airport in one stretch of time near it."""

    def __init__(
        self,
        flights: Flights,
        airport: int,
        rows: Int64,
        t_s: Float64,
        height_ft: Float64,
        away_nm: Float64,
    ) -> None:
        self.flights = flights
        self.airport = airport
        self.rows = rows
        self.t_s = t_s
        self.height_ft = height_ft
        self.away_nm = away_nm

    def passes(
        self, movements: Sequence[Movement], touched: Sequence[Pass], free: Bool
    ) -> list[Pass]:
        """Its dips, or else the visit as a whole."""
        ident = self.flights.fields.idents[self.airport]
        own = [m for m in movements if m.airport == ident]
        taken = np.zeros(len(self.rows), np.bool_)
        for m in own:
            taken |= (self.t_s >= m.t_earliest.timestamp() - _BESIDE_S) & (
                self.t_s <= m.t_latest.timestamp() + _BESIDE_S
            )
        for p in touched:
            if p.airport == ident:
                known_s = p.t_best.timestamp()
                taken |= np.abs(self.t_s - known_s) <= _BESIDE_S
                own_pass = self.t_s[0] - _BESIDE_S <= known_s <= self.t_s[-1] + _BESIDE_S
                free = free & (not own_pass)
        found: list[Pass] = []
        for dip in _dips(self.height_ft):
            if not taken[dip].any() and (own or free[dip].all()):
                one = self._dip(dip)
                found.extend([] if one is None else [one])
        if found or own or not free.all():
            return found
        whole = self._whole()
        return [] if whole is None else [whole]

    def _dip(self, dip: Int64) -> Pass | None:
        """A go-around when it came down a runway's line and climbed again; else a low pass."""
        height = self.height_ft
        lowest = int(dip[np.argmin(height[dip])])
        deepest = float(height[lowest]) + rules.DIP_RISE_FT
        if not float(height[lowest:].max()) >= deepest:
            return None
        end = self._line(dip)
        if end is not None and float(height[: lowest + 1].max()) >= deepest:
            return self._made(lowest, "go_around", end)
        if self.away_nm[lowest] <= rules.OVERHEAD_NM and height[lowest] <= rules.LOW_PASS_FT:
            return self._made(lowest, "low_pass", end)
        return None

    def _whole(self) -> Pass | None:
        """A low pass or overflight of the closest moment, when that is close enough for a field of
        its size."""
        closest = int(np.argmin(self.away_nm))
        big = self.flights.fields.big.item(self.airport)
        if self.away_nm[closest] > (rules.OVERHEAD_NM if big else rules.STRIP_PASS_NM):
            return None
        if not big and self.height_ft[closest] > rules.STRIP_PASS_FT:
            return None
        low = float(self.height_ft.min()) <= rules.LOW_PASS_FT
        return self._made(closest, "low_pass" if low else "overflight", None)

    def _line(self, dip: Int64) -> int | None:
        """The runway end whose line most fixes of a dip fly, near it."""
        fields, track = self.flights.fields, self.flights.fixes.track
        ends = fields.ends_of(self.airport)
        if ends.start == ends.stop:
            return None
        rows = self.rows[dip]
        number = np.arange(ends.start, ends.stop)[:, None]
        along, cross = fields.runway_frame(number, track.lat[rows], track.lon[rows])
        off = np.abs(angle_diff_deg(track.track_deg[rows], fields.end_heading_deg[ends][:, None]))
        fits = (
            (np.abs(cross) <= _LINE_NM)
            & (off <= _COURSE_DEG)
            & (along >= -rules.PASS_NM)
            & (along <= fields.end_length_nm[ends][:, None] + 1.0)
        )
        count = fits.sum(axis=1)
        if int(count.max()) < 1:
            return None
        beside = np.where(fits, np.abs(cross), np.inf).min(axis=1)
        return int(ends.start + np.lexsort((beside, -count))[0])

    def _made(self, at: int, form: PassForm, end: int | None) -> Pass:
        fixes, fields = self.flights.fixes, self.flights.fields
        track, row = fixes.track, int(self.rows[at])
        return Pass(
            icao24=track.icao24,
            source=track.source,
            form=form,
            airport=fields.idents[self.airport],
            t_best=moment(track.t_us.item(row)),
            lat=track.lat.item(row),
            lon=track.lon.item(row),
            height_ft=float(self.height_ft[at]),
            distance_nm=float(self.away_nm[at]),
            runway=None if end is None else fields.airports.end_name[end],
            marks=marks_of(fixes.doubt.item(row)),
            capture=fixes.capture_of(row),
            row_from=track.row.item(row),
            row_to=track.row.item(row),
        )


def _dips(height_ft: Float64) -> list[Int64]:
    """Stretches below `GO_AROUND_FT`, or within them those below `DIP_FT`, where there are any."""
    found: list[Int64] = []
    for wide in _runs(height_ft <= rules.GO_AROUND_FT):
        deep = [wide[part] for part in _runs(height_ft[wide] <= rules.DIP_FT)]
        found.extend(deep or [wide])
    return found


def _runs(mask: Bool) -> list[Int64]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.view(np.int8), [0]))))
    return [np.arange(a, b) for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]
