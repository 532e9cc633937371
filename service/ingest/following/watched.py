"""Whom we follow, ready to be asked for: addresses of aircraft, circles round places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters._contract import Adapter, Area, Wanted
from schemas.watching import Watch, WatchKind
from service.desk import Desk
from service.domain.identity.resolve import lookup, parse_icao24
from service.domain.watching.triggers import CIRCLE_NM
from service.errors import UnknownAircraft
from service.ingest.telling.roster import Followed
from service.storage.database import reading


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
    """All that is asked for at a moment. Types and operators are not among it: they are followed
    as far as they are heard anyway."""

    aircraft: tuple[WatchedAircraft, ...] = ()
    airports: tuple[WatchedAirport, ...] = ()
    areas: tuple[Area, ...] = ()
    """Circles that are not about an airport."""

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

    @property
    def circles(self) -> tuple[Area, ...]:
        """Of airports and others, each once."""
        return tuple(dict.fromkeys((*(airport.area for airport in self.airports), *self.areas)))

    def __bool__(self) -> bool:
        return bool(self.aircraft or self.airports or self.areas)


def watched_now(desk: Desk) -> Watched:
    """What is asked for now. A watch on what is neither an aircraft nor an airport (any more, as
    tables change) is passed over; it stays on the list.

    Raises:
        StorageError: the database failed, or a watch is sealed with a key that is not here.
    """
    with reading(desk.engine) as conn:
        followed = desk.roster.now(conn)
    return Watched(
        aircraft=tuple(_aircraft(followed)),
        airports=tuple(_airports(desk, followed)),
        areas=tuple(dict.fromkeys(area for area, _ in followed.areas)),
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


def _aircraft(followed: Followed) -> Iterator[WatchedAircraft]:
    """Each once, whoever follows it, since the first of them does."""
    for subject, since in sorted(_since(followed, "aircraft").items()):
        meaning = followed.meanings.get(subject)
        if meaning is not None:
            yield WatchedAircraft(
                subject=subject,
                icao24=meaning.icao24,
                registrations=meaning.registrations,
                by_rule=meaning.by_rule,
                since=since,
            )


def _airports(desk: Desk, followed: Followed) -> Iterator[WatchedAirport]:
    """Each once, with the widest circle that is asked for."""
    radius_nm: dict[str, float] = {}
    for watch in _of_kind(followed, "airport"):
        wished_nm = watch.radius_nm or CIRCLE_NM
        radius_nm[watch.subject] = max(wished_nm, radius_nm.get(watch.subject, 0.0))
    for subject, since in sorted(_since(followed, "airport").items()):
        airport = desk.airports.get(subject)
        if airport is not None:
            yield WatchedAirport(
                ident=airport.ident,
                area=Area(lat=airport.lat, lon=airport.lon, radius_nm=radius_nm[subject]),
                since=since,
            )


def _since(followed: Followed, kind: WatchKind) -> Mapping[str, datetime]:
    """By subject, when the first watch on it was added."""
    first: dict[str, datetime] = {}
    for watch in _of_kind(followed, kind):
        first[watch.subject] = min(watch.added_at, first.get(watch.subject, watch.added_at))
    return first


def _of_kind(followed: Followed, kind: WatchKind) -> Iterator[Watch]:
    return (watch for watch in followed.watches.values() if watch.kind == kind)
