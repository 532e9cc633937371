"""Aircraft types by the names people use, as ICAO designators (Doc 8643). One table.

A line: designators = names. Several designators: the name is that of a family. In a name, ``-``
stands for a hyphen, a space or nothing; Latin and Cyrillic makers' names are in `_MAKERS`.
"""

from __future__ import annotations

import re

from schemas.claims import Alternative, Read
from service.domain.claims.text import Piece

_MAKERS = {
    "TU": r"(?:Tupolev\s)?Tu|(?:Туполева?\s)?Ту|Tupolev",
    "IL": r"(?:Ilyushin\s)?Il|(?:Ильюшина?\s)?Ил|Іл|Ilyushin",
    "YAK": r"(?:Yakovlev\s)?Yak|Як|Yakovlev",
    "AN": r"(?:Antonov\s)?An|Ан|Antonov",
    "MI": r"(?:Mil\s)?Mi|Ми|Мі",
    "KA": r"Ka|Ка",
    "SU": r"Su|Су",
    "MIG": r"MiG|Миг|МіГ",
    "A": r"(?:Airbus|Эйрбас|Аэробус|Аэрбус|Ейрбас)\w?[-\s]?[AА]?-?|[AА]-?",
    "AB": r"(?:Airbus|Эйрбас|Аэробус|Аэрбус|Ейрбас)(?:\sA|\sА)?",
    "B": r"Boeing|Боинг\w{0,2}|Боїнг\w{0,2}|Боінг\w{0,2}",
    "G": r"(?:Gulfstream|Гольфстри[мн]|Гольфстрім)(?:\sG)?|Gulfstream\sG?",
    "FALCON": r"(?:Dassault\s)?Falcon|Фалькон",
    "GLOBAL": r"(?:Bombardier\s)?Global(?:\sExpress)?",
    "CL": r"(?:Bombardier\s)?Challenger|Челленджер",
    "E": r"(?:Embraer|Эмбраер|Эмбраэр|Ембраер)(?:\s(?:ERJ|E|Е)-?)?|ERJ|E(?=-?1[79])",
    "LEGACY": r"(?:Embraer\s)?Legacy",
    "CRJ": r"(?:Bombardier\s)?CRJ",
    "LJ": r"Learjet",
}
_SOVIET = frozenset({"TU", "IL", "YAK", "AN", "MI", "KA", "SU"})
_TABLE = """
T204 = TU-204, TU-214
T154 = TU-154, TU-154M, TU-154B
T134 = TU-134
T160 = TU-160
T22M = TU-22M3, TU-22M
IL18 = IL-18, IL-20, IL-22
IL38 = IL-38
IL62 = IL-62, IL-62M
IL76 = IL-76, IL-76TD, IL-76MD, IL-78
IL86 = IL-86, IL-80
IL96 = IL-96, IL-96-300
I114 = IL-114
YK40 = YAK-40
YK42 = YAK-42
AN2 = AN-2
AN12 = AN-12
AN22 = AN-22
AN24 = AN-24
AN26 = AN-26
AN30 = AN-30
AN32 = AN-32
AN72 = AN-72, AN-74
A124 = AN-124
A140 = AN-140
A148 = AN-148
A158 = AN-158
A225 = AN-225
MI8 = MI-8, MI-17, MI-171
MI24 = MI-24, MI-35
MI26 = MI-26
MI38 = MI-38
SU95 = SSJ-100, SSJ100, Sukhoi Superjet 100, Superjet 100, Sukhoi Superjet, Superjet, Суперджет 100, Суперджет
SU24 = SU-24
SU27 = SU-27
MG29 = MIG-29
MG31 = MIG-31
A318 = A-318
A319 = A-319, A-319ceo
A320 = A-320
A321 = A-321
A19N = A-319neo
A20N = A-320neo
A21N = A-321neo
A332 A333 A338 A339 = A-330
A332 = A-330-200
A333 = A-330-300
A339 = A-330-900
A342 A343 A345 A346 = A-340
A343 = A-340-300
A359 A35K = A-350
A359 = A-350-900
A388 = A-380
A310 = A-310
BCS1 = AB-220-100
BCS3 = AB-220-300
BCS1 BCS3 = AB-220
B732 B733 B734 B735 B736 B737 B738 B739 B37M B38M B39M = B-737
B733 = B-737-300
B734 = B-737-400
B735 = B-737-500
B737 = B-737-700
B738 = B-737-800
B739 = B-737-900
B38M = B-737 MAX 8, B-737-8
B39M = B-737 MAX 9, B-737-9
B37M B38M B39M = B-737 MAX
B741 B742 B744 B748 = B-747
B744 = B-747-400
B748 = B-747-8
B752 B753 = B-757
B752 = B-757-200
B762 B763 B764 = B-767
B763 = B-767-300
B772 B77L B773 B77W = B-777
B772 = B-777-200
B77W = B-777-300ER
B788 B789 B78X = B-787
B788 = B-787-8
B789 = B-787-9
B712 = B-717
GLF4 = G-IV, G-450
GLF5 = G-V, G-550
GLF6 = G-650, G-650ER
GA5C = G-500
GA6C = G-600
G280 = G-280
F900 = FALCON-900
F2TH = FALCON-2000
FA50 = FALCON-50
FA7X = FALCON-7X
FA8X = FALCON-8X
CL30 = CL-300
CL35 = CL-350
CL60 = CL-600, CL-601, CL-604, CL-605, CL-650, CL-850
GL5T = GLOBAL-5000, GLOBAL-5500
GLEX = GLOBAL-6000, GLOBAL-6500
GL7T = GLOBAL-7500
E35L = LEGACY-600, LEGACY-650
E135 = E-135
E145 = E-145
E170 = E-170
E75L E75S = E-175
E190 = E-190
E195 = E-195
CRJ1 = CRJ-100
CRJ2 = CRJ-200
CRJ7 = CRJ-700
CRJ9 = CRJ-900
AT43 AT45 AT46 AT72 AT75 AT76 = ATR
AT72 AT75 AT76 = ATR-72
AT43 AT45 AT46 = ATR-42
DH8D = Dash 8 Q400, Q400
L410 = L-410
LJ45 = LJ-45
LJ60 = LJ-60
PC12 = PC-12
C17 = C-17
C130 C30J = C-130
C172 = Cessna 172
C208 = Cessna 208
EC35 = EC135, EC-135
EC45 = EC145, EC-145
"""


