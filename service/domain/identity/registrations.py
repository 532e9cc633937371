"""Reading an aircraft as people type it: a registration, a serial, a 24-bit address.

People paste from articles and chats: ``RA64523``, ``ra-64523``, ``RA 64523``, ``«РА-64523»`` in
Cyrillic, ``N-899DN``, ``ＲＡ－６４５２３``. What can be read in one way only is read; what can be
read in two is never guessed: `readings` returns both, and the statements decide or the asker.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_TYPED = 64
"""Longer input is no aircraft."""
_MAX_NAME = 12
_NO_AIRCRAFT = frozenset({"000000", "ffffff"})
"""Addresses that the standard gives to nobody (ICAO Annex 10, volume III, 9.2)."""

_AROUND = " \t\r\n\f\v\"'`´‘’‚‛“”„‟«»‹›()[]{}<>,;:!?.…·|#№*-"
_ICAO = re.compile(r"(?:0X|(?:ICAO(?:24)?|HEX)\s*[:=\s]\s*(?:0X)?)([0-9A-F]{6})")
_HEX = re.compile(r"[0-9A-F]{6}")
_MARKED = re.compile(r"(?:REG(?:ISTRATION)?|TAIL|SERIAL)\s*[:=]\s*(.+)")
_BETWEEN = re.compile(r"[\s\u200b-]")
_SERIAL = re.compile(r"[A-Z0-9](?:[ .+-]?[A-Z0-9])*")

# What stands behind a nationality mark. Not the law of each state but what its register holds:
# enough to tell where a missing hyphen belongs (facts as in vradarserver/standing-data, CC0).
_THREE_LETTERS = """
    3A 3B 3DC 4O 4R 4U 4W 4X 5A 5B 5H 5N 5R 5T 5U 5V 5W 5X 5Y 6O 6V 6W 6Y 7O 7P 7Q 7T 8P 8Q 8R
    9A 9G 9J 9K 9L 9M 9N 9S 9U 9V 9Y A2 A3 A5 A7 A8 AP C2 C3 C5 C6 C9 CC CN CR CS CX D2 D4 D6 DQ
    E4 E5 E7 EI EP ES ET H4 HC HH HR HS J2 J3 J5 J6 J7 J8 JY LN LQ LX LY LZ OD P2 PJ PK PP PR PS
    PT PU PZ S2 S7 S9 ST T2 T3 TC TG TJ TL TN TR TS TT TU TY TZ V2 V3 V4 V5 V6 VP VQ VT XA XB XC
    XT XY XZ YA YK YN YS Z Z3 Z6 Z8 ZA ZJ ZP ZS ZT ZU
