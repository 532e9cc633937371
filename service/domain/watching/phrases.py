"""Pieces of sentences about what happened: who, where, when, by whom told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.movements import Mark
from service.domain.airports.table import Airports
from service.domain.texts import clipped
from service.domain.watching.known import Established, Known, Other

_LONGEST: Final = 80
_CAVEATS: Final[dict[Mark, str]] = {
    "simulated": "simulated, not received",
    "spoof_suspected": "its positions may be forged",
    "crash_suspected": "it may have crashed",
    "jump": "some of its positions contradict each other",
    "frozen": "some of its positions are frozen",
    "stale": "some of its positions are stale",
    "low_integrity": "its positions are of low integrity",
    "ground_flag_doubted": "its word that it was on the ground is doubtful",
}
"""Marks that a reader must know of, the gravest first."""


def clean(text: str) -> str:
    """Text of others, fit for the middle of one line: no control or formatting characters, no
    line breaks, no more than 80 characters."""
    return clipped(text, _LONGEST)


def who(known: Known | Other) -> str:
    """The aircraft, with as much as is established of its name."""
    return named(known.registration, known.icao24, known.established)


def named(registration: str, icao24: str, established: Established) -> str:
    """An aircraft by its registration where sources give it that, else by its address."""
    name, address = clean(registration), f"the aircraft with address {clean(icao24)}"
    if not name:
        return address
    if established == "rule":
        return f"{address}, taken to be {name} by a numbering rule,"
    if established == "uncertain":
        return f"{address}, which may be {name} (sources disagree),"
    return name


def place(ident: str, airports: Airports) -> str:
    """An airport by name and ident; one that is in no table of ours by its ident."""
    index = airports.index_of(ident)
    if index is None:
        return clean(ident)
    return f"{clean(airports.airports[index].name)} ({clean(ident)})"


def moment(at: datetime, ident: str | None = None, airports: Airports | None = None) -> str:
    """A moment in UTC, and as the clock at the airport shows it."""
    in_utc = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    index = airports.index_of(ident) if airports is not None and ident is not None else None
    if airports is None or index is None:
        return in_utc
    try:
        local = at.astimezone(ZoneInfo(airports.airports[index].zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return in_utc
    day = "" if local.date() == at.astimezone(UTC).date() else f" on {local:%Y-%m-%d}"
    return f"{in_utc} ({local:%H:%M}{day} local time)"


def spot(lat: float | None, lon: float | None) -> str:
    """Coordinates, to about a kilometre; empty when unknown."""
    if lat is None or lon is None:
        return ""
    return f"{abs(lat):.2f}°{'S' if lat < 0 else 'N'} {abs(lon):.2f}°{'W' if lon < 0 else 'E'}"


def sources(keys: Iterable[str]) -> str:
    """Who tells of it."""
    told = [clean(key) for key in keys]
    return f"{'source' if len(told) == 1 else 'sources'} {', '.join(told)}"


def caveats(marks: Iterable[Mark]) -> list[str]:
    """What a reader must know of the evidence."""
    held = frozenset(marks)
    return [text for mark, text in _CAVEATS.items() if mark in held]


def either(names: Sequence[str]) -> str:
    """``A``, ``A or B``, ``A, B or C``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"


def sentence(*parts: str) -> str:
    """The parts that are not empty, as one sentence."""
    text = "; ".join(part for part in parts if part).replace(",;", ";").replace(",:", ":")
    return f"{text[:1].upper()}{text[1:]}."


def days(seconds: float) -> str:
    """A long silence."""
    whole = int(seconds // 86_400)
    return f"{whole} day{'' if whole == 1 else 's'}"
