"""Which aircraft is meant on a given date: registration ↔ 24-bit address, from statements.

Statements are weighed by `service.domain.identity.statements`. What comes on top here:

- A numbering rule (`address_rules` in this room) speaks only where no statement does, and is
  labelled. Where statements contradict the rule at other times, or give the rule's address to
  somebody else, both are kept and nothing is established.
- Where the address of a registration also bears another registration, both are kept likewise.
- Whoever asks by address has named the aircraft already: there is one candidate, and at most its
  registration is in doubt. A rule never names it: one formula serves several registers (``RA-``
  and ``RF-`` share theirs), and a name in print must come from a source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from schemas.records import IdentityStatement
from schemas.verdicts import Candidate, Identity
from service.domain import texts
from service.domain.identity.address_rules import rule_icao24, rule_registration
from service.domain.identity.registrations import (
    MAX_TYPED,
    Readings,
    normalise_registration,
    parse_icao24,
    readings,
    registration_key,
)
from service.domain.identity.statements import (
    Statements,
    same_name,
    speaks_for,
    usable,
    weigh_addresses,
    weigh_names,
    who_says,
)
from service.errors import UnknownAircraft

__all__ = [
    "Lookup",
    "lookup",
    "normalise_registration",
    "parse_icao24",
    "registration_key",
    "resolve",
    "rule_icao24",
    "rule_registration",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What to fetch statements by before `resolve`: all that name any of these.

    Then once more by the addresses and registrations that came back: only so is a second
    registration on one address seen.
    """

    registrations: tuple[str, ...]
    """Normalised. Compare by `registration_key`: sources differ in hyphens."""
    icao24s: tuple[str, ...]


def lookup(typed: str) -> Lookup:
    """The registrations and addresses that statements about `typed` would name.

    Raises `UnknownAircraft` when it is neither.
    """
    found = _read(typed)
    by_rule = {rule_icao24(name) for name in found.registrations}
    return Lookup(
        registrations=found.registrations,
        icao24s=tuple(sorted(a for a in {found.icao24, *by_rule} if a is not None)),
    )


def resolve(typed: str, on: date, statements: Sequence[IdentityStatement]) -> Identity:
    """The aircraft that `typed` means on `on`, by `statements` (those that `lookup` asks for).

    Their order and doubled ones change nothing. Raises `UnknownAircraft` when the text is neither
    a registration nor an address, or could be either and no source knows one of them.
    """
    return _resolve(typed, _read(typed), on, usable(statements))


def _resolve(typed: str, found: Readings, on: date, known: Statements) -> Identity:
    meant = [one for one in _each(found) if found.count == 1 or _is_named(one, known)]
    if not meant:
        raise UnknownAircraft(_which(typed, found))
    resolved = [_resolve_one(typed, one, on, known) for one in meant]
    if found.count == 1:
        return resolved[0]
    if len(resolved) == 1:
        read_as = f"{_which(typed, found)} Sources know only {_spelled(meant[0])}."
        return replace(resolved[0], note=_joined(read_as, resolved[0].note))
    several = {(c.icao24, c.registration): c for one in resolved for c in one.candidates}
    return Identity(
        typed=typed,
        candidates=tuple(several[key] for key in sorted(several)),
        note=_joined(_which(typed, found), *(one.note for one in resolved)),
    )


def resolve_over(
    typed: str, days: Sequence[date], statements: Sequence[IdentityStatement]
) -> Identity:
    """The aircraft that `typed` means over several dates, one at least.

    A local day lies on two UTC dates, and what a source says of either speaks for it: a look-up
    that came with tomorrow's file is no reason to fall back on a rule today. Dates on which sources
    disagree, or name different aircraft, leave it open. Raises as `resolve`.
    """
    each = _day_by_day(typed, days, usable(statements))
    for one in each:
        if len(one.candidates) > 1 and not any(c.by_rule for c in one.candidates):
            return one
    settled = [one for one in each if one.established and not one.established.by_rule]
    if not settled or all(one is each[0] for one in each):
        return each[0]
    named = [one for one in settled if one.registration] or settled
    said: dict[tuple[str, str], list[IdentityStatement]] = {}
    for candidate in (c for one in named for c in one.candidates):
        said.setdefault((candidate.icao24, candidate.registration), []).extend(candidate.statements)
    note = _joined(*dict.fromkeys(one.note for one in named))
    if len(said) > 1 and named[0].asked_by == "icao24":  # one aircraft, renamed on that day
        (address, _), *_ = said
        said = {(address, ""): [s for group in said.values() for s in group]}
        named = [replace(named[0], registration="")]
    candidates = (_candidate(*key, usable(said[key])) for key in sorted(said))
    return replace(named[0], candidates=tuple(candidates), note=note)


def _day_by_day(typed: str, days: Sequence[date], known: Statements) -> list[Identity]:
    """Each day's answer; the very same one again where the same statements speak for the day and
    the answer's own words name no day."""
    found = _read(typed)
    each: list[Identity] = []
    answered: dict[tuple[bool, ...], Identity] = {}
    for day in days:
        speaking = tuple(speaks_for(statement, day) for statement in known)
        one = answered.get(speaking)
        if one is None:
            one = _resolve(typed, found, day, known)
            if str(day) not in one.note:
                answered[speaking] = one
        each.append(one)
    return each


def _resolve_one(typed: str, one: Readings, on: date, known: Statements) -> Identity:
    if one.icao24 is not None:
        return _by_address(typed, one.icao24, on, known)
    return _by_registration(typed, one.registrations[0], on, known)


# --- by registration ----------------------------------------------------------------------------


