"""Which airport, which runway, and who else it could be.

Two questions. On the ground: whose runway or reference point is nearest, and is anybody else's as
near? In the air, low: how well does the last (first) stretch of flight fit an arrival at (a
departure from) each airport around, runway end by runway end, against "no airport at all"? Every
airport that fits about as well is named as a rival, with why it came second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from schemas.movements import Move, Rival
from schemas.records import Bool, Float64, Int32, Int64
from service.domain.detection import rules
from service.domain.detection.fields import Fields
from service.domain.detection.fixes import Fixes

_LEAST_SCORE = -60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the ground: an airport or none, and every airport that fits as well."""

    airport: int | None
    rivals: tuple[Rival, ...] = ()


NOWHERE = Place(None)


def ground_place(
    fixes: Fixes, fields: Fields, rows: Sequence[int], *, rolled: bool, fast: bool
) -> Place:
    """The airport on whose ground some fixes lie.

    `rolled`: they belong to a landing or take-off roll, which may be far from the reference point.
    `fast`: the aircraft is a jet, which uses no small strip.
    """
    candidates, away = fields.near_row(
        fixes, rows[len(rows) // 2], rules.REFERENCE_ROLL_NM + rules.STRIP_NM
    )
    fits: list[tuple[float, str, int]] = []
    for index, away_nm in zip(candidates.tolist(), away.tolist(), strict=True):
        big = fields.big.item(index)
        if fields.has_runways(index):
            share = max(0.0, _strip_nm(fixes, fields, index, rows) - 0.05) / rules.STRIP_NM
        else:
            share = away_nm / (rules.REFERENCE_ROLL_NM if rolled and big else rules.REFERENCE_NM)
        if fast and not big:
            share += 0.75
        if share <= 1.0:
            fits.append((share, fields.idents[index], index))
    if not fits:
        return NOWHERE
    best, _, airport = min(fits)
    limit = max(rules.RIVAL_SHARE * best, 0.1)
    rivals = tuple(
        Rival(airport=ident, why="its ground is about as near")
        for share, ident, index in sorted(fits)
        if share <= limit and index != airport
    )
    return Place(airport, rivals)


def _strip_nm(fixes: Fixes, fields: Fields, index: int, rows: Sequence[int]) -> float:
    """Distance of some fixes, the one in the middle of the order, from an airport's runways, NM."""
    ends = fields.ends_of(index)
    at = np.array(rows)
    along, cross = fields.runway_frame(
        np.arange(ends.start, ends.stop)[:, None], fixes.track.lat[at], fixes.track.lon[at]
    )
    beyond = np.maximum(-along, along - fields.end_length_nm[ends][:, None])
    beyond = np.maximum(beyond, 0.0)
    nearest = np.sqrt((beyond * beyond + cross * cross).min(axis=0))
    return float(median(nearest.tolist()))


@dataclass(frozen=True, slots=True)
class Leg:
    """The last stretch before a landing, or the first after a take-off, as attribution sees it."""

    move: Move
    lat: float
    lon: float
    """The fix nearest to the ground in time."""
    course_deg: float
    """Over the ground at that fix; NaN when unknown."""
    msl_ft: float
    sigma_ft: float
    gs_kt: float
    fast: bool
    """A jet: it uses no small strip."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How one airport fits a leg."""

    airport: int
    score: float
    """Log-likelihood, up to a constant that all fits of one leg share."""
    end: int | None
    """The runway end, when the leg is aligned with one."""
    height_ft: float
    """Above the end, or the field."""
    distance_nm: float
    """To the threshold (from it, for a take-off), or the reference point."""
    field_ft: float
    """Above the field."""
    field_nm: float
    """From the reference point."""


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """How the airports around fit a leg, one column a quantity of `Fit`, the best first."""

    airport: Int32
    score: Float64
    end: Int64
    """-1 = aligned with none."""
    height_ft: Float64
    distance_nm: Float64
    field_ft: Float64
    field_nm: Float64

    def __len__(self) -> int:
        return len(self.airport)

    def __getitem__(self, k: int) -> Fit:
        end = self.end.item(k)
        return Fit(
            airport=self.airport.item(k),
            score=self.score.item(k),
            end=None if end < 0 else end,
            height_ft=self.height_ft.item(k),
            distance_nm=self.distance_nm.item(k),
            field_ft=self.field_ft.item(k),
            field_nm=self.field_nm.item(k),
        )

    def take(self, rows: Int64 | Bool) -> Fits:
        """Some of them, in the order of `rows`."""
        return Fits(
            self.airport[rows],
            self.score[rows],
            self.end[rows],
            self.height_ft[rows],
            self.distance_nm[rows],
            self.field_ft[rows],
            self.field_nm[rows],
        )


def fits_of(fields: Fields, leg: Leg, candidates: Int32) -> Fits:
    """Every candidate airport's fit; those that cannot be at all are left out."""
    first = fields.end_start[candidates]
    counts = fields.end_start[candidates + 1] - first
    owner = np.arange(len(candidates)).repeat(counts)
    ends = (first - counts.cumsum() + counts).repeat(counts) + np.arange(len(owner))
    loose, field_ft, field_nm = _loose_score(fields, leg, candidates)
    best_end = np.full(len(candidates), -1, np.int64)
    best = np.full(len(candidates), -np.inf)
    end, height, distance = np.full(len(candidates), -1, np.int64), field_ft.copy(), field_nm.copy()
    if len(owner):
        aligned, height_end, threshold_nm = _aligned_score(fields, leg, ends)
        # Ascending: the last write to a place is the best end of its airport.
        order = aligned.argsort(kind="stable")
        best[owner[order]] = aligned[order]
        best_end[owner[order]] = order
        lined = np.flatnonzero(best > loose)
        end[lined] = ends[best_end[lined]]
        height[lined] = height_end[best_end[lined]]
        distance[lined] = threshold_nm[best_end[lined]]
    score = np.maximum(best, loose)
    if leg.fast:
        score += fields.jet_prior[candidates]
    order = (-score).argsort(kind="stable")
    order = order[score[order] > _LEAST_SCORE]
    return Fits(candidates, score, end, height, distance, field_ft, field_nm).take(order)


def decide(fields: Fields, fits: Fits, move: Move) -> tuple[Fit | None, tuple[Rival, ...]]:
    """The airport that stands out, or none; and all others that fit about as well.

    An airport is named when it beats "no airport", and every other one by `CLEAR_MARGIN`; by more,
    the higher the aircraft and with no runway ahead.
    """
    if not len(fits) or fits.score.item(0) < rules.NO_AIRPORT:
        return None, ()
    best = fits[0]
    margin = rules.CLEAR_MARGIN
    if best.end is None and not math.isnan(best.height_ft):
        margin += max(0.0, best.height_ft) / rules.HIGH_MARGIN_FT
    clear = len(fits) == 1 or best.score - fits.score.item(1) >= margin
    least = max(best.score - rules.RIVAL_MARGIN, rules.NO_AIRPORT - 3.0)
    close = int((fits.score[: rules.RIVALS] >= least).sum())
    rivals = []
    for k in range(1 if clear else 0, close):
        fit = fits[k]
        rivals.append(
            Rival(
                airport=fields.idents[fit.airport],
                why=why(fields, fit, move),
                runway=None if fit.end is None else fields.airports.end_name[fit.end],
            )
        )
    return (best if clear else None), tuple(rivals)


def _aligned_score(fields: Fields, leg: Leg, ends: Int64) -> tuple[Float64, Float64, Float64]:
    """How well the leg lies on the way in to (out of) each runway end, at the right height.

    Landing: d is the distance still to fly to the threshold. Take-off: from the lift-off point,
    taken to lie at two thirds of the runway. Both grow wider with distance.
    """
    along, cross = fields.runway_frame(ends, leg.lat, leg.lon)
    length = fields.end_length_nm[ends]
    height = leg.msl_ft - fields.end_elevation_ft[ends]
    off = _apart_deg(leg.course_deg, fields.end_heading_deg[ends])
    if leg.move == "landing":
        d = -along
        ahead = np.maximum(d, 0.0)
        expected = rules.DESCENT_FT_NM * ahead + 40.0
        spread = 50.0 + 0.15 * expected + 0.15 * np.maximum(expected - 2_000.0, 0.0)
        wide, turn = 0.06 + 0.035 * ahead, 7.0 + 0.4 * ahead
        within = (d >= -length - 0.3) & (d <= rules.ALIGNED_NM)
        chance = 0.25 * np.maximum(ahead - 6.0, 0.0)
    else:
        d = along
        ahead = np.maximum(along - 0.66 * length, 0.0)
        expected = rules.CLIMB_FT_NM * ahead + 40.0
        # Higher is a steep climb or a long runway; lower is seldom, and never by much.
        spread = np.where(height < expected, 80.0 + 0.2 * expected, 80.0 + 0.4 * expected)
        wide, turn = 0.08 + 0.06 * ahead, 8.0 + 2.0 * ahead
        within = (along >= -0.1) & (ahead <= 8.0)
        # Few fly straight on for long; the farther out, the likelier it is mere chance.
        chance = 0.6 * np.maximum(ahead - 1.5, 0.0)
    sigma = np.hypot(leg.sigma_ft, spread)
    score = -chance - 0.5 * (
        np.square((height - expected) / sigma) + np.square(cross / wide) + np.square(off / turn)
    )
    # A height far below the field is no approach to it, however well aligned.
    below = height < -250.0 - 3.0 * leg.sigma_ft
    score = np.where(within & ~below & ~np.isnan(score), score, -np.inf)
    return np.asarray(score), height, np.abs(d)


def _loose_score(fields: Fields, leg: Leg, candidates: Int32) -> tuple[Float64, Float64, Float64]:
    """How well height fits distance, and course fits bearing, without any runway in line."""
    away = fields.away_nm(candidates, leg.lat, leg.lon)
    height = leg.msl_ft - fields.elevation_ft[candidates]
    north = fields.lat[candidates] - leg.lat
    east = (fields.lon[candidates] - leg.lon + 180.0) % 360.0 - 180.0
    bearing = np.degrees(np.arctan2(east * fields.cos_lat[candidates], north))
    landing = leg.move == "landing"
    off = _apart_deg(leg.course_deg if landing else leg.course_deg + 180.0, bearing)
    gradient = rules.DESCENT_FT_NM if landing else rules.CLIMB_FT_NM
    # On a circuit the way to fly is longer than the straight line, by some miles at least.
    way = np.hypot(away, 2.0) + (1.0 if leg.fast else 0.3)
    tall = np.maximum(height, 0.0) + leg.sigma_ft
    ratio = np.log((tall + 150.0) / (gradient * way + 150.0))
    # Seldom is one lower so far away than its way down, or its climb, makes it.
    ratio /= np.where(ratio < 0.0, 0.42, 0.5) if landing else np.where(ratio < 0.0, 0.45, 0.6)
    turn = np.where(np.isnan(off), 60.0, off) / (55.0 + 150.0 / np.maximum(away, 0.5))
    score = rules.NOT_ALIGNED - 0.5 * (np.square(ratio) + np.square(turn))
    unknown = np.isnan(fields.elevation_ft[candidates])
    score = np.where(unknown, rules.NO_AIRPORT - 2.0 - away, score)
    below = height < -250.0 - 3.0 * leg.sigma_ft
    return np.where(below | np.isnan(score), -np.inf, score), height, away


def _apart_deg(course_deg: float, bearings_deg: Float64) -> Float64:
    return np.asarray(np.abs((bearings_deg - course_deg + 180.0) % 360.0 - 180.0))


def why(fields: Fields, fit: Fit, move: Move) -> str:
    """Why an airport fits, for people."""
    landing = move == "landing"
    if fit.end is not None:
        side = "final approach" if landing else "climb-out"
        return f"in line with runway {fields.airports.end_name[fit.end]} on {side}"
    way = "to" if landing else "from"
    if math.isnan(fit.field_ft):
        return f"{fit.field_nm:.0f} NM {way} it; its elevation is unknown"
    return f"{fit.field_ft:.0f} ft above it, {fit.field_nm:.0f} NM {way} it"
