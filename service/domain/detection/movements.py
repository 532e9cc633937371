"""Take-offs and landings next to contacts: the change between air and ground, seen or not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from schemas.movements import Mark, Method, Move, Movement, MovementGrade, Pass, Rival
from service.domain.detection import rules
from service.domain.detection.contacts import Contact
from service.domain.detection.fixes import Doubt, Fixes, marks_of, moment, moment_s
from service.domain.detection.flights import Flights
from service.domain.detection.rolls import in_frame, runway_end
from service.domain.track import callsign_at

_CALLSIGN_LAG_US = 600_000_000
"""A callsign lags a turn-round by some minutes."""
_CONTESTED, _TWO = int(Doubt.CONTESTED), int(Doubt.TWO)
_TOUCH_S = 120.0
_ROLL_LOOK_S = 45.0


@dataclass(frozen=True, slots=True)
class When:
    """Seconds since 1970 UTC."""

    earliest: float
    best: float
    latest: float


def movement(
    flights: Flights,
    move: Move,
    when: When,
    *,
    row: int,
    method: Method,
    grade: MovementGrade = "inferred",
    airport: int | None,
    end: int | None = None,
    rivals: tuple[Rival, ...] = (),
    marks: tuple[Mark, ...] = (),
    height_ft: float | None = None,
    distance_nm: float | None = None,
    rows: tuple[int, int] | None = None,
) -> Movement:
    """A movement placed by a row, with what every movement carries."""
    fixes, fields = flights.fixes, flights.fields
    track = fixes.track
    best_us = round(when.best * 1e6)
    lag = 0 if move == "landing" else _CALLSIGN_LAG_US
    first, last = rows if rows is not None else (row, row)
    return Movement(
        icao24=track.icao24,
        source=track.source,
        move=move,
        airport=fields.ident(airport),
        runway=None if end is None else fields.airports.end_name[end],
        t_earliest=moment_s(min(when.earliest, when.best)),
        t_best=moment_s(when.best),
        t_latest=moment_s(max(when.latest, when.best)),
        method=method,
        grade=grade,
        lat=float(track.lat[row]),
        lon=float(track.lon[row]),
        height_ft=height_ft,
        distance_nm=distance_nm,
        callsign=callsign_at(track, best_us + lag),
        rivals=rivals,
        marks=marks,
        capture=fixes.capture_of(row),
        row_from=min(int(track.row[first]), int(track.row[last])),
        row_to=max(int(track.row[first]), int(track.row[last])),
    )


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact with its neighbours in the air: row numbers, None where there is none before
    (after) the next contact."""

    contact: Contact
    before: int | None
    after: int | None


def touches_of(flights: Flights) -> list[Touch]:
    """Each contact with the last row in the air before it and the first after it."""
    contacts = flights.contacts
    starts = np.array([c.start for c in contacts], np.int64)
    stops = np.array([c.stop for c in contacts], np.int64)
    air = flights.air
    before = np.searchsorted(air, starts).tolist()
    after = np.searchsorted(air, stops - 1, side="right").tolist()
    found = []
    for number, contact in enumerate(contacts):
        last = air.item(before[number] - 1) if before[number] else None
        first = air.item(after[number]) if after[number] < len(air) else None
        if last is not None and number and last < contacts[number - 1].stop:
            last = None
        if first is not None and number + 1 < len(contacts) and first >= starts[number + 1]:
            first = None
        found.append(Touch(contact, last, first))
    return found


def is_touch_and_go(flights: Flights, touch: Touch) -> bool:
    """On the ground only in passing: never slow, in the air right before and right after."""
    if touch.contact.stopped or touch.before is None or touch.after is None:
        return False
    t_s = flights.fixes.t_s
    return bool(t_s[touch.after] - t_s[touch.before] <= _TOUCH_S)


def touch_and_go(flights: Flights, touch: Touch) -> Pass | None:
    """The pass that a touch-and-go is; None where no airport fits."""
    contact = touch.contact
    if contact.place.airport is None:
        return None
    fixes, fields = flights.fixes, flights.fields
    end = _runway(flights, touch, "landing")
    track = fixes.track
    return Pass(
        icao24=track.icao24,
        source=track.source,
        form="touch_and_go",
        airport=fields.idents[contact.place.airport],
        t_best=moment(int(track.t_us[contact.first])),
        lat=float(track.lat[contact.first]),
        lon=float(track.lon[contact.first]),
        height_ft=0.0,
        distance_nm=flights.to_airport_nm(contact.first, contact.place.airport),
        runway=None if end is None else fields.airports.end_name[end],
        marks=marks_of(int(fixes.doubt[contact.first])),
        capture=fixes.capture_of(contact.first),
        row_from=int(track.row[contact.first]),
        row_to=int(track.row[contact.last]),
    )


