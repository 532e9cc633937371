"""Silences that begin and end in the air: lost low, found low, a stop in between.

Lost below coverage is `lost_low`, never "landed"; followed to the runway itself it is `runway`.
Heard first in a climb is `found_low`. Both at one airport, with time enough between them, is
`inferred_stop`; too short a time is an approach broken off, as far as was seen. An airport is
named only when it stands out (`service.domain.detection.attribution`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from schemas.movements import Mark, Method, Move, Movement, Pass, Rival
from service.domain.detection import rules
from service.domain.detection.attribution import Fit, Fits, decide, why
from service.domain.detection.fixes import marks_of, moment_s
from service.domain.detection.flights import Edge, Flights
from service.domain.detection.movements import When, movement

_APPROACH_SHARE = 0.8
"""Mean speed from where it was lost to the threshold, as a share of the speed when lost."""


@dataclass(frozen=True, slots=True)
class Silence:
    """No fix of the body between two rows; None = the body's end or beginning."""

    before: int | None
    after: int | None


@dataclass(slots=True)
class Findings:
    """What the silences of one body come to."""

    movements: list[Movement] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    crashes: list[int] = field(default_factory=list)
    """Rows after which the aircraft hit the ground, as far as can be seen."""


def in_the_air(
    flights: Flights,
    findings: Findings,
    silence: Silence,
    lost: Edge | None,
    found: Edge | None,
    fits: dict[tuple[int, Move], Fits | None],
) -> None:
    lost_fits = fits[lost.row, "landing"] if lost is not None else None
    found_fits = fits[found.row, "takeoff"] if found is not None else None
    if not _may_have_stopped(flights, silence):
        if lost is not None and found is not None:
            _went_around(flights, findings, lost, found, lost_fits, found_fits)
        return
    if (
        lost is not None
        and found is not None
        and _stopped(flights, findings, lost, found, lost_fits, found_fits)
    ):
        return
    if lost is not None and (lost_fits is not None or _is_very_low(flights, lost)):
        findings.movements.append(_lost_low(flights, lost, lost_fits, silence.after))
    if found is not None and (found_fits is not None or _is_very_low(flights, found)):
        findings.movements.append(_found_low(flights, found, found_fits, silence.before))


def _is_very_low(flights: Flights, edge: Edge) -> bool:
    """Going down (coming up) so low that it lands (left) nearby, though no airport fits."""
    leg = edge.leg
    if math.isnan(leg.msl_ft):
        return False
    trend = -edge.trend_fpm if leg.move == "landing" else edge.trend_fpm
    if dives(edge):
        return False
    over_ft = flights.over_ft.item(edge.row)
    return over_ft <= rules.NEAR_GROUND_FT and trend >= rules.TREND_FPM


def _may_have_stopped(flights: Flights, silence: Silence) -> bool:
    """Long enough for a stop, and too long for having flown on. Open at one end: yes."""
    a, b = silence.before, silence.after
    if a is None or b is None:
        return True
    t_s = flights.fixes.t_s
    seconds = t_s.item(b) - t_s.item(a)
    if seconds < rules.STOP_MIN_S:
        return False
    implied_kt = flights.apart_nm(a, b) / seconds * 3600.0
    return implied_kt <= rules.STOP_SPEED_SHARE * flights.cruise_kt


