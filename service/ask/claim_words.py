"""A judged claim as text: how it was read, marked on the text, then each assertion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from schemas.claims import AircraftRead, Leg, Mark, Read, Reading, Stop
from schemas.judging import JudgedClaim
from service.domain.texts import shown
from service.domain.verdict.phrases import utc

_LANGUAGES: Final = {"en": "English", "ru": "Russian", "be": "Belarusian", "uk": "Ukrainian"}
_LONGEST: Final = 120
"""So much of a piece that was not read is quoted."""


def claim_text(claim: JudgedClaim, text: str = "") -> str:
    """The answer for people; `text` is what was read, if it was a text."""
    lines = [*(_reading(claim.reading, text) if claim.reading else ()), *_judged(claim)]
    return "\n".join(shown(line) for line in lines)


def _reading(reading: Reading, text: str) -> Iterator[str]:
    language = _LANGUAGES.get(reading.language or "", "no language that is read here")
    yield f"READ AS ({language}, published {reading.published})"
    meanings = sorted(_meanings(reading), key=lambda one: (one[0].start, one[0].end))
    numbers = {mark: n for n, mark in enumerate(dict.fromkeys(m for m, _ in meanings), 1)}
    yield from _marked(text, numbers)
    told: dict[str, None] = {}
    for mark, meaning in meanings:
        told[f"  {numbers[mark]}. “{mark.text}”: {meaning}"] = None
    yield from told
    for question in reading.questions:
        yield f"  ? {question.field}: {question.text}"
        yield from (f"      {choice.value}  {choice.text}" for choice in question.choices)
    for beyond in reading.out_of_reach:
        yield f"  - out of reach: “{_short(beyond.mark.text)}”: {beyond.why}"
    for unread in reading.unread:
        yield f"  - not read: “{_short(unread.mark.text)}”: {unread.why}"
    yield ""


def _meanings(reading: Reading) -> Iterator[tuple[Mark, str]]:
    """Everything that was read, with what it was taken for."""
    for number, aircraft in enumerate(reading.aircraft):
        yield from _of_aircraft(aircraft, number, single=len(reading.aircraft) == 1)


def _of_aircraft(
    aircraft: AircraftRead, number: int, *, single: bool
) -> Iterator[tuple[Mark, str]]:
    which = "aircraft" if single else f"aircraft {number + 1}"
    if aircraft.name is not None:
        yield aircraft.name.mark, _meaning(which, aircraft.name)
    if aircraft.type_code is not None:
        yield aircraft.type_code.mark, _meaning("type", aircraft.type_code)
    for leg in aircraft.legs:
        yield from _of_leg(leg)


def _of_leg(leg: Leg) -> Iterator[tuple[Mark, str]]:
    for stop in (leg.departure, leg.arrival, leg.presence):
        if stop is not None:
            yield from _of_stop(stop)
    if leg.on is not None:
        yield leg.on.mark, _meaning("date", leg.on)
    if leg.duration_min is not None:
        yield leg.duration_min.mark, _meaning("minutes", leg.duration_min)


def _of_stop(stop: Stop) -> Iterator[tuple[Mark, str]]:
    yield stop.said, stop.role
    if stop.place is not None:
        yield stop.place.mark, _meaning(f"{stop.role} at", stop.place)
    if stop.on is not None:
        yield stop.on.mark, _meaning("date", stop.on)
    if stop.at is not None:
        clock = stop.at.value
        about = "about " if clock.about else ""
        told = f"{stop.role} time {about}{clock.at:%H:%M} {clock.zone or '(zone unsaid)'}"
        yield stop.at.mark, f"{told}{_note(stop.at)}"
    if stop.hedge is not None:
        yield stop.hedge, "the text does not vouch for it"


def _meaning(what: str, read: Read[Any]) -> str:
    others = "".join(f"; or {one.value} ({one.why})" for one in read.alternatives)
    return f"{what} {read.value}{_note(read)}{others}"


def _note(read: Read[Any]) -> str:
    return f" ({read.note})" if read.note else ""


def _marked(text: str, numbers: dict[Mark, int]) -> Iterator[str]:
    """The paragraphs that anything was read from, each piece in brackets with its number."""
    start = 0
    for paragraph in text.splitlines(keepends=True):
        end = start + len(paragraph)
        inside = [m for m in numbers if start <= m.start < m.end <= end]
        if inside:
            yield f"  {_with_brackets(text, start, end, inside, numbers).strip()}"
        start = end


def _with_brackets(
    text: str, start: int, end: int, marks: list[Mark], numbers: dict[Mark, int]
) -> str:
    pieces, at = [], start
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        if mark.start < at:  # within one that stands in brackets already
            continue
        pieces += [text[at : mark.start], f"[{text[mark.start : mark.end]}]({numbers[mark]})"]
        at = mark.end
    return "".join((*pieces, text[at:end]))


def _judged(claim: JudgedClaim) -> Iterator[str]:
    grade = f"[{claim.result}, {claim.grade}]" if claim.result else "[nothing was judged]"
    yield f"{claim.says.upper()}  {grade}"
    yield claim.sentence
    for one in claim.judged:
        hedged = " (the text does not vouch for it)" if one.hedged else ""
        yield f"{one.kind.replace('_', ' ')}: {one.says} [{one.result}, {one.grade}]{hedged}"
        yield f"  claimed: {one.claimed}"
        yield f"  {one.sentence}"
        yield from (f"  in {tried.zone}: {tried.result}. {tried.text}" for tried in one.tried)
    yield from _section("Who repeats whom", (origin.sentence for origin in claim.origins))
    yield from _section("Not judged", iter(claim.not_judged))
    yield from _section("Does not show", iter(claim.does_not_show))
    yield from _section("Sources", (f"{k}: {text}" for k, text in claim.attributions.items()))
    yield f"As of {utc(claim.as_of)}; {claim.rules_version}; {claim.reference_version}"


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = [f"  - {line}" for line in lines]
    if found:
        yield f"{title}:"
        yield from found


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