def seen_change(flights: Flights, touch: Touch, move: Move) -> Movement | None:
    """The take-off or landing between a contact and its airborne neighbour, when no silence over
    `GAP_S` lies between; else None."""
    contact, fixes = touch.contact, flights.fixes
    air = touch.before if move == "landing" else touch.after
    ground = contact.first if move == "landing" else contact.last
    if air is None or abs(fixes.t_s.item(ground) - fixes.t_s.item(air)) > rules.GAP_S:
        return None
    if _stands_still(fixes, air, move):
        return None
    bits = fixes.doubt.item(air) | fixes.doubt.item(ground)
    if bits & _CONTESTED and not bits & _TWO:
        return None
    t_s = fixes.t_s
    edge = contact.start if move == "landing" else contact.stop - 1
    inner = edge if _plausible(flights, contact, edge, ground) else ground
    best = (t_s.item(air) + t_s.item(inner)) / 2.0
    earliest, latest = sorted((t_s.item(air), t_s.item(ground)))
    index = contact.place.airport
    end = _runway(flights, touch, move)
    height, distance = _above(flights, air, index, end)
    marks = list(marks_of(bits))
    if index is None:
        marks.append("off_airport")
    elif contact.level == "off":
        marks.append("ground_flag_doubted")
    if height is not None and fixes.sigma_ft.item(air) >= rules.PRESSURE_SIGMA_FT:
        marks.append("baro_uncorrected")
    return movement(
        flights,
        move,
        When(earliest, min(max(best, earliest), latest), latest),
        row=ground,
        method="ground",
        grade="observed" if _is_observed(flights, touch, move) else "inferred",
        airport=index,
        end=end,
        rivals=contact.place.rivals,
        marks=tuple(dict.fromkeys(marks)),
        height_ft=height,
        distance_nm=distance,
        rows=(air, ground),
    )


def _stands_still(fixes: Fixes, air: int, move: Move) -> bool:
    """Whether a row that claims to fly, faster than it would roll, goes nowhere near so far in the
    seconds on its side: what it says of its speed is old, and it neither came nor left with it."""
    said_kt = fixes.track.gs_kt.item(air)
    if not said_kt > rules.ROLL_KT:
        return False
    t_s = fixes.t_s
    now_s = t_s.item(air)
    if move == "landing":
        first, last = int(np.searchsorted(t_s, now_s - rules.STUCK_S)), air
    else:
        first, last = air, int(np.searchsorted(t_s, now_s + rules.STUCK_S, side="right")) - 1
    lasted_s = t_s.item(last) - t_s.item(first)
    if last - first < rules.STUCK_FIXES or lasted_s < rules.STUCK_LOOK_S:
        return False
    flown_nm = float(fixes.step_nm[first:last].sum())
    return flown_nm < rules.STUCK_SHARE * said_kt * lasted_s / 3600.0


def _plausible(flights: Flights, contact: Contact, row: int, ground: int) -> bool:
    """Whether the contact's outermost flag may be right: on the strip, or at field elevation, or
    runways unknown. `ground`: the outermost one that is believed."""
    index = contact.place.airport
    if row in (contact.first, contact.last):
        return True
    if flights.fixes.gs_kt.item(ground) > rules.ROLL_KT:
        return False  # it rolls on the strip: flags beyond it are flown
    if contact.level == "level":
        return not contact.hovers
    return index is None or not flights.fields.has_runways(index)


def _is_observed(flights: Flights, touch: Touch, move: Move) -> bool:
    """DESIGN §6: sound fixes on the ground, three over a minute or an air-to-ground change within
    30 s, tied to a continuous track, at one airport and no other."""
    contact, fixes = touch.contact, flights.fixes
    if not (contact.proven and contact.clear and len(contact.sound)):
        return False
    air = touch.before if move == "landing" else touch.after
    assert air is not None
    sound = contact.sound
    t_s = fixes.t_s
    near = sound[0] if move == "landing" else sound[-1]
    step_s = abs(float(t_s[near] - t_s[air]))
    changed = step_s <= rules.STEP_SOUND_S and int(fixes.doubt[air]) == 0
    many = (
        len(sound) >= rules.SEEN_FIXES
        and float(t_s[sound[-1]] - t_s[sound[0]]) >= rules.SEEN_S
        and step_s <= rules.NODE_GAP_S
        and _is_sound_run(flights, air, move)
    )
    return changed or many


def _is_sound_run(flights: Flights, air: int, move: Move) -> bool:
    """Whether the track next to the ground is believed: no fix of it is contested, and most are
    without any doubt."""
    k = int(np.searchsorted(flights.air, air))
    rows = flights.air[max(0, k - 7) : k + 1] if move == "landing" else flights.air[k : k + 8]
    return 2 * int((flights.fixes.doubt[rows] == 0).sum()) >= len(rows)


def _above(
    flights: Flights, row: int, index: int | None, end: int | None
) -> tuple[float | None, float | None]:
    """Height above the field, and distance to the threshold or reference point."""
    fixes, fields = flights.fixes, flights.fields
    if index is None:
        return None, None
    if end is None:
        distance, elevation = flights.to_airport_nm(row, index), fields.elevation(index)
    else:
        distance = math.hypot(*in_frame(fixes, fields, end, row))
        elevation = fields.end_elevation_ft.item(end)
    height = fixes.msl_ft.item(row) - elevation
    return None if math.isnan(height) else height, distance


def _runway(flights: Flights, touch: Touch, move: Move) -> int | None:
    """The runway of a change: the one whose line the fast rows around it keep to, on the ground
    and low in the air."""
    contact, fixes = touch.contact, flights.fixes
    if contact.place.airport is None or not flights.fields.has_runways(contact.place.airport):
        return None
    t_s, gs = fixes.t_s, fixes.gs_kt
    landing = move == "landing"
    at = contact.first if landing else contact.last
    lo, hi = np.searchsorted(t_s, (t_s[at] - _ROLL_LOOK_S, t_s[at] + _ROLL_LOOK_S)).tolist()
    # On the far side of the contact lies another movement's roll.
    lo, hi = (lo, min(hi, contact.stop)) if landing else (max(lo, contact.start), hi)
    flying = flights.grounds.flying
    rows = [
        row
        for row in range(lo, hi)
        if gs.item(row) > rules.TAXI_KT
        and (flying.item(row) or contact.start <= row < contact.stop)
    ]
    return runway_end(fixes, flights.fields, contact.place.airport, rows)
