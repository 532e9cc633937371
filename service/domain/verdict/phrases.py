"""One thing in words: a fix, a silence, a span, a movement, a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from schemas.movements import FixPoint, GroundSpan, Mark, Move, Movement, Pass, PassForm, Segment
from schemas.places import Airport
from schemas.records import AREA, EVERYTHING, LedgerRow, Report
from service.domain.verdict.dossier import Dossier
from service.domain.verdict.reachability import Window
from service.domain.verdict.reports import ReportedVisit

_json = msgspec.json.Encoder().encode
MOVE_WORD: Mapping[Move, str] = {"landing": "landing", "takeoff": "take-off"}
PASS_WORD: Mapping[PassForm, str] = {
    "go_around": "broke off a landing and went around",
    "touch_and_go": "touched the runway and went on",
    "low_pass": "passed low",
    "overflight": "flew over",
}


def utc(t: datetime) -> str:
    """A moment as people read it, UTC, to the second. An answer names some twenty of them, and
    ``"2020-08-18T13:00:00Z"`` is written in a quarter of the time of `isoformat`."""
    quoted = _json(t)
    return f"{quoted[1:11].decode()} {quoted[12:20].decode()}Z"


def duration(seconds: float) -> str:
    """A duration as people say it."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    if seconds < 7_200:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


def name_of(held: Dossier) -> str:
    """The aircraft as the answer names it."""
    identity, aircraft = held.evidence.identity, held.aircraft
    registration = identity.registration or (aircraft.registration if aircraft else "")
    address = aircraft.icao24 if aircraft else ""
    if registration and address:
        return f"{registration} (address {address})"
    return registration or (f"the aircraft with address {address}" if address else identity.typed)


def place(airport: Airport) -> str:
    """The airport as the answer names it."""
    return f"{airport.name} ({airport.ident})"


def gap(window: Window, airport: Airport) -> str:
    """A silence and what a visit in it would take."""
    if window.needed_s is None:
        return "nothing was received from it around that time"
    if window.possible:
        fits = "time enough for a visit"
    elif window.too_long:
        fits = "not time enough for a visit"
    else:
        fits = "not time enough for one within that date"
    return (
        f"{_silent(window)} ({duration(window.available_s)}; a visit to {airport.ident} takes at "
        f"least {duration(window.needed_s)}: {fits})"
    )


def _silent(window: Window) -> str:
    if window.before is None:
        assert window.after is not None
        return f"not heard before {_fix(window.after)}"
    if window.after is None:
        return f"not heard again after {_fix(window.before)}"
    return f"silent from {_fix(window.before)} to {_fix(window.after)}"


def _fix(fix: FixPoint) -> str:
    height = "on the ground" if fix.on_ground else "height unknown"
    if fix.alt_ft is not None:
        height = f"{fix.alt_ft:,.0f} ft"
    return f"{utc(fix.t)} ({fix.lat:.2f}, {fix.lon:.2f}, {height})"


def span(found: GroundSpan) -> str:
    """A ground span."""
    how = "surface positions" if found.basis == "surface" else "slow and at field height"
    return (
        f"positions on the ground at {found.airport or 'no airport'} from {utc(found.first.t)} to "
        f"{utc(found.last.t)}, {found.fixes} of them ({how}){_marked(found.marks)}"
    )


def movement(found: Movement) -> str:
    """A take-off or landing, with how close it came to being seen."""
    where = found.airport or ("one of several fields" if found.rivals else "no known field")
    if found.airport is None and found.method == "ground":
        where = "a place off any airport"
    if found.runway:
        where += f" runway {found.runway}"
    height = f"{found.height_ft:,.0f} ft above the field" if found.height_ft is not None else "low"
    time = utc(found.t_best)
    if found.method == "ground":
        order = "air, then ground" if found.move == "landing" else "ground, then air"
        text = f"{MOVE_WORD[found.move]} at {where} at {time} ({order})"
    elif found.method == "runway":
        text = f"followed along {where} to {height} at {time}"
    elif found.method == "lost_low":
        text = f"lost on descent towards {where} at {time}, {height}"
    elif found.method == "found_low":
        text = f"first heard climbing out of {where} at {time}, {height}"
    else:
        unseen = "landed" if found.move == "landing" else "took off"
        text = (
            f"lost on descent towards {where} and found again climbing out of it: {unseen} unseen "
            f"between {utc(found.t_earliest)} and {utc(found.t_latest)}"
        )
    rivals = ", ".join(rival.airport for rival in found.rivals)
    too = " too" if found.airport is not None else ""
    also = f"; {rivals} would fit{too}" if rivals else ""
    return f"{text}{also}{_marked(found.marks)}"


def flew_past(found: Pass) -> str:
    """A pass."""
    height = f" {found.height_ft:,.0f} ft above the field" if found.height_ft is not None else ""
    where = f"{found.airport} at {utc(found.t_best)}"
    away = f"{height} {found.distance_nm:.1f} NM away"
    return f"{PASS_WORD[found.form]} at {where},{away}{_marked(found.marks)}"


def report(visit: ReportedVisit, *, believable: bool) -> str:
    """One end of a reported flight; `believable` = the aircraft's own track leaves room for it."""
    rests = ", ".join(dict.fromkeys(visit.report.rests_on))
    cites = f", citing {rests}" if rests else ""
    verb = "arriving at" if visit.role == "arrived" else "leaving"
    against = "" if believable else " (its own track leaves no room for that)"
    return f"{publisher(visit.report)}{cites} has it {verb} {visit.code} at {utc(visit.t)}{against}"


def tracked(segment: Segment) -> str:
    """A segment."""
    return (
        f"tracked from {utc(segment.first.t)} ({segment.first.lat:.2f}, {segment.first.lon:.2f}) "
        f"to {utc(segment.last.t)} ({segment.last.lat:.2f}, {segment.last.lon:.2f}), "
        f"{segment.fixes} positions{_marked(segment.marks)}"
    )


def asked(row: LedgerRow) -> str:
    """What a source was asked, and what came of it."""
    about = "everything" if row.target == EVERYTHING else row.target
    if about.startswith(AREA):
        about = "everybody around the airport"
    note = f" ({row.note})" if row.note else ""
    return (
        f"asked at {utc(row.asked_at)} about {about} from {utc(row.t_from)} to {utc(row.t_to)}: "
        f"{row.outcome.replace('_', ' ')}{note}"
    )


def publisher(told: Report) -> str:
    """Who says so."""
    return told.publisher or told.url or told.source


def _marked(marks: Sequence[Mark]) -> str:
    return f", marked {', '.join(marks)}" if marks else ""
