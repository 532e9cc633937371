"""How fast an aircraft of a type can cross the ground, at the very most.

A bound refutes ("could not have been there"), so it is generous: the type's highest cruise plus a
strong jet stream. A type we do not know gets the fastest aircraft in service.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpeedClass:
    """Types that share a bound."""

    name: str
    v_max_kt: float
    """Over the ground, tail wind included."""


ANY = SpeedClass("unknown type", 1_650.0)
"""MiG-31 and MiG-25 at altitude (Mach 2.83)."""
JET = SpeedClass("jet", 720.0)
"""Fastest airliner ground speeds on record are just under 700 kt, in a 200 kt jet stream."""
FAST_TURBOPROP = SpeedClass("fast turboprop", 600.0)
TURBOPROP = SpeedClass("turboprop", 480.0)
PISTON = SpeedClass("piston", 360.0)
HELICOPTER = SpeedClass("helicopter", 260.0)

# ICAO Doc 8643 designators. Supersonic types are left out on purpose: they fall to `ANY`.
_DESIGNATORS: tuple[tuple[SpeedClass, str], ...] = (
    (
        JET,
        """
        A124 A148 A158 A178 A19N A20N A21N A225 A306 A30B A310 A318 A319 A320 A321 A332 A333 A337
        A338 A339 A342 A343 A345 A346 A359 A35K A388 A3ST AN72 ASTR B37M B38M B39M B3XM B461
        B462 B463 B701 B703 B712 B720 B721 B722 B732 B733 B734 B735 B736 B737 B738 B739 B741
        B742 B743 B744 B748 B74R B74S B752 B753 B762 B763 B764 B772 B773 B778 B779 B77L B77W
        B788 B789 B78X BCS1 BCS3 BLCF C17 C25A C25B C25C C25M C500 C501 C510 C525 C526 C550 C551
        C55B C560 C56X C5M C650 C680 C68A C700 C750 CL30 CL35 CL60 CRJ1 CRJ2 CRJ7 CRJ9 CRJX C919
        DC10 DC85 DC86 DC87 DC91 DC92 DC93 DC94 DC95 E135 E145 E170 E190 E195 E275 E290 E295 E35L
        E3TF E45X E50P E545 E550 E55P E75L E75S E6 EA50 F100 F28 F2TH F70 F900 FA10 FA20 FA50 FA5X
        FA6X FA7X FA8X G150 G280 GA5C GA6C GA7C GALX GL5T GL7T GLEX GLF2 GLF3 GLF4 GLF5 GLF6 H25A
        H25B H25C HA4T HDJT IL62 IL76 IL86 IL96 J328 K35E K35R L101 LJ23 LJ24 LJ25 LJ31 LJ35
        LJ40 LJ45 LJ55 LJ60 LJ70 LJ75 MC23 MD11 MD81 MD82 MD83 MD87 MD88 MD90 P8 PC24 PRM1 R135
        RJ1H RJ70 RJ85 SBR1 SF50 SU95 T134 T154 T204 WW24 YK40 YK42
        """,
    ),
    (FAST_TURBOPROP, "A400 TU95 AN22 AN70"),
    (
        TURBOPROP,
        """
        AC90 AC95 AN12 AN24 AN26 AN28 AN30 AN32 AN38 AN8 AT43 AT44 AT45 AT46 AT72 AT73 AT75 AT76
        ATP B190 B350 BE10 BE20 BE30 BE99 BE9L BE9T C130 C208 C212 C27J C295 C30J C425 C441 CN35
        CVLT D228 D328 DH8A DH8B DH8C DH8D DHC6 DHC7 E110 E120 E2 EPIC F27 F50 G159 I114 IL18 IL38
        JS31 JS32 JS41 L188 L410 L610 MA60 MU2 P180 P3 P46T PAY1 PAY2 PAY3 PAY4 PC12 PC6T SB20 SC7
        SF34 SH33 SH36 SW2 SW3 SW4 TBM7 TBM8 TBM9 Y12 YS11
        """,
    ),
    (
        PISTON,
        """
        AA5 AC11 AN2 BE23 BE33 BE35 BE36 BE55 BE58 BE76 BE95 BL8 C150 C152 C170 C172 C177 C180 C182
        C185 C206 C207 C210 C240 C303 C310 C337 C340 C402 C404 C414 C421 C72R C77R C82R CH7A COL3
        COL4 DA40 DA42 DA62 DR40 DV20 G115 J3 LA8 M20P M20T P06T P28A P28B P28R P28T P32R P32T P46
        PA18 PA22 PA23 PA24 PA27 PA30 PA31 PA32 PA34 PA38 PA44 PA46 RV10 RV6 RV7 RV8 SR20 SR22
        S22T TB20 TOBA Y112 Y18T YK18 YK52
        """,
    ),
    (
        HELICOPTER,
        """
        A109 A119 A139 A169 A189 ALO2 ALO3 AS32 AS50 AS55 AS65 B06 B06T B105 B212 B222 B230 B407
        B412 B427 B429 B430 B47G B505 BK17 EC20 EC25 EC30 EC35 EC45 EC55 EC75 EXPL GAZL H47 H500
        H60 H64 KA26 KA27 KA52 KA62 LAMA LYNX MI2 MI24 MI26 MI38 MI8 NH90 PUMA R22 R44 R66 S61
        S76 S92 UH1 UH1Y
        """,
    ),
)
_CLASS_OF: dict[str, SpeedClass] = {
    code: speed for speed, codes in _DESIGNATORS for code in codes.split()
}


def speed_class(type_codes: Iterable[str]) -> SpeedClass:
    """The class whose bound holds for every one of `type_codes` (ICAO designators).

    No code at all, or one we do not know, gives `ANY`: a wrong "could not have been there" is
    worse than none.
    """
    classes = [_CLASS_OF.get(code.strip().upper(), ANY) for code in type_codes if code.strip()]
    return max(classes, key=lambda speed: speed.v_max_kt, default=ANY)