def _stopped(
    flights: Flights,
    findings: Findings,
    lost: Edge,
    found: Edge,
    lost_fits: Fits | None,
    found_fits: Fits | None,
) -> bool:
    """One airport that both ends fit, and no other as well: a stop between them."""
    if lost_fits is None or found_fits is None:
        return False
    place = {airport: k for k, airport in enumerate(found_fits.airport.tolist())}
    both = [(k, place[a]) for k, a in enumerate(lost_fits.airport.tolist()) if a in place]
    if not both:
        return False
    score = {pair: lost_fits.score.item(pair[0]) + found_fits.score.item(pair[1]) for pair in both}
    both.sort(key=lambda pair: -score[pair])
    pairs = [(lost_fits[a], found_fits[b]) for a, b in both[: rules.RIVALS + 1]]
    arrived, left = pairs[0]
    total = arrived.score + left.score
    second = pairs[1][0].score + pairs[1][1].score if len(pairs) > 1 else -math.inf
    t_s = flights.fixes.t_s
    start, end = float(t_s[lost.row]), float(t_s[found.row])
    airport = arrived.airport
    in_s = flights.to_airport_nm(lost.row, airport) / flights.top_kt * 3600.0
    out_s = flights.to_airport_nm(found.row, airport) / flights.top_kt * 3600.0
    if min(arrived.score, left.score) < rules.NO_AIRPORT or total - second < rules.STOP_MARGIN:
        return False
    if in_s + out_s + rules.SEEN_S > end - start:
        return False
    fields = flights.fields
    rivals = tuple(
        Rival(
            airport=fields.idents[a.airport],
            why=f"{why(fields, a, 'landing')}; {why(fields, b, 'takeoff')} afterwards",
        )
        for a, b in pairs[1:]
        if a.score + b.score >= total - rules.RIVAL_MARGIN
    )
    down = start + seconds_to(flights, lost, arrived.distance_nm)
    up = end - seconds_to(flights, found, left.distance_nm)
    if down > up:
        down = up = (down + up) / 2.0
    bounds = (start + in_s, end - out_s)
    for move, edge, fit, best in (("landing", lost, arrived, down), ("takeoff", found, left, up)):
        findings.movements.append(
            _from_fit(
                flights,
                edge,
                fit,
                When(bounds[0], min(max(best, bounds[0]), bounds[1]), bounds[1]),
                "inferred_stop",
                rivals,
                move,  # type: ignore[arg-type]
            )
        )
    return True


def _lost_low(flights: Flights, lost: Edge, fits: Fits | None, after: int | None) -> Movement:
    """Not earlier than it was lost; not later than the next fix lets it be, or half an hour past
    the estimated touchdown."""
    best_fit, nearest, rivals = _decided(flights, fits, "landing")
    t_s = flights.fixes.t_s
    start = float(t_s[lost.row])
    best = start
    if nearest is not None:
        best += seconds_to(flights, lost, nearest.distance_nm)
    latest = best + rules.OPEN_END_S
    if after is not None:
        away_nm = 0.0
        if nearest is not None:
            away_nm = flights.to_airport_nm(after, nearest.airport)
        latest = min(latest, t_s.item(after) - away_nm / flights.top_kt * 3600.0)
        best = min(best, max(latest, start))
    when = When(start, best, max(latest, start))
    if best_fit is None:
        return _nowhere(flights, lost, when, "lost_low", rivals)
    method: Method = "runway" if _on_runway(flights, lost, best_fit) else "lost_low"
    return _from_fit(flights, lost, best_fit, when, method, rivals, "landing")


def _found_low(flights: Flights, found: Edge, fits: Fits | None, before: int | None) -> Movement:
    """The mirror of `_lost_low`."""
    best_fit, nearest, rivals = _decided(flights, fits, "takeoff")
    t_s = flights.fixes.t_s
    end = float(t_s[found.row])
    best = end
    if nearest is not None:
        best -= seconds_to(flights, found, nearest.distance_nm)
    earliest = best - rules.OPEN_END_S
    if before is not None:
        away_nm = 0.0
        if nearest is not None:
            away_nm = flights.to_airport_nm(before, nearest.airport)
        earliest = max(earliest, t_s.item(before) + away_nm / flights.top_kt * 3600.0)
        best = max(best, min(earliest, end))
    when = When(min(earliest, end), best, end)
    if best_fit is None:
        return _nowhere(flights, found, when, "found_low", rivals)
    method: Method = "runway" if _on_runway(flights, found, best_fit) else "found_low"
    return _from_fit(flights, found, best_fit, when, method, rivals, "takeoff")


def _decided(
    flights: Flights, fits: Fits | None, move: Move
) -> tuple[Fit | None, Fit | None, tuple[Rival, ...]]:
    """The airport named, the one that fits best whether named or not, and the rivals."""
    if fits is None:
        return None, None, ()
    named, rivals = decide(flights.fields, fits, move)
    return named, fits[0], rivals


