"""Whom it concerns: the watches that an aircraft's doings may have to be told to.

Rather a watch too many than one too few: what it is told is worked out afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from schemas.watching import Watch
from service.desk import Desk
from service.domain.geo import distance_nm
from service.domain.identity.statements import speaks_for, usable
from service.domain.watching.known import LEAD
from service.ingest.telling.roster import LOOKING_BACK, Followed, folded
from service.storage.alerts import watches_told
from service.storage.database import Connection
from service.storage.identity import statements_of_many
from service.storage.sightings import Place, aircraft_at, places_of

_BY_PLACE: Final = frozenset({"airport", "area"})


@dataclass(frozen=True, slots=True)
class News:
    """What is new of one aircraft."""

    icao24: str
    since: datetime
    """Nothing that happened before is touched by it."""
    until: datetime
    """It is about nothing that happened from here on."""
    places: frozenset[Place]
    """Where it is now known to have taken off or landed."""
    squawked: bool
    """It set an emergency code, wherever that was."""


Concerned = Mapping[str, Sequence[Watch]]
"""Watches in the order of their ids, by aircraft."""


def concerned(
    conn: Connection, desk: Desk, followed: Followed, news: Sequence[News], on: date
) -> Concerned:
    """The watches that the news concern. `on` = the day for which types and operators count."""
    since = followed.since
    if since is None:
        return {}
    news = [one for one in news if followed.looks_back or one.until > since]
    found: dict[str, dict[int, Watch]] = {}
    described = _described(conn, followed, [one.icao24 for one in news], on)
    for one in news:
        watches = [
            *followed.by_address.get(one.icao24, ()),
            *described.get(one.icao24, ()),
            *_at(desk, followed, one.places),
            *(_of_places(followed) if one.squawked else ()),
            *_told(conn, desk, followed, one.icao24),
        ]
        found.setdefault(one.icao24, {}).update(
            (watch.id, watch)
            for watch in watches
            if one.until > watch.added_at or watch.wishes.triggers & LOOKING_BACK
        )
        for icao24, watch in _met(conn, followed, one):
            found.setdefault(icao24, {})[watch.id] = watch
    return {
        icao24: [each[number] for number in sorted(each)] for icao24, each in found.items() if each
    }


def described_by(
    conn: Connection, followed: Followed, icao24s: Sequence[str], on: date
) -> frozenset[str]:
    """Those of the aircraft that a watch on a type or an operator means."""
    return frozenset(_described(conn, followed, icao24s, on))


def _described(
    conn: Connection, followed: Followed, icao24s: Sequence[str], on: date
) -> Mapping[str, list[Watch]]:
    """Watches on types and operators, by aircraft."""
    found: dict[str, list[Watch]] = {}
    if not (followed.by_type or followed.by_operator):
        return found
    for said in usable(statements_of_many(conn, icao24s=icao24s)):
        if speaks_for(said, on):
            watches = (
                *followed.by_type.get(folded(said.type_code), ()),
                *followed.by_operator.get(folded(said.operator), ()),
            )
            if watches:
                found.setdefault(said.icao24, []).extend(watches)
    return found


def _at(desk: Desk, followed: Followed, places: Iterable[Place]) -> Iterable[Watch]:
    """Watches on those airports, and on areas that hold the place or the airport."""
    for place in places:
        spots = [(place.lat, place.lon)]
        for ident in place.airports:
            yield from followed.by_airport.get(ident, ())
            if followed.areas and (airport := desk.airports.get(ident)) is not None:
                spots.append((airport.lat, airport.lon))
        for area, watch in followed.areas:
            if any(
                float(distance_nm(area.lat, area.lon, *spot)) <= area.radius_nm for spot in spots
            ):
                yield watch


def _of_places(followed: Followed) -> Iterable[Watch]:
    """All watches on airports and areas."""
    yield from (watch for each in followed.by_airport.values() for watch in each)
    yield from (watch for _, watch in followed.areas)


def _told(conn: Connection, desk: Desk, followed: Followed, icao24: str) -> Iterable[Watch]:
    """Watches on places where it is known no more to have been."""
    if not (followed.by_airport or followed.areas):
        return
    for number in watches_told(conn, desk.sealer, icao24):
        watch = followed.watches.get(number)
        if watch is not None and watch.kind in _BY_PLACE:
            yield watch


def _met(conn: Connection, followed: Followed, news: News) -> Iterable[tuple[str, Watch]]:
    """Watches on other aircraft of those who follow this one: they may have met, or not."""
    owners = {watch.owner for watch in followed.by_address.get(news.icao24, ())}
    if not owners & followed.meeting_owners:
        return
    places = places_of(conn, news.icao24, news.since)
    airports = {ident for place in places for ident in place.airports}
    for icao24 in sorted(aircraft_at(conn, airports, news.since - LEAD)):
        if icao24 != news.icao24:
            for watch in followed.by_address.get(icao24, ()):
                if watch.owner in owners and "meeting" in watch.wishes.triggers:
                    yield icao24, watch
