"""Whom we follow, ready to be asked for: addresses of aircraft, circles round airports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from adapters._contract import Adapter, Area, Wanted
from schemas.records import IdentityStatement
from service.desk import Desk
from service.domain.identity.resolve import lookup, parse_icao24, resolve
from service.errors import BadInput, UnknownAircraft
from service.storage.database import Connection, reading
from service.storage.identity import statements_about
from service.storage.watches import Watch, watches

RADIUS_NM = 30.0
"""Of the circle round a watched airport, unless the watch says otherwise: approaches are inside,
and a circle of that size is one short reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedAircraft:
    """One aircraft that is followed."""

    subject: str
    icao24: tuple[str, ...]
    """Every address that it may have today; none when nobody knows one."""
    by_rule: bool
    """No source says so, only a numbering rule does."""
    registrations: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedAirport:
    """One airport whose traffic is followed."""

    ident: str
    area: Area
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """All that is followed at a moment."""

    aircraft: tuple[WatchedAircraft, ...] = ()
    airports: tuple[WatchedAirport, ...] = ()

    @property
    def addresses(self) -> frozenset[str]:
        """Of every aircraft."""
        return frozenset(icao24 for each in self.aircraft for icao24 in each.icao24)

    @property
    def unaddressed(self) -> frozenset[str]:
        """Registrations of those whose address nobody knows."""
        return frozenset(
            name for each in self.aircraft if not each.icao24 for name in each.registrations
        )

    def __bool__(self) -> bool:
        return bool(self.aircraft or self.airports)


def watched_now(desk: Desk) -> Watched:
    """What is followed now. A watch on what is neither an aircraft nor an airport (any more, as
    tables change) is passed over; it stays on the list."""
    today = desk.clock().astimezone(UTC).date()
    with reading(desk.engine) as conn:
        current = watches(conn)
        aircraft = [_aircraft(conn, watch, today) for watch in current if watch.kind == "aircraft"]
    airports = [_airport(desk, watch) for watch in current if watch.kind == "airport"]
    return Watched(
        aircraft=tuple(each for each in aircraft if each is not None),
        airports=tuple(each for each in airports if each is not None),
    )


def subject_of(typed: str) -> str:
    """The aircraft that was typed, as a watch names it: an address (six hex digits are one, also
    where they could be a serial) or a registration.

    Raises:
        UnknownAircraft: it is neither, or can be read as two registrations.
    """
    names = lookup(typed)
    icao24 = parse_icao24(typed)
    if icao24 is not None:
        return icao24
    if len(names.registrations) > 1:
        raise UnknownAircraft(
            f"{typed.strip()} can be read as {' or '.join(names.registrations)}: type the one you"
            " mean in Latin letters."
        )
    return names.registrations[0]


def asks_for(adapter: Adapter, wanted: Wanted, secrets: Mapping[str, str]) -> bool:
    """Whether the source can be asked for this at all. Nothing is sent."""
    asking = adapter.fetch(wanted, secrets)
    try:
        next(asking)
    except StopIteration:
        return False
    asking.close()
    return True


def asks_for_everything(desk: Desk, key: str) -> bool:
    """Whether this live source gives everybody's positions unasked."""
    adapter = desk.adapters[key]
    return adapter.source.kind == "live" and asks_for(adapter, Wanted(), desk.secrets.get(key, {}))


def _aircraft(conn: Connection, watch: Watch, today: date) -> WatchedAircraft | None:
    typed = f"icao:{watch.subject}" if parse_icao24(watch.subject) else watch.subject
    try:
        names = lookup(typed)
        known: dict[IdentityStatement, None] = {}
        for registration in names.registrations:
            known |= dict.fromkeys(statements_about(conn, registration=registration))
        for icao24 in {*names.icao24s, *(statement.icao24 for statement in known)}:
            known |= dict.fromkeys(statements_about(conn, icao24=icao24))
        identity = resolve(typed, today, tuple(known))
    except BadInput:
        return None
    addresses = {candidate.icao24 for candidate in identity.candidates if candidate.icao24}
    named = {identity.registration, *(c.registration for c in identity.candidates)} - {""}
    return WatchedAircraft(
        subject=watch.subject,
        icao24=tuple(sorted(addresses)),
        registrations=tuple(sorted(named)),
        by_rule=all(candidate.by_rule for candidate in identity.candidates),
        since=watch.added_at,
    )


def _airport(desk: Desk, watch: Watch) -> WatchedAirport | None:
    airport = desk.airports.get(watch.subject)
    if airport is None:
        return None
    radius_nm = watch.radius_nm or RADIUS_NM
    return WatchedAirport(
        ident=airport.ident,
        area=Area(lat=airport.lat, lon=airport.lon, radius_nm=radius_nm),
        since=watch.added_at,
    )