"""
_THREE_LETTERS_OR_DIGITS = "3C 3X A6 CNA EC OO SE TF TI V8 VH XU YI YL ZK ZL ZM"
_FOUR_LETTERS = "2 C E3 EJ G M"
_FOUR_DIGITS = "CP JU OB V7"
_FIVE_DIGITS = "CCCP EK RDPL RF UK"
_MARKS: dict[str, str] = {
    **dict.fromkeys(_THREE_LETTERS.split(), "[A-Z]{3}"),
    **dict.fromkeys(_THREE_LETTERS_OR_DIGITS.split(), "[0-9A-Z]{3}"),
    **dict.fromkeys(_FOUR_LETTERS.split(), "[A-Z]{4}"),
    **dict.fromkeys(_FOUR_DIGITS.split(), "[0-9]{4}"),
    **dict.fromkeys(_FIVE_DIGITS.split(), "[0-9]{5}"),
    "4K": "[0-9A-Z]{3,6}",
    "4L": "[A-Z]{3}|[0-9]{5}",
    "9H": "[0-9A-Z]{3,5}",
    "9XR": "[A-Z]{2}",
    "A4O": "[A-Z]{2,3}",
    "A9C": "[A-Z]{2,3}",
    "B": "[0-9][0-9A-Z]{3}|[0-9]{5}|[HKLM][A-Z]{2}",
    "CU": "[A-Z][0-9]{4}",
    "D": "[A-Z]{4}|[0-9]{4}",
    "EM": "[0-9A-Z]{3,4}",
    "ER": "[A-Z]{3}|[0-9]{5}",
    "EW": "[0-9]{3,5}[A-Z]{0,2}",
    "EX": "[0-9]{3,5}",
    "EY": "[0-9]{3,5}",
    "EZ": "[A-Z][0-9]{3}",
    "F": "[A-Z]{4}|[0-9]{2}[A-Z]{2}",
    "HA": "[0-9A-Z]{3,4}",
    "HB": "[A-Z]{3}|[0-9]{3,4}",
    "HI": "[0-9]{3,4}[A-Z]{0,2}",
    "HJ": "[0-9]{4}[A-Z]?",
    "HK": "[0-9]{4}[A-Z]?",
    "HL": "[0-9C][0-9]{3}",
    "HP": "[0-9]{3,4}[A-Z]{0,3}",
    "HZ": "[0-9A-Z]{2,5}",
    "I": "[A-Z]{4}|[A-Z][0-9]{3}|[0-9]{4}",
    "JA": "[0-9][0-9A-Z]{3}",
    "JR": "[0-9]{4}",
    "LV": "[SUX][0-9]{3}|[A-Z]{3}",
    "N": "[1-9](?:[0-9]{0,4}|[0-9]{0,3}[A-HJ-NP-Z]|[0-9]{0,2}[A-HJ-NP-Z]{2})",
    "OE": "[A-Z]{3}|[0-9]{4}",
    "OH": "[A-Z]{3,4}|[0-9]{3,4}[A-Z]?",
    "OK": "[0-9A-Z]{3,5}",
    "OM": "[0-9A-Z]{3,4}",
    "OY": "[A-Z]{3}|[0-9]{3,4}|[A-Z][0-9]{3}",
    "P": "[0-9]{3}",
    "P4": "[0-9A-Z]{3,4}",
    "PH": "[0-9A-Z]{3,4}",
    "RA": "[0-9]{5}|[0-9]{4}[A-Z]",
    "RP": "C?[0-9]{4}",
    "S5": "[A-Z]{3}|[0-9]{4}",
    "SN": "[0-9]{2}[A-Z]{2}",
    "SP": "[A-Z]{3,4}|[0-9]{4}",
    "SU": "[A-Z]{3}|[0-9]{3}",
    "SX": "[A-Z]{3}|[0-9]{3}",
    "T7": "[0-9A-Z]{3,5}",
    "UP": "[A-Z][0-9]{4}|[A-Z]{2}[0-9]{3}|[0-9]{3,5}",
    "UR": "[A-Z]{3,4}|[0-9]{5}",
    "VN": "[A-Z][0-9]{3}",
    "YJ": "[0-9A-Z]{2,4}",
    "YR": "[A-Z]{3}|[0-9]{4}|D[0-9]{4}",
    "YU": "[0-9A-Z]{3,4}",
    "YV": "[0-9]{3,4}[A-Z]?",
}
_NO_HYPHEN = frozenset({"HI", "HL", "JA", "JR", "N", "UK", "YV"})
"""Written in one word by the states themselves."""
_LONGEST_MARK = max(map(len, _MARKS))
_BODY = {mark: re.compile(body) for mark, body in _MARKS.items()}

# Cyrillic, read by the look of a letter or by its sound. The two differ for В, Н, Р, С, У, Х.
_BY_LOOK = str.maketrans("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS")
_BY_SOUND = str.maketrans("АБВГДЕЗИЙКЛМНОПРСТУФХІЈЅ", "ABVGDEZIJKLMNOPRSTUFHIJS")


@dataclass(frozen=True, slots=True)
class Readings:
    """Every way in which typed text names an aircraft. More than one = it must be decided."""

    registrations: tuple[str, ...] = ()
    """Normalised; two only where Cyrillic letters can be read by look or by sound."""
    icao24: str | None = None

    @property
    def count(self) -> int:
        """In how many ways it can be read."""
        return len(self.registrations) + (self.icao24 is not None)


def normalise_registration(text: str) -> str | None:
    """A registration or military serial as it is written on paper, or None.

    Upper case, Latin letters, the hyphen where the state puts it (``RA-64523``, ``N899DN``). A
    serial without a nationality mark stays as written (``21512``, ``09-0540``, ``60+01``). None
    for anything that is no registration, for six hex digits that can only be an address, and for
    Cyrillic that reads as two different registrations.
    """
    found = readings(text).registrations
    return found[0] if len(found) == 1 else None


def parse_icao24(text: str) -> str | None:
    """The 24-bit address typed as ``14FC0B``, ``0x14fc0b`` or ``icao:14fc0b``; lower case, or None.

    Six hex digits are an address even where they could also be a serial (``165834``): whoever has
    to know asks `readings`. ``~14fc0b`` is no ICAO address, ``000000`` and ``ffffff`` are nobody's.
    """
    return readings(text).icao24


@lru_cache(maxsize=1024)
def registration_key(registration: str) -> str:
    """What two spellings of one registration have in common: upper case, no hyphens, no spaces."""
    return _BETWEEN.sub("", registration.upper())


@lru_cache(maxsize=1024)
def readings(text: str) -> Readings:
    """Every way to read what was typed; none for what is no aircraft. Never raises."""
    plain = _plain(text)
    if plain is None:
        return Readings()
    by_look = plain.translate(_BY_LOOK)
    if explicit := _ICAO.fullmatch(by_look):
        return Readings(icao24=_address(explicit[1]))
    if marked := _MARKED.fullmatch(by_look):
        return Readings(registrations=_registrations(marked[1].strip(_AROUND), said=True))
    icao24 = _address(by_look) if _HEX.fullmatch(by_look) else None
    return Readings(_registrations(plain, said=False), icao24)


def _plain(text: str) -> str | None:
    """Upper case without ornaments, hyphens and spaces made plain; None where letters would be
    neither Latin nor Cyrillic."""
    if len(text) > MAX_TYPED:
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(
            "-" if unicodedata.category(c) == "Pd" or c == "\u2212" else c
            for c in text
            if unicodedata.category(c) != "Cf"
        )
    text = re.sub(r"[\s_]+", " ", text).strip(_AROUND)
    if any(len(c.upper()) != 1 for c in text):
        return None
    return re.sub(r" ?- ?", "-", text.upper()) or None


def _address(six: str) -> str | None:
    return None if six.lower() in _NO_AIRCRAFT else six.lower()


def _registrations(plain: str, *, said: bool) -> tuple[str, ...]:
    """Latin readings. A reading by sound counts only with a nationality mark, and so does one by
    look where that is so.

    `said` = the asker said that it is a registration, so six hex digits may be one.
    """
    by_look = _latin(plain.translate(_BY_LOOK), said=said)
    if plain.isascii():
        return () if by_look is None else (by_look,)
    by_sound = _latin(plain.translate(_BY_SOUND), said=said)
    if by_sound is None or by_sound == by_look or not is_marked(by_sound):
        return () if by_look is None else (by_look,)
    if by_look is None or not is_marked(by_look):
        return (by_sound,)
    return (by_look, by_sound)


def _latin(text: str, *, said: bool) -> str | None:
    compact = registration_key(text)
    if not 2 <= len(compact) <= _MAX_NAME or not _SERIAL.fullmatch(text):
        return None
    mark, hyphen, rest = text.partition("-")
    if hyphen:
        if mark in _MARKS:
            body = registration_key(rest)
            return _join(mark, body) if _BODY[mark].fullmatch(body) else text
        return text if _has_digit(text) else None
    for length in range(min(_LONGEST_MARK, len(compact) - 1), 0, -1):
        mark, body = compact[:length], compact[length:]
        if mark in _MARKS and _BODY[mark].fullmatch(body):
            return _join(mark, body)
    if _HEX.fullmatch(compact) and not said:
        is_serial = compact.isdecimal() and _address(compact) is not None
        return text if is_serial else None
    return text if _has_digit(text) else None


def _has_digit(text: str) -> bool:
    return any(c.isdecimal() for c in text)


def _join(mark: str, body: str) -> str:
    return mark + body if mark in _NO_HYPHEN else f"{mark}-{body}"


def is_marked(name: str) -> bool:
    """Whether a normalised name bears a nationality mark and what that state puts behind it."""
    mark, hyphen, body = name.partition("-")
    if hyphen:
        return mark in _MARKS and _BODY[mark].fullmatch(body) is not None
    return any(
        name.startswith(mark) and _BODY[mark].fullmatch(name[len(mark) :]) for mark in _NO_HYPHEN
    )
