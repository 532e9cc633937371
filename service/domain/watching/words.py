"""What happened, in one sentence for people, that says no more than the evidence does.

"Landed at" is said only of what was observed. What is inferred is "probably", and the sentence
tells what it is inferred from.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from schemas.movements import Emergency, Move, Movement, Squawk
from schemas.watching import Trigger
from service.domain.airports.table import Airports
from service.domain.watching.happenings import Happening
from service.domain.watching.known import HeardSpan, Known, Other
from service.domain.watching.phrases import (
    caveats,
    clean,
    days,
    either,
    moment,
    place,
    sentence,
    sources,
    spot,
    who,
)

_DID: Final[dict[Move, str]] = {"landing": "landed", "takeoff": "took off"}
_WIDE: Final = timedelta(minutes=10)
"""Wider than this, both bounds of a time are told."""
_MEANS: Final[dict[Squawk, str]] = {
    "7500": "hijacking",
    "7600": "no radio",
    "7700": "general emergency",
}


def moved(
    happening: Happening,
    known: Known,
    airports: Airports,
    fulfilled: Collection[Trigger] = (),
    home: str | None = None,
) -> str:
    """A take-off or landing, with what is special about it."""
    did = _DID[happening.move]
    if happening.grade == "inferred":
        did = f"probably {did}"
    if happening.disputed and any(each.grade == "observed" for each in happening.tellings):
        did = _DID[happening.move]
    best = happening.best
    callsign = f" (callsign {clean(best.callsign)})" if clean(best.callsign) else ""
    when = moment(happening.at, happening.airport, airports)
    special = []
    if "first_visit" in fulfilled:
        special.append("the first time that it is known here to have been there")
    if "away_from_home" in fulfilled and home is not None:
        special.append(f"not its home base {clean(home)}")
    return sentence(
        f"{who(known)}{callsign} {did} {_where(happening, airports)} at about {when}"
        f"{_bounds(happening)}: {_shown_by(happening, airports)}",
        *special,
        *_against(happening),
        *caveats(happening.marks),
        sources(happening.sources),
    )


def squawked(emergency: Emergency, known: Known, keys: Collection[str]) -> str:
    """An emergency code; `keys` = the sources that received it."""
    where = spot(emergency.lat, emergency.lon)
    return sentence(
        f"{who(known)} sent {emergency.squawk} ({_MEANS[emergency.squawk]}) from"
        f" {moment(emergency.t_first)} on{f', near {where}' if where else ''}",
        "a code can be set by mistake",
        sources(keys),
    )


def reappeared(span: HeardSpan, known: Known, silent_s: float, *, heard_before: bool) -> str:
    """A sign of life after a long silence; `span` = where it begins again; `heard_before` = the
    silence began with a sign, and not with the watch."""
    silence = (
        f"was heard again at {moment(span.t_first)} after {days(silent_s)} without a sign"
        if heard_before
        else f"was heard at {moment(span.t_first)}, for the first time in the {days(silent_s)}"
        " that it has been followed"
    )
    return sentence(
        f"{who(known)} {silence}",
        "nothing held here shows it meanwhile; it may not have been asked for all that time",
        sources([span.source]),
    )


def lost(span: HeardSpan, known: Known, minutes: int) -> str:
    """No sign any more of an aircraft in the air; `span` = where the last sign is."""
    height = f" at {span.alt_ft:,.0f} ft" if span.alt_ft is not None else ""
    where = spot(span.lat, span.lon)
    return sentence(
        f"{who(known)} was last heard in the air{height}{f', near {where}' if where else ''},"
        f" at {moment(span.t_last)}, and then not for {minutes} minutes or more, though asked for",
        "it may have landed below coverage, flown out of range or been switched off",
        sources([span.source]),
    )


def met(known: Known, other: Other, airports: Airports, early: Happening, late: Happening) -> str:
    """Two aircraft at one airport: `early` shows that one of them was there, `late` brings (or
    shows) the other."""
    first, second = who(known), who(other)
    if early.icao24 != known.icao24:
        first, second = second, first
    airport = late.airport or ""
    came, there = moment(late.at, airport, airports), moment(early.at, airport, airports)
    return sentence(
        f"{second} {_came(late)} {place(airport, airports)} at about {came}, and {first}, which"
        f" {_was(early)} there at about {there}, is not known to have left before: as far as is"
        " known both were there at the same time",
        *caveats({*early.marks, *late.marks}),
        sources(sorted({*early.sources, *late.sources})),
    )


def _came(late: Happening) -> str:
    if late.move == "takeoff":
        return f"{_probably(late)}took off from"
    return "landed at" if late.grade == "observed" else "probably landed near"


def _was(early: Happening) -> str:
    return f"{_probably(early)}{'landed' if early.move == 'landing' else 'took off from'}"


def _probably(happening: Happening) -> str:
    return "" if happening.grade == "observed" else "probably "


def _where(happening: Happening, airports: Airports) -> str:
    landing = happening.move == "landing"
    if happening.disputed:
        return f"{'at' if landing else 'from'} a place that sources disagree about,"
    if happening.airport is not None:
        near = "" if happening.grade == "observed" else "near "
        if landing:
            return f"{near or 'at '}{place(happening.airport, airports)}"
        return f"from {near}{place(happening.airport, airports)}"
    if happening.rivals:
        names = either([place(each, airports) for each in happening.rivals])
        return f"{'at' if landing else 'from'} one of several places, {names},"
    return f"off any airport known here, near {spot(happening.lat, happening.lon)},"


def _bounds(happening: Happening) -> str:
    if happening.t_latest - happening.t_earliest <= _WIDE:
        return ""
    earliest, latest = moment(happening.t_earliest), moment(happening.t_latest)
    if earliest[:10] == latest[:10] == moment(happening.at)[:10]:
        return f", between {earliest[11:16]} and {latest[11:]}"
    return f", between {earliest} and {latest}"


def _shown_by(happening: Happening, airports: Airports) -> str:
    """What it rests on."""
    best = happening.best
    if happening.disputed:
        return "none of the places is certain"
    if happening.grade == "observed":
        if best.move == "landing":
            return "seen in the air and then on the ground"
        return "seen on the ground and then in the air"
    fit = sorted({rival.airport for rival in best.rivals} - {happening.airport})
    if happening.airport is None or not fit:
        return _inferred_from(best)
    also = either([place(ident, airports) for ident in fit])
    return f"{_inferred_from(best)}; {also} would fit too"


def _inferred_from(best: Movement) -> str:
    landing = best.move == "landing"
    followed = best.height_ft is not None or best.distance_nm is not None
    if best.method == "ground":
        return "it was heard on the ground, but not well enough to be certain"
    if best.method == "inferred_stop" and followed:
        return "it was lost on a descent towards it and found again in a climb from it"
    if not followed and (best.method == "inferred_stop" or best.airport is not None):
        if landing:
            return "nobody saw it come down, but it was heard on the ground there afterwards"
        return "it was heard on the ground there before, but nobody saw it leave"
    height = "low in the air"
    if best.height_ft is not None:
        height = f"{max(best.height_ft, 0.0):,.0f} ft above the field"
    away = f", {best.distance_nm:.1f} NM away" if best.distance_nm is not None else ""
    if not landing:
        return f"it was first heard in a climb, {height}{away}"
    if best.height_ft is None:
        return f"it was lost {height}{away}"
    return f"it was followed down to {height}{away}, and then lost"


def _against(happening: Happening) -> list[str]:
    """Who places it elsewhere; where it is disputed, who places it where."""
    fits = {happening.airport, *(rival.airport for rival in happening.best.rivals)}
    said: dict[str, set[str]] = {}
    for telling in happening.tellings:
        off = telling.airport is None and "off_airport" in telling.marks
        if telling.airport is not None and (happening.disputed or telling.airport not in fits):
            said.setdefault(clean(telling.airport), set()).add(clean(telling.source))
        elif off and not happening.off_airport:
            said.setdefault("off any airport", set()).add(clean(telling.source))
    return [f"by {', '.join(sorted(said[where]))} it was {where}" for where in sorted(said)]
