"""Which aircraft the subjects of watches mean on a day: many at once, by a few statements."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas.records import IdentityStatement
from service.domain.identity.resolve import Lookup, lookup, parse_icao24, resolve
from service.errors import BadInput
from service.storage.database import Connection
from service.storage.identity import statements_of_many

_log = logging.getLogger("tailcheck.telling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Which aircraft a subject means."""

    icao24: tuple[str, ...]
    """Every address that it may have; none when nobody knows one."""
    registrations: tuple[str, ...]
    by_rule: bool
    """No source says so, only a numbering rule does."""
    names: frozenset[str]
    """Every address and registration that a statement must name to change this."""


Said = Mapping[str, Sequence[IdentityStatement]]
"""Statements by a name."""
NOTHING: Final[Sequence[IdentityStatement]] = ()


def meanings(conn: Connection, subjects: Sequence[str], on: date) -> dict[str, Meaning]:
    """What each subject (a registration or an address, as a watch names it) means on that day. One
    that is neither is missing."""
    asked: dict[str, Lookup] = {}
    for subject in subjects:
        try:
            asked[subject] = lookup(_typed(subject))
        except BadInput:
            continue
    by_name = _by(
        statements_of_many(conn, registrations=_all(one.registrations for one in asked.values())),
        "registration",
    )
    addresses = {
        subject: {*names.icao24s, *(s.icao24 for s in _said(by_name, names.registrations))}
        for subject, names in asked.items()
    }
    by_address = _by(statements_of_many(conn, icao24s=_all(addresses.values())), "icao24")
    found: dict[str, Meaning] = {}
    for subject, names in asked.items():
        known = dict.fromkeys(_said(by_name, names.registrations))
        known |= dict.fromkeys(_said(by_address, sorted(addresses[subject])))
        meaning = _meaning(subject, names, tuple(known), addresses[subject], on)
        if meaning is not None:
            found[subject] = meaning
    return found


def _meaning(
    subject: str,
    names: Lookup,
    known: Sequence[IdentityStatement],
    addresses: Iterable[str],
    on: date,
) -> Meaning | None:
    try:
        identity = resolve(_typed(subject), on, known)
    except BadInput:
        return None
    candidates = identity.candidates
    registrations = {identity.registration, *(one.registration for one in candidates)} - {""}
    return Meaning(
        icao24=tuple(sorted({one.icao24 for one in candidates if one.icao24})),
        registrations=tuple(sorted(registrations)),
        by_rule=all(one.by_rule for one in candidates),
        names=frozenset((*names.registrations, *addresses)),
    )


def _typed(subject: str) -> str:
    """As `resolve` reads it: six hex digits are an address, also where they could be a serial."""
    return f"icao:{subject}" if parse_icao24(subject) else subject


def _all(each: Iterable[Iterable[str]]) -> list[str]:
    return sorted({name for names in each for name in names})


def _by(statements: Iterable[IdentityStatement], name: str) -> Said:
    found: dict[str, list[IdentityStatement]] = {}
    for statement in statements:
        found.setdefault(getattr(statement, name), []).append(statement)
    return found


def _said(by: Said, names: Iterable[str]) -> list[IdentityStatement]:
    return [statement for name in names for statement in by.get(name, NOTHING)]
