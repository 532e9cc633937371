"""What a watch is to be told of an aircraft: everything that happened, weighed by what is asked.

One happening is one occasion, under its most telling trigger (`moves.RULES`). `occasions` is what
is told; `weigh` gives what is not asked for as well, with why: what was told and is now known to
have been otherwise is withdrawn with that reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from schemas.watching import Occasion, Trigger, Watch, WatchKind, Wishes
from service.domain.airports.table import Airports
from service.domain.geo import distance_nm
from service.domain.watching.emergencies import emergency_occasions
from service.domain.watching.known import Known, Unasked, Weighed
from service.domain.watching.meetings import meetings
from service.domain.watching.moves import move_occasions
from service.domain.watching.phrases import moment
from service.domain.watching.signs import losses, reappearances

__all__ = ["CIRCLE_NM", "Known", "asks_otherwise", "in_remit", "is_looked_at", "occasions", "weigh"]

_COUNTRY: Final = "iso:"
CIRCLE_NM: Final = 30.0
"""Round a watched airport, unless its watch says otherwise: approaches are inside, and a circle of
that size is one short reply of a live source."""
_ANYWHERE: Final[frozenset[Trigger]] = frozenset({"reappeared", "signal_lost", "emergency"})
"""Told wherever they happen: `Wishes.at` is about where an aircraft lands and takes off."""
_ABOUT_PLACES: Final[frozenset[WatchKind]] = frozenset({"airport", "area"})
_NOT_OF_PLACES: Final[frozenset[Trigger]] = frozenset(
    {"away_from_home", "reappeared", "signal_lost", "meeting"}
)
"""Of one aircraft: whoever watches a place is not told."""


def occasions(watch: Watch, known: Known, airports: Airports) -> tuple[Occasion, ...]:
    """What the watch is to be told of the aircraft, in time order. A pure function of what is
    known: in whatever order, from however many sources it came."""
    return weigh(watch, known, airports).asked


def is_looked_at(watch: Watch, trigger: Trigger) -> bool:
    """Whether `weigh` works out at all what is told under this trigger: take-offs and landings
    always, everything else where the watch asks for it. What was told under others stands."""
    if trigger in ("emergency", "meeting", "reappeared", "signal_lost", "verdict_changed"):
        return trigger in _effective(watch).triggers
    return True


def weigh(watch: Watch, known: Known, airports: Airports) -> Weighed:
    """Everything that happened, told apart by whether the watch asks for it."""
    wishes = _effective(watch)
    happened = list(move_occasions(known, wishes, airports))
    unasked: list[Unasked] = []
    if "emergency" in wishes.triggers:
        happened += emergency_occasions(known)
    if "meeting" in wishes.triggers:
        happened += meetings(known, airports)
    if "reappeared" in wishes.triggers:
        happened += reappearances(watch, known)
    if "signal_lost" in wishes.triggers:
        lost, found_again = losses(watch, known)
        unasked += found_again
        for each in lost:
            landing = _landing_after(each, happened, watch, airports)
            if landing is None:
                happened.append(each)
            else:
                down = "landed" if landing.grade == "observed" else "probably landed"
                why = f"It {down} at about {moment(landing.at)}."
                unasked.append(Unasked(occasion=each, why=why))
    asked = []
    for occasion in happened:
        why = _objection(watch, occasion, airports)
        if why:
            unasked.append(Unasked(occasion=occasion, why=why))
        else:
            asked.append(occasion)
    return Weighed(
        asked=tuple(sorted(asked, key=_order)),
        unasked=tuple(sorted(unasked, key=lambda each: (_order(each.occasion), each.why))),
    )


def in_remit(watch: Watch, occasion: Occasion, airports: Airports) -> bool:
    """Whether the watch, as it is now, asks for such an occasion."""
    return not _objection(watch, occasion, airports)


def asks_otherwise(old: Wishes, new: Wishes) -> bool:
    """Whether the new wishes ask for other occasions, not only to be told in another way."""
    as_before = replace(new, quiet=old.quiet, digest=old.digest, to=old.to, since=old.since)
    return as_before != old


def _effective(watch: Watch) -> Wishes:
    """The wishes without what is not told of a place."""
    wishes = watch.wishes
    if watch.kind in _ABOUT_PLACES:
        return replace(wishes, triggers=wishes.triggers - _NOT_OF_PLACES)
    return wishes


def _objection(watch: Watch, occasion: Occasion, airports: Airports) -> str:
    """Why the watch does not ask for it, as a sentence; empty when it does."""
    wishes = _effective(watch)
    if occasion.trigger not in wishes.triggers:
        return "This watch does not ask for that."
    if occasion.is_graded and wishes.min_grade == "observed" != occasion.grade:
        return "This watch asks for nothing that is only inferred."
    if not watch.covers(occasion.at):
        return "That is not in the time of this watch."
    if not _is_here(watch, occasion, airports):
        return "This watch does not ask for that place."
    if occasion.trigger not in _ANYWHERE and wishes.at:
        places = [place for place in (occasion.airport, *occasion.rivals) if place is not None]
        if occasion.airport is not None:
            places = places[:1]
        if not any(_is_among(place, wishes.at, airports) for place in places):
            return "This watch does not ask for that place."
    return ""


def _is_among(ident: str, wanted: tuple[str, ...], airports: Airports) -> bool:
    index = airports.index_of(ident)
    country = _COUNTRY + airports.airports[index].country if index is not None else None
    return ident in wanted or country in wanted


def _is_here(watch: Watch, occasion: Occasion, airports: Airports) -> bool:
    """Whether it happened at the place that is watched; anywhere for all other watches."""
    if watch.kind == "airport":
        if occasion.move is not None:
            where = occasion.airport
            return where == watch.subject or (where is None and watch.subject in occasion.rivals)
        index = airports.index_of(watch.subject)
        if index is None:
            return False
        centre = airports.airports[index]
        radius_nm = watch.radius_nm or CIRCLE_NM
        return _within(occasion, airports, (centre.lat, centre.lon, radius_nm))
    if watch.kind == "area":
        lat, lon, radius_nm = (float(part) for part in watch.subject.split(","))
        return _within(occasion, airports, (lat, lon, radius_nm))
    return True


def _within(occasion: Occasion, airports: Airports, circle: tuple[float, float, float]) -> bool:
    index = airports.index_of(occasion.airport) if occasion.airport is not None else None
    lat, lon = occasion.lat, occasion.lon
    if index is not None:
        lat, lon = airports.airports[index].lat, airports.airports[index].lon
    if lat is None or lon is None:
        return False
    return bool(distance_nm(lat, lon, *circle[:2]) <= circle[2])


def _landing_after(
    lost: Occasion, happened: Sequence[Occasion], watch: Watch, airports: Airports
) -> Occasion | None:
    """The landing that explains a lost signal and is told anyway."""
    for occasion in happened:
        explains = occasion.move == "landing" and occasion.t_latest >= lost.at
        if explains and in_remit(watch, occasion, airports):
            return occasion
    return None


def _order(occasion: Occasion) -> tuple[object, ...]:
    return occasion.at, occasion.trigger, occasion.airport or "", repr(occasion)