def _by_registration(typed: str, name: str, on: date, known: Statements) -> Identity:
    mine = weigh_addresses((s for s in known if same_name(s, name)), on)
    ruled = rule_icao24(name)
    candidates = [_stated(address, name, on, known) for address in mine.kept]
    notes = mine.remarks(name)
    if len(candidates) > 1:
        notes.append(f"Sources disagree about {name}: {who_says(mine.kept)}.")
    if candidates and ruled is not None and ruled not in mine.kept:
        notes.append(f"The state's numbering rule would say {ruled}.")
    if not candidates and mine.excluded:
        notes.append(f"Sources name {name} only for other times: {who_says(mine.excluded)}.")
    if not candidates and ruled is not None:
        notes.append(
            f"For {on} no source gives {name} an address: {ruled} is what the state's numbering"
            " rule gives, a fallback and no fact."
        )
        candidates = [_ruled(ruled, name)]
        candidates += [
            _candidate(address, name, said)
            for address, said in mine.excluded.items()
            if address != ruled
        ]
    if not candidates and not mine.excluded:
        notes.append(f"No source we hold gives {name} an address, and no numbering rule does.")
    for address in [candidate.icao24 for candidate in candidates]:
        others = weigh_names((s for s in known if s.icao24 == address), on).kept
        rivals = {other: said for other, said in others.items() if not same_name(said[0], name)}
        if rivals:
            notes.append(f"Address {address} is also given to {who_says(rivals)}.")
            candidates += [_stated(address, other, on, known) for other in rivals]
    return Identity(
        typed=typed,
        asked_by="registration",
        registration=name,
        candidates=tuple(sorted(candidates, key=lambda c: (c.icao24, c.registration))),
        note=_joined(*notes),
    )


def _stated(address: str, name: str, on: date, known: Statements) -> Candidate:
    """With all that is said for the date about the pair, and about the address without a name."""
    said = tuple(
        s
        for s in known
        if s.icao24 == address and speaks_for(s, on)
        if same_name(s, name) or not registration_key(s.registration)
    )
    return _candidate(address, name, said)


def _candidate(address: str, name: str, said: Statements) -> Candidate:
    type_code = next((s.type_code for s in said if s.type_code), "")
    return Candidate(icao24=address, registration=name, type_code=type_code, statements=said)


def _ruled(address: str, name: str) -> Candidate:
    said = IdentityStatement(source="rule", registration=name, icao24=address, basis="rule")
    return Candidate(icao24=address, registration=name, statements=(said,), by_rule=True)


# --- by address ---------------------------------------------------------------------------------


def _by_address(typed: str, address: str, on: date, known: Statements) -> Identity:
    mine = weigh_names((s for s in known if s.icao24 == address), on)
    notes = mine.remarks(address)
    name = ""
    if len(mine.kept) == 1:
        (name,) = mine.kept
        elsewhere = weigh_addresses((s for s in known if same_name(s, name)), on).kept
        others = {other: said for other, said in elsewhere.items() if other != address}
        if others:
            notes.append(f"{name} is also listed under {who_says(others)}.")
    elif mine.kept:
        notes.append(f"Sources disagree about its registration: {who_says(mine.kept)}.")
    else:
        notes.append(f"For {on} no source names the aircraft with address {address}.")
        if mine.excluded:
            notes.append(f"For other times they do: {who_says(mine.excluded)}.")
        if by_rule := rule_registration(address):
            notes.append(f"A numbering rule would make it {_might_be(by_rule)}: no fact.")
    said = tuple(s for group in mine.kept.values() for s in group)
    nameless = [
        s
        for s in known
        if s.icao24 == address and speaks_for(s, on) and not registration_key(s.registration)
    ]
    return Identity(
        typed=typed,
        asked_by="icao24",
        registration=name,
        candidates=(_candidate(address, name, usable([*said, *nameless])),),
        note=_joined(*notes),
    )


def _might_be(by_rule: str) -> str:
    number = by_rule.removeprefix("RA-")
    return by_rule if number == by_rule else f"{by_rule} (or RF-{number}, a state aircraft)"


# --- as typed -----------------------------------------------------------------------------------


def _read(typed: str) -> Readings:
    found = readings(typed)
    if found.count:
        return found
    shown = _shown(typed)
    if len(typed) > MAX_TYPED:
        raise UnknownAircraft(f"“{shown}…” is too long to be an aircraft.")
    if "~" in typed:
        raise UnknownAircraft(
            f"“{shown}” is not an ICAO address: the ~ marks an address that a ground station or a"
            " tracker made up, and it belongs to no particular aircraft."
        )
    raise UnknownAircraft(
        f"“{shown}” is neither a registration (as RA-64523 or N899DN) nor a 24-bit address (six"
        " hexadecimal digits, as 14fc0b; 000000 and ffffff are nobody's)."
    )


def _shown(typed: str) -> str:
    return texts.shown(typed[:MAX_TYPED].strip())


def _each(found: Readings) -> Iterator[Readings]:
    for name in found.registrations:
        yield Readings(registrations=(name,))
    if found.icao24 is not None:
        yield Readings(icao24=found.icao24)


def _is_named(one: Readings, known: Statements) -> bool:
    if one.icao24 is not None:
        return any(s.icao24 == one.icao24 for s in known)
    return any(same_name(s, one.registrations[0]) for s in known)


def _spelled(one: Readings) -> str:
    return f"icao:{one.icao24}" if one.icao24 is not None else f"reg:{one.registrations[0]}"


def _which(typed: str, found: Readings) -> str:
    ways = " or ".join(_spelled(one) for one in _each(found))
    return f"“{_shown(typed)}” can be read in more than one way: write {ways}."


def _joined(*notes: str) -> str:
    return " ".join(note for note in notes if note)
