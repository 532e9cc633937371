"""Every name by which sources may list an aircraft: addresses, and spellings of registrations.

For picking rows out of bulk files. A name too many costs a row too many; a name too few would
lose one. So all statements count here, of whatever time; which of them holds on a date is
decided when a question is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.identity.registrations import normalise_registration, registration_key
from service.domain.identity.resolve import lookup
from service.ingest.telling.roster import Roster
from service.storage.database import Connection
from service.storage.identity import statements_about


@dataclass(frozen=True, slots=True)
class Names:
    """Of one aircraft, or of several together."""

    icao24: frozenset[str] = frozenset()
    """Six lower-case hex digits."""
    registrations: frozenset[str] = frozenset()
    """As we write them, as sources wrote them, and without the hyphen."""
    written: frozenset[str] = frozenset()
    """Registrations as we write them."""

    @property
    def targets(self) -> tuple[str, ...]:
        """How the ledger names it: every address, and each registration as we write it."""
        return (*sorted(self.icao24), *sorted(self.written))

    def name(self, icao24: str, registration: str) -> bool:
        """Whether a row under these names is about it."""
        return icao24 in self.icao24 or registration in self.registrations


def names_of(conn: Connection, typed: str) -> Names:
    """The names of what was typed: a registration or an address.

    A numbering rule's address counts too: a row is only taken for this aircraft's when somebody
    asks about it, and by what is known then.

    Raises:
        UnknownAircraft: it is neither.
    """
    asked = lookup(typed)
    said = [
        statement
        for registration in asked.registrations
        for statement in statements_about(conn, registration=registration)
    ]
    said += [
        statement
        for icao24 in asked.icao24s
        for statement in statements_about(conn, icao24=icao24)
        if not asked.registrations
    ]
    registrations = {*asked.registrations, *(statement.registration for statement in said)}
    return Names(
        icao24=frozenset((*asked.icao24s, *(s.icao24 for s in said if s.icao24))),
        registrations=frozenset(
            name for one in registrations if one for name in (one, registration_key(one))
        ),
        written=frozenset(normalise_registration(one) or one for one in registrations if one),
    )


def watched_names(conn: Connection, roster: Roster) -> list[Names]:
    """The names of every aircraft that is watched now, one by one."""
    return [names_of(conn, subject) for subject in sorted(roster.now(conn).meanings)]


def all_names(each: Iterable[Names]) -> Names:
    """Of all of them together."""
    known = tuple(each)
    return Names(
        icao24=frozenset().union(*(names.icao24 for names in known)),
        registrations=frozenset().union(*(names.registrations for names in known)),
        written=frozenset().union(*(names.written for names in known)),
    )
