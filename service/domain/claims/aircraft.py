"""Registrations and 24-bit addresses in running text.

A name in print usually wears its hyphen. Without one, or with a space, it is taken only where it
can hardly be anything else (five places behind the mark, an American number), or behind a word that
says what it is ("registration", «борт»). What a word of that kind stands before and cannot be read
in one way is asked, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from service.domain.claims.text import Piece
from service.domain.identity.registrations import is_marked, readings


@dataclass(frozen=True, slots=True, kw_only=True)
class AircraftName(Piece):
    """One aircraft named in the text."""

    options: tuple[str, ...]
    """Registrations, or icao24s; more than one must be asked."""
    by: Literal["registration", "icao24"]


_DASH = "[-‐‑‒–—−\u00ad]"
_LETTER = "A-Za-zА-Яа-яІЇЄЎіїєў"
_HYPHENED = re.compile(
    rf"(?<![\w#@/-])(?P<mark>[{_LETTER}0-9]{{1,4}})\s?{_DASH}\s?(?P<body>[{_LETTER}0-9]{{2,6}})(?![\w]|{_DASH}\w)"
)
_OPEN = re.compile(
    r"(?<![\w#@/-])(?:[A-ZА-Я]{2}\s?\d{5}|N\d{2,5}[A-Z]{0,2}|[A-Z]{2}[0-9]{3,4}[A-Z]{1,2})(?![\w-])"
)
_FLIGHT = re.compile(
    r"(?:flight|flights|рейс\w*|рэйс\w*|trip|road|route|шосс\w*|трасс\w*|highway|#)\s*(?:№|no\.?)?\s*[\"'«“(]?$",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"(?:\bregistration(?:\s(?:number|mark|code))?|\bregistered\s(?:as|under)|\btail(?:\snumber)?|\bflight\snumber|"
    r"\bside\snumber|\bserial(?:\snumber)?|\bboard(?:\snumber)?|\breg\.?|"
    r"борт\w*(?:\s(?:номер\w*|нумар\w*|№))?|"
    r"(?:регистрац|рэгістрац|реєстрац)\w*(?:\s(?:номер\w*|нумар\w*|знак\w*))?|хвостов\w*\s(?:номер\w*|нумар\w*))"
    r"\s*[:№#-]?\s*(?:is\s|was\s|of\s)?[\"'«“„(]?",
    re.IGNORECASE,
)
_SAID = re.compile(
    rf"[{_LETTER}]{{0,4}}(?:\s?{_DASH}\s?|\s)?(?=[{_LETTER}0-9]*\d)[{_LETTER}0-9]{{3,6}}(?![\w]|{_DASH}\w)|[A-Z]{{1,2}}{_DASH}[A-Z]{{3,4}}\b|[A-Z]{{5}}\b"
)
_HEX_CUE = re.compile(
    r"(?:\bhex(?:\s?code)?|\bicao(?:\s?24)?|\bmode[\s-]?s|\b24-bit|\btransponder|\bкод\w*|адрес\w*|0x)"
    r"(?:\s?(?:address|code|hex|icao|mode[\s-]?s|код\w*|адрес\w*|режим\w*)){0,3}\s*[:=№#]?\s*(?:is\s|was\s)?[\"'«“(]?(?P<hex>(?:0x)?[0-9A-Fa-f]{6})(?![\w-])",
    re.IGNORECASE,
)
_HEX = re.compile(
    r"(?<![\w#@/.,:-])(?=[0-9A-F]*[A-F])(?=[0-9A-F]*\d)[0-9A-F]{6}(?![\w-])|(?<![\w#@/.,:-])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{6}(?![\w-])"
)
_YEAR = re.compile(r"\d{4}(?:ad|bc|AD|BC)")


def aircraft_in(text: str, types: tuple[Piece, ...]) -> tuple[AircraftName, ...]:
    """Every aircraft named, in order; pieces do not overlap, and none is one of the `types`."""
    found: dict[int, AircraftName] = {}
    taken: list[Piece] = list(types)

    def take(
        start: int, end: int, options: tuple[str, ...], by: Literal["registration", "icao24"]
    ) -> None:
        one = AircraftName(start=start, end=end, options=options, by=by)
        if options and not any(one.meets(other) for other in taken):
            taken.append(one)
            found[start] = one

    for match in _HEX_CUE.finditer(text):
        if (address := readings(match["hex"].removeprefix("0x")).icao24) is not None:
            take(match.start("hex"), match.end("hex"), (address,), "icao24")
    for match in _HYPHENED.finditer(text):
        names = _marked(match[0])
        if match[0] == match[0].upper() or match["body"].isdecimal():
            take(match.start(), match.end(), names, "registration")
    for match in _OPEN.finditer(text):
        if not _FLIGHT.search(text[max(0, match.start() - 30) : match.start()]):
            digits = sum(c.isdecimal() for c in match[0])
            names = _marked(match[0])
            if digits >= 5 or (digits >= 2 and len(match[0]) >= 5 and _long_enough(match[0])):
                take(match.start(), match.end(), names, "registration")
    for cue in _CUE.finditer(text):
        said = _SAID.match(text, cue.end())
        if said is not None:
            take(said.start(), said.end(), _after_cue(said[0]), "registration")
    for match in _HEX.finditer(text):
        if _YEAR.fullmatch(match[0]):
            continue
        both = readings(match[0])
        if both.icao24 is not None:
            marked = tuple(name for name in both.registrations if is_marked(name))
            take(match.start(), match.end(), (both.icao24, *marked), "icao24")
    return tuple(found[start] for start in sorted(found))


def _marked(said: str) -> tuple[str, ...]:
    return tuple(
        name for name in readings(said.replace("\u00ad", "-")).registrations if is_marked(name)
    )


def _long_enough(said: str) -> bool:
    return said.startswith("N") or said[-1].isalpha()


def _after_cue(said: str) -> tuple[str, ...]:
    """Behind «борт»: a name with its mark, else, for five digits alone, the Russian ones asked."""
    if marked := _marked(said):
        return marked
    if re.fullmatch(r"\d{5}", said):
        return (f"RA-{said}", f"RF-{said}", said)
    return ()