def _on_runway(flights: Flights, edge: Edge, fit: Fit) -> bool:
    """Followed to (from) the runway itself: in line with it, at its height, next to it."""
    if fit.end is None:
        return False
    bare = edge.leg.sigma_ft >= rules.PRESSURE_SIGMA_FT
    if abs(fit.height_ft) > rules.RUNWAY_FT * (2.0 if bare else 1.0):
        return False
    # Beside the runway, or before it: only low is it beside it.
    along_it = edge.leg.move == "takeoff" or abs(fit.height_ft) <= rules.RUNWAY_FT
    length_nm = flights.fields.end_length_nm.item(fit.end) if along_it else 0.0
    return fit.distance_nm <= rules.RUNWAY_NM + length_nm


def _from_fit(
    flights: Flights,
    edge: Edge,
    fit: Fit,
    when: When,
    method: Method,
    rivals: tuple[Rival, ...],
    move: Move,
) -> Movement:
    return movement(
        flights,
        move,
        when,
        row=edge.row,
        method=method,
        airport=fit.airport,
        end=fit.end,
        rivals=rivals,
        marks=_edge_marks(flights, edge),
        height_ft=None if math.isnan(fit.height_ft) else fit.height_ft,
        distance_nm=fit.distance_nm,
    )


def _nowhere(
    flights: Flights, edge: Edge, when: When, method: Method, rivals: tuple[Rival, ...]
) -> Movement:
    """No airport stands out: several fit, all named as rivals, or none does."""
    marks = _edge_marks(flights, edge)
    return movement(
        flights,
        edge.leg.move,
        when,
        row=edge.row,
        method=method,
        airport=None,
        rivals=rivals,
        marks=marks if rivals else (*marks, "off_airport"),
    )


def _edge_marks(flights: Flights, edge: Edge) -> tuple[Mark, ...]:
    marks = marks_of(int(flights.fixes.doubt[edge.row]))
    if edge.leg.sigma_ft >= rules.PRESSURE_SIGMA_FT:
        marks = (*marks, "baro_uncorrected")
    return marks


def _went_around(
    flights: Flights,
    findings: Findings,
    lost: Edge,
    found: Edge,
    lost_fits: Fits | None,
    found_fits: Fits | None,
) -> None:
    """Down and up again at one airport in too short a time for a stop: an approach broken off, as
    far as was seen."""
    arrived, _, _ = _decided(flights, lost_fits, "landing")
    left, _, _ = _decided(flights, found_fits, "takeoff")
    if arrived is None or left is None or arrived.airport != left.airport:
        return
    if not min(arrived.height_ft, left.height_ft) <= rules.PASS_FT:
        return
    fixes, fields = flights.fixes, flights.fields
    track, t_s = fixes.track, fixes.t_s
    row = lost.row
    findings.passes.append(
        Pass(
            icao24=track.icao24,
            source=track.source,
            form="go_around",
            airport=fields.idents[arrived.airport],
            t_best=moment_s(float(t_s[lost.row] + t_s[found.row]) / 2.0),
            lat=float(track.lat[row]),
            lon=float(track.lon[row]),
            height_ft=arrived.height_ft,
            distance_nm=arrived.distance_nm,
            runway=None if arrived.end is None else fields.airports.end_name[arrived.end],
            marks=_edge_marks(flights, lost),
            capture=fixes.capture_of(row),
            row_from=int(track.row[lost.row]),
            row_to=int(track.row[found.row]),
        )
    )


def dives(edge: Edge) -> bool:
    """Too steep for an approach, though not for a crash: below 8 degrees everything lands."""
    rate, speed = -edge.steepest_fpm, edge.leg.gs_kt
    if (
        edge.leg.move == "takeoff"
        or not rate >= rules.DIVE_LEAST_FPM
        or not speed >= rules.HOVERS_KT
    ):
        return False
    return rate * 60.0 / speed >= rules.DIVE_FT_NM


def seconds_to(flights: Flights, edge: Edge, way_nm: float) -> float:
    """From an edge to the ground by the usual speed, or the other way round."""
    speed = edge.leg.gs_kt * _APPROACH_SHARE
    if not speed >= 40.0:
        speed = max(60.0, 0.5 * flights.cruise_kt)
    return way_nm / speed * 3600.0
