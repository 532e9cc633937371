"""From what somebody typed to the one address that a list is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from schemas.records import IdentityStatement
from schemas.verdicts import Candidate, Identity
from service.ask.check import resolve_identity
from service.desk import Desk
from service.errors import Choice, UnsettledAircraft
from service.storage.database import reading
from service.storage.identity import statements_about

History = tuple[IdentityStatement, ...]


@dataclass(frozen=True, slots=True)
class Whose:
    """The address that is listed, and why it is the one."""

    icao24: str
    identity: Identity
    on: date


def whose(
    desk: Desk, typed: str, on: date | None, *, now: datetime, as_of: datetime | None
) -> Whose:
    """The one address that `typed` means on a day; unless given, today, or the last day that a
    source's statement about it is dated to.

    A list under a registration reads as "this aircraft did that". So it is given only where a
    source ties the two: a numbering rule alone, or sources that disagree, are answered with the
    choice of addresses.

    Raises:
        UnknownAircraft: neither a registration nor an address.
        UnsettledAircraft: no source ties it to an address on that day, or more than one.
    """
    today = now.astimezone(UTC).date()
    identity, history = described(desk, typed, on or today, as_of)
    if (icao24 := _settled(identity)) is not None:
        return Whose(icao24, identity, on or today)
    if on is None and (last := _last_dated(history, today)) is not None:
        then, _ = described(desk, typed, last, as_of)
        if (icao24 := _settled(then)) is not None:
            return Whose(icao24, then, last)
    shown = identity.registration or typed.strip()
    advice = "Ask by address" + ("." if identity.candidates else ", if you know it.")
    raise UnsettledAircraft(
        f"It is not settled which address {shown} was on {on or today}. {identity.note} {advice}",
        tuple(_choice(candidate) for candidate in identity.candidates if candidate.icao24),
    )


def differs_on(
    desk: Desk, who: Whose, days: Iterable[date], as_of: datetime | None
) -> tuple[date, ...]:
    """Those days on which sources do not say of the address what they say of it on `who.on`:
    what it did then may have been another aircraft's doing."""
    found = []
    with reading(desk.engine) as conn:
        for day in sorted(set(days) - {who.on}):
            then = resolve_identity(conn, who.identity.typed, [day], as_of)
            if (_settled(then), _name(then)) != (who.icao24, _name(who.identity)):
                found.append(day)
    return tuple(found)


def described(desk: Desk, typed: str, on: date, as_of: datetime | None) -> tuple[Identity, History]:
    """Which aircraft `typed` means on that day, and every statement, of whatever time, that names
    the registration or an address it may mean.

    Raises `UnknownAircraft` when it is neither a registration nor an address.
    """
    with reading(desk.engine) as conn:
        identity = resolve_identity(conn, typed, [on], as_of)
        names = {(identity.registration, "")}
        names |= {(candidate.registration, candidate.icao24) for candidate in identity.candidates}
        found: dict[IdentityStatement, None] = {}
        for registration, icao24 in sorted(names):
            found |= dict.fromkeys(
                statements_about(conn, registration=registration, icao24=icao24, as_of=as_of)
            )
    return identity, tuple(found)


def _settled(identity: Identity) -> str | None:
    """The one address, when more than a numbering rule ties it to what was typed."""
    one = identity.established
    if one is None or not one.icao24 or (one.by_rule and identity.asked_by == "registration"):
        return None
    return one.icao24


def _name(identity: Identity) -> str:
    one = identity.established
    return one.registration if one is not None else ""


def _last_dated(history: History, today: date) -> date | None:
    """The last day before today that any of them is dated to."""
    ends = [s.valid_to for s in history if s.valid_to is not None and s.valid_to <= today]
    return max(ends) - timedelta(days=1) if ends else None


def _choice(candidate: Candidate) -> Choice:
    said = sorted({s.source for s in candidate.statements if s.basis != "rule"})
    who = "by the numbering rule only" if candidate.by_rule else f"says {', '.join(said)}"
    named = f" as {candidate.registration}" if candidate.registration else ""
    return Choice(code=f"icao:{candidate.icao24}", text=f"{candidate.icao24}{named}, {who}")
