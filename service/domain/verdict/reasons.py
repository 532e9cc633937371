"""Why the verdict is what it is: one reason for each rule, never stronger than the evidence."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.movements import GroundSpan, Movement
from schemas.verdicts import NoDataReason, Reason
from service.domain.verdict import phrases
from service.domain.verdict.case import Case
from service.domain.verdict.contradictions import Contradiction
from service.domain.verdict.coverage import BROKEN
from service.domain.verdict.phrases import MOVE_WORD, duration, publisher, utc
from service.domain.verdict.reachability import Window
from service.domain.verdict.reports import ReportedVisit, independent_groups, origins_of

_WHY: Mapping[NoDataReason, str] = {
    "aircraft_silent": "it was looked for, and nothing was received from it",
    "source_down": "the sources that were asked did not answer as they should",
    "not_asked": "no source has been asked about it for that time",
    "too_early": "the sources do not have that time yet",
    "beyond_reach_back": "no source we know reaches back to that time",
    "coverage_unknown": "what was received leaves time for a visit, and nothing shows whether "
    "anybody would have heard it at the airport",
}


def rule_only(case: Case) -> Reason:
    """Only an algorithm ties the registration to the address."""
    aircraft = case.held.aircraft
    assert aircraft is not None
    return Reason(
        code="rule_only",
        text=f"data is held for address {aircraft.icao24}, which only a numbering rule ties to "
        f"{aircraft.registration}; no registry or look-up confirms it",
    )


def no_identity(case: Case) -> Reason:
    """No address, or several aircraft it may be."""
    identity = case.held.evidence.identity
    addresses = sorted({candidate.icao24 for candidate in identity.candidates} - {""})
    names = sorted({candidate.registration for candidate in identity.candidates} - {""})
    if len(addresses) > 1:
        text = f"sources give it different addresses ({', '.join(addresses)})"
    elif len(names) > 1:
        text = f"address {', '.join(addresses)} is given to several aircraft ({', '.join(names)})"
    else:
        text = "no source and no numbering rule gives its address"
    several = len(identity.candidates) > 1
    note = f": {identity.note.rstrip('.')}" if identity.note else ""
    return Reason(code="several_addresses" if several else "no_address", text=f"{text}{note}")


def contradiction(found: Contradiction) -> Reason:
    """Two usable stretches that one aircraft cannot have flown both."""
    a, b = found.a.source, found.b.source
    who = f"two stretches of {a} place" if a == b else f"{a} and {b} place"
    return Reason(
        code="positions_conflict",
        text=f"{who} it {found.apart_nm:.0f} NM apart at {utc(found.t)}, farther than it can fly",
    )


def placed_against_reach(case: Case) -> Reason:
    """Something places it here, and its own track says that it cannot have come."""
    doubt = sorted({mark for item in case.placed_against_reach for mark in item.marks})
    marked = f" (marked {', '.join(doubt)})" if doubt else ""
    return Reason(
        code="placed_against_reach",
        text=f"some positions{marked} place it at {case.held.airport.ident}, while its track "
        "elsewhere leaves no time for that",
    )


def report_clash(ours: ReportedVisit, other: ReportedVisit) -> Reason:
    """Two independent reports that cannot both be true."""
    return Reason(
        code="reports_conflict",
        text=f"{publisher(ours.report)} has it at {ours.code} at {utc(ours.t)}, "
        f"{publisher(other.report)} at {other.code} at {utc(other.t)}",
    )


def seen_on_ground(case: Case) -> Reason:
    """The ground spans that satisfy the rule."""
    first = min(here.first for here in case.seen_spans)
    last = max(here.last for here in case.seen_spans)
    sources = ", ".join(sorted({here.span.source for here in case.seen_spans}))
    return Reason(
        code="on_ground",
        text=f"positions on the ground there from {utc(first)} to {utc(last)}, "
        f"received by {sources} and joined to its track",
    )


def no_time_for_a_visit(case: Case) -> Reason:
    """The refutation, with the silence that comes closest to a visit."""
    held = case.held
    bound = f"at most {held.v_max_kt:.0f} kt over the ground ({held.speed_class.name})"
    if not case.windows:
        return Reason(code="no_time", text=f"it was tracked throughout; bound: {bound}")
    tightest = max(case.windows, key=lambda w: w.t_leave - w.t_arrive)
    return Reason(code="no_time", text=f"{_no_time(tightest)}, {bound}")


def _no_time(tightest: Window) -> str:
    assert tightest.needed_s is not None
    ways = "both ways" if tightest.before and tightest.after else "one way"
    if tightest.too_long:
        return (
            f"no silence in its track is long enough; the tightest lasted "
            f"{duration(tightest.available_s)} where a visit takes "
            f"{duration(tightest.needed_s)} {ways}"
        )
    return (
        f"no silence in its track lets it be there within that date; in the tightest, of "
        f"{duration(tightest.available_s)}, it could be there no sooner than "
        f"{utc(tightest.t_arrive)} and no later than {utc(tightest.t_leave)}"
    )


def passed(case: Case) -> Reason:
    """It came near."""
    if case.passes:
        lowest = min(case.passes, key=lambda p: (p.height_ft is None, p.height_ft or 0.0, p.t_best))
        return Reason(code=lowest.form, text=phrases.flew_past(lowest))
    closest = case.near_approaches[0]
    height = "on the ground or at unknown height"
    if closest.alt_ft is not None:
        height = f"at {closest.alt_ft:,.0f} ft above sea level"
    return Reason(
        code="came_near",
        text=f"it came within {closest.distance_nm:.1f} NM of the airport at {utc(closest.t)}, "
        f"{height}",
    )


def other_field(case: Case) -> Reason:
    """Another airport fits better."""
    ident = case.held.airport.ident
    best = case.rivals_to_here[0]
    why = next(rival.why for rival in best.rivals if rival.airport == ident)
    if isinstance(best, GroundSpan):
        what = f"its positions on the ground from {utc(best.first.t)} to {utc(best.last.t)} fit"
    else:
        what = f"a {MOVE_WORD[best.move]} at {utc(best.t_best)} fits"
    return Reason(
        code="other_field_fits",
        text=f"{what} {best.airport or 'a place off any airport'} better ({ident}: {why})",
    )


def fits_movement(found: Movement) -> Reason:
    """A take-off or landing here that nobody saw to the ground."""
    return Reason(code=found.method, text=phrases.movement(found))


def thin_ground(case: Case) -> Reason:
    """On the ground here, too thinly or too doubtfully for "seen there"."""
    first = case.thin_spans[0]
    return Reason(code="thin_ground", text=f"{phrases.span(first)}: not enough to call it seen")


def bracketed(case: Case) -> Reason:
    """Seen here before and after, and nowhere else in between."""
    stay = case.brackets[0]
    return Reason(
        code="bracketed_stay",
        text=f"it was there at {utc(stay.arrived)} and again at {utc(stay.left)}, and was received "
        "nowhere else in between",
    )


def reported(case: Case) -> Reason:
    """Reports, and how many voices they really are."""
    reports = list(dict.fromkeys(visit.report for visit in case.believable_reports))
    groups = independent_groups(reports)
    count = f"{len(reports)} report" + ("s" if len(reports) > 1 else "")
    origins = "; ".join(", ".join(sorted(set().union(*map(origins_of, g)))) for g in groups)
    voices = "one origin" if len(groups) == 1 else f"{len(groups)} origins"
    first = phrases.report(case.believable_reports[0], believable=True)
    held = "" if case.held.has_anything_by_address else "; no positions are held"
    return Reason(code="reported", text=f"{count}, {voices} ({origins}); {first}{held}")


def covered(case: Case) -> Reason:
    """Others were heard there through every silence that it could have used."""
    sources = ", ".join(sorted({key for _, keys in case.covered_windows for key in keys}))
    return Reason(
        code="others_heard",
        text=f"{sources} heard other aircraft low or on the ground there through every silence "
        "that a visit would fit into, but not this one",
    )


def cannot_tell(why: NoDataReason, case: Case) -> Reason:
    """Why nothing can be said."""
    text = _WHY[why]
    window = next(iter(case.open_windows), None)
    if why == "source_down":
        asked = sorted({row.source for row in case.held.ledger if row.outcome in BROKEN})
        text = f"{text} ({', '.join(asked)})"
    if why == "coverage_unknown" and not case.heard_itself:
        text = "what was received from it at that time is too doubtful to place it"
    elif why == "coverage_unknown" and window is not None:
        text = (
            f"{phrases.gap(window, case.held.airport)}, and nothing shows whether anybody would "
            "have heard it there"
        )
    return Reason(code=why, text=text)