def _pattern(name: str) -> str:
    maker, hyphen, rest = name.partition("-")
    if hyphen and maker in _MAKERS:
        tail = re.escape(rest).replace(r"\ ", r"\s").replace(r"\-", "[-‐‑–—−]")
        gap = "" if maker == "A" else r"[-‐‑–—−\s]?"
        variant = "(?:[A-ZА-Я]{1,3})?" if maker in _SOVIET else ""  # Ту-154М, Ту-214ОН
        return rf"(?:{_MAKERS[maker]}){gap}{tail}{variant}"
    plain = re.escape(name).replace(r"\ ", r"[\s-]")
    return plain.replace(r"\-", r"[-‐‑–—−\s]?")


def _named() -> tuple[re.Pattern[str], tuple[tuple[str, ...], ...]]:
    rows: list[tuple[str, tuple[str, ...]]] = []
    for line in _TABLE.strip().splitlines():
        codes, _, names = line.partition(" = ")
        rows.extend((name.strip(), tuple(codes.split())) for name in names.split(","))
    rows.sort(key=lambda row: (-len(row[0]), row[0]))
    either = "|".join(f"(?P<t{i}>{_pattern(name)})" for i, (name, _) in enumerate(rows))
    return (
        re.compile(rf"(?<![\w-])(?:{either})(?:s|['’]s)?(?![\w]|-\d)", re.IGNORECASE),
        tuple(codes for _, codes in rows),
    )


_NAMED, _CODES = _named()


def types_in(text: str) -> tuple[tuple[Piece, tuple[str, ...]], ...]:
    """Every type named in the text, with its designators (several = a family)."""
    found = []
    for match in _NAMED.finditer(text):
        said = match[0]
        if said[0].islower():
            continue  # "a 320-metre runway"
        name = next(key for key, part in match.groupdict().items() if part is not None)
        found.append((Piece(start=match.start(), end=match.end(name)), _CODES[int(name[1:])]))
    return tuple(found)


def read_type(text: str, piece: Piece, codes: tuple[str, ...]) -> Read[str]:
    """The type as it is shown: the first designator, the family's others as alternatives."""
    why = f"“{text[piece.start : piece.end]}” names a family; this is another of it."
    return Read(
        value=codes[0],
        mark=piece.mark(text),
        alternatives=tuple(Alternative(value=code, why=why) for code in codes[1:]),
        note="Any type of the family fits." if len(codes) > 1 else "",
    )
