"""Weighing identity statements: which of them speak for a date, and what they say together.

A statement whose interval holds the date speaks for it. One that gives no dates might: the source
does not say when. One whose interval leaves the date out says that it was not so. An undated
statement gives way only where it is explained: the very same pair is dated to another time by
somebody, and another pair is dated to this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from schemas.records import IdentityStatement
from service.domain.identity.registrations import normalise_registration, registration_key

Statements = tuple[IdentityStatement, ...]
Groups = Mapping[str, Statements]
"""Statements by what they say: by address, or by registration as it is written."""

_ADDRESS = re.compile("[0-9a-f]{6}")
_BASIS_ORDER = {"registry": 0, "lookup": 1, "report": 2, "rule": 3}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What statements say about one registration (or one address) for one date."""

    kept: Groups = field(default_factory=dict)
    """Answers that may hold on the date. Two or more = sources disagree."""
    explained: Groups = field(default_factory=dict)
    """Undated statements that dated ones explain away."""
    excluded: Groups = field(default_factory=dict)
    """Answers that are dated, and not to this date."""

    def remarks(self, subject: str) -> list[str]:
        """Sentences about what was set aside and what rests on undated statements alone."""
        said = [
            f"{who_says({answer: group})} is undated; that is dated to another time"
            f" ({who_says({answer: self.excluded[answer]})})."
            for answer, group in self.explained.items()
        ]
        said += [
            f"That {subject} is {answer} rests on undated statements ({sources(group)}), and"
            f" {sources(self.excluded[answer])} dates it {when(self.excluded[answer])}."
            for answer, group in self.kept.items()
            if answer in self.excluded
            if not any(is_dated(s) for s in group)
        ]
        return said


def usable(statements: Iterable[IdentityStatement]) -> Statements:
    """Those that can say anything, sorted, without doubles.

    Left out: ``~`` addresses and whatever else is no ICAO address, intervals that end before they
    begin, and ``rule`` statements, which are computed afresh and never counted as a source.
    """
    kept: dict[tuple[object, ...], IdentityStatement] = {}
    for s in statements:
        icao24 = s.icao24.strip().lower()
        if s.basis == "rule" or not _ADDRESS.fullmatch(icao24) or icao24 in ("000000", "ffffff"):
            continue
        if s.valid_from is not None and s.valid_to is not None and s.valid_from >= s.valid_to:
            continue
        clean = s if icao24 == s.icao24 else replace(s, icao24=icao24)
        kept[_order(clean)] = clean
    return tuple(kept[key] for key in sorted(kept))


def _order(s: IdentityStatement) -> tuple[object, ...]:
    return (
        _BASIS_ORDER[s.basis],
        not is_dated(s),
        s.source,
        s.icao24,
        s.registration,
        s.valid_from or date.min,
        s.valid_to or date.max,
        s.type_code,
        s.serial,
        s.operator,
        s.capture,
        -1 if s.row is None else s.row,
    )


def is_dated(s: IdentityStatement) -> bool:
    """The source says when, at least at one end."""
    return s.valid_from is not None or s.valid_to is not None


def speaks_for(s: IdentityStatement, on: date) -> bool:
    """Its interval holds the date, or it has none."""
    return (s.valid_from is None or s.valid_from <= on) and (s.valid_to is None or on < s.valid_to)


def same_name(s: IdentityStatement, name: str) -> bool:
    """It names this registration, hyphens aside."""
    return registration_key(s.registration) == registration_key(name)


def written(s: IdentityStatement) -> str:
    """Its registration as it is written on paper; as the source has it where that is unclear."""
    as_it_stands = "".join(c for c in s.registration.upper() if c.isprintable())
    return normalise_registration(s.registration) or " ".join(as_it_stands.split())


def weigh_addresses(statements: Iterable[IdentityStatement], on: date) -> Weighed:
    """Which addresses statements about one registration give it on the date."""
    return _weigh(statements, lambda s: s.icao24, on)


def weigh_names(statements: Iterable[IdentityStatement], on: date) -> Weighed:
    """Which registrations statements about one address give it; nameless ones say nothing."""
    named = [s for s in statements if registration_key(s.registration)]
    spelled: dict[str, str] = {}
    for s in named:
        spelled.setdefault(registration_key(s.registration), written(s))
    return _weigh(named, lambda s: spelled[registration_key(s.registration)], on)


def _weigh(
    statements: Iterable[IdentityStatement], says: Callable[[IdentityStatement], str], on: date
) -> Weighed:
    dated: dict[str, list[IdentityStatement]] = {}
    undated: dict[str, list[IdentityStatement]] = {}
    excluded: dict[str, list[IdentityStatement]] = {}
    for s in statements:
        group = (dated if is_dated(s) else undated) if speaks_for(s, on) else excluded
        group.setdefault(says(s), []).append(s)
    explained = {
        answer: group
        for answer, group in undated.items()
        if dated and answer not in dated and answer in excluded
    }
    kept = {
        answer: dated.get(answer, []) + undated.get(answer, [])
        for answer in sorted({*dated, *undated} - {*explained})
    }
    return Weighed(_frozen(kept), _frozen(explained), _frozen(excluded))


def _frozen(groups: Mapping[str, list[IdentityStatement]]) -> Groups:
    return {answer: tuple(groups[answer]) for answer in sorted(groups)}


# --- in words -----------------------------------------------------------------------------------


def who_says(groups: Groups) -> str:
    """``14fc0c (plane-alert-db), 15fc0c (tar1090-db from 2019-01-01)``."""
    return ", ".join(
        f"{answer} ({sources(group)}{' ' + dates if (dates := when(group)) else ''})"
        for answer, group in groups.items()
    )


def sources(group: Statements) -> str:
    """Who says so, each once."""
    return ", ".join(sorted({s.source for s in group}))


def when(group: Statements) -> str:
    """The intervals that a group names, each once; empty where it names none."""
    intervals = sorted({_interval(s) for s in group if is_dated(s)})
    return " and ".join(intervals)


def _interval(s: IdentityStatement) -> str:
    start = f"from {s.valid_from}" if s.valid_from is not None else ""
    end = f"until {s.valid_to}" if s.valid_to is not None else ""
    return f"{start} {end}".strip()
