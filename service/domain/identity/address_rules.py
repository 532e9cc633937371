"""Which 24-bit address a country would give to a registration, and the way back.

Some states number their aircraft by a formula. The numbers below are facts about those formulas;
they hold for most aircraft of these states and fail for some (tests/domain/test_identity_rules.py
measures by how much). So a rule is a fallback and never a fact: `resolve` in this room uses one
only where no source speaks, and says so.

Four kinds of formula:

- number: start + (number - first number)                           Russia, Cuba
- letters: start + i1·s1 + i2·s2 + i3, three letters, A = 0          Germany, France, Canada, …
- decimal digits read as hexadecimal ones                            South Korea
- a tree of digits and letters, walked in order                      United States, Japan
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_AZ = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AZ_NO_IO = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which look like digits."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """`prefix` + `digits` decimal digits: one address each, in order."""

    prefix: str
    digits: int
    start: int
    first: int
    count: int

    def address(self, registration: str) -> int | None:
        body = registration.removeprefix(self.prefix)
        if body == registration or not re.fullmatch(rf"[0-9]{{{self.digits}}}", body):
            return None
        step = int(body) - self.first
        return self.start + step if 0 <= step < self.count else None

    def registration(self, address: int) -> str | None:
        step = address - self.start
        if not 0 <= step < self.count:
            return None
        return f"{self.prefix}{self.first + step:0{self.digits}d}"


@dataclass(frozen=True, slots=True)
class _Letters:
    """`prefix` + three letters; `start` is the address of `first`."""

    prefix: str
    start: int
    stride1: int
    stride2: int
    first: str = "AAA"
    last: str = "ZZZ"

    def _offset(self, letters: str) -> int:
        i1, i2, i3 = (_AZ.index(letter) for letter in letters)
        return i1 * self.stride1 + i2 * self.stride2 + i3

    def address(self, registration: str) -> int | None:
        body = registration.removeprefix(self.prefix)
        if body == registration or not re.fullmatch("[A-Z]{3}", body):
            return None
        if not self.first <= body <= self.last:
            return None
        return self.start + self._offset(body) - self._offset(self.first)

    def registration(self, address: int) -> str | None:
        offset = address - self.start + self._offset(self.first)
        if address < self.start:
            return None
        i1, rest = divmod(offset, self.stride1)
        i2, i3 = divmod(rest, self.stride2)
        if max(i1, i2, i3) >= len(_AZ):
            return None
        body = _AZ[i1] + _AZ[i2] + _AZ[i3]
        return self.prefix + body if self.first <= body <= self.last else None


@dataclass(frozen=True, slots=True)
class _DigitsAsHex:
    """`prefix` + four digits; the step from `first` is written in decimal and read in hex."""

    prefix: str
    start: int
    first: int
    count: int

    def address(self, registration: str) -> int | None:
        body = registration.removeprefix(self.prefix)
        if body == registration or not re.fullmatch("[0-9]{4}", body):
            return None
        step = int(body) - self.first
        return self.start + int(str(step), 16) if 0 <= step < self.count else None

    def registration(self, address: int) -> str | None:
        step = f"{address - self.start:x}" if address >= self.start else "x"
        if not step.isdecimal() or int(step) >= self.count:
            return None
        return f"{self.prefix}{self.first + int(step)}"


class _UnitedStates:
    """N1 to N99999: after each digit come no letter, one letter, two letters, then the next digit.

    A whole branch below n digits holds 601 ends with up to two letters (1 + 24 + 24·24) and ten
    branches of the next digit; below four digits only 1 + 24 ends and ten single fifth digits.
    """

    start = 0xA00001
    branch = (101711, 10111, 951, 35)
    """Addresses below one value of the first, second, third and fourth digit."""
    suffixes = 601
    shape = re.compile(r"N([1-9][0-9]{0,4})([A-HJ-NP-Z]{0,2})")

    def address(self, registration: str) -> int | None:
        found = self.shape.fullmatch(registration)
        if found is None:
            return None
        digits, letters = found.groups()
        if len(digits) + len(letters) > 5:
            return None
        offset = (int(digits[0]) - 1) * self.branch[0]
        for place, digit in enumerate(digits[1:4], start=1):
            offset += self.suffixes + int(digit) * self.branch[place]
        if len(digits) == 5:
            return self.start + offset + 1 + len(_AZ_NO_IO) + int(digits[4])
        if letters:
            # Below four digits only one letter is left, so the next letter follows at once.
            follow = len(_AZ_NO_IO) + 1 if len(digits) < 4 else 1
            offset += 1 + _AZ_NO_IO.index(letters[0]) * follow
        if len(letters) == 2:
            offset += 1 + _AZ_NO_IO.index(letters[1])
        return self.start + offset

    def registration(self, address: int) -> str | None:
        offset = address - self.start
        if not 0 <= offset < 9 * self.branch[0]:
            return None
        digit, offset = divmod(offset, self.branch[0])
        text = f"N{digit + 1}"
        for below in self.branch[1:]:
            if offset < self.suffixes:
                return text + self._suffix(offset)
            digit, offset = divmod(offset - self.suffixes, below)
            text += str(digit)
        if offset == 0:
            return text
        if offset <= len(_AZ_NO_IO):
            return text + _AZ_NO_IO[offset - 1]
        return text + str(offset - 1 - len(_AZ_NO_IO))

    @staticmethod
    def _suffix(offset: int) -> str:
        if offset == 0:
            return ""
        first, second = divmod(offset - 1, len(_AZ_NO_IO) + 1)
        return _AZ_NO_IO[first] + (_AZ_NO_IO[second - 1] if second else "")


class _Japan:
    """JA + digit + digit + (digit + digit or letter | letter + letter)."""

    start = 0x840000
    branch1, branch2 = 22984, 916
    digit_third, digit_third_all = 34, 340
    shape = re.compile(r"JA([0-9])([0-9])(?:([0-9])([0-9A-HJ-NP-Z])|([A-HJ-NP-Z])([A-HJ-NP-Z]))")

    def address(self, registration: str) -> int | None:
        found = self.shape.fullmatch(registration)
        if found is None:
            return None
        first, second, digit3, fourth, letter3, letter4 = found.groups()
        offset = int(first) * self.branch1 + int(second) * self.branch2
        if digit3 is not None:
            offset += int(digit3) * self.digit_third + ("0123456789" + _AZ_NO_IO).index(fourth)
        else:
            offset += self.digit_third_all
            offset += _AZ_NO_IO.index(letter3) * len(_AZ_NO_IO) + _AZ_NO_IO.index(letter4)
        return self.start + offset

    def registration(self, address: int) -> str | None:
        offset = address - self.start
        if not 0 <= offset < 10 * self.branch1:
            return None
        first, offset = divmod(offset, self.branch1)
        second, offset = divmod(offset, self.branch2)
        if second > 9:
            return None
        if offset < self.digit_third_all:
            third, offset = divmod(offset, self.digit_third)
            return f"JA{first}{second}{third}{('0123456789' + _AZ_NO_IO)[offset]}"
        third, fourth = divmod(offset - self.digit_third_all, len(_AZ_NO_IO))
        return f"JA{first}{second}{_AZ_NO_IO[third]}{_AZ_NO_IO[fourth]}"


_RULES: tuple[_Numbers | _Letters | _DigitsAsHex | _UnitedStates | _Japan, ...] = (
    _Numbers("RA-", 5, 0x140000, 0, 100_000),
    _Numbers("CU-T", 4, 0x0B03E8, 1000, 1000),
    _Letters("F-B", 0x380000, 1024, 32),
    _Letters("F-I", 0x388000, 1024, 32),
    _Letters("F-G", 0x390000, 1024, 32),
    _Letters("F-H", 0x398000, 1024, 32),
    _Letters("F-O", 0x3A0000, 1024, 32),
    _Letters("D-A", 0x3C4421, 1024, 32, "AAA", "OZZ"),
    _Letters("D-A", 0x3C0001, 676, 26, "PAA", "ZZZ"),
    _Letters("D-B", 0x3C8421, 1024, 32, "AAA", "OZZ"),
    _Letters("D-B", 0x3C2001, 676, 26, "PAA", "ZZZ"),
    _Letters("D-C", 0x3CC000, 676, 26),
    _Letters("D-E", 0x3D04A8, 676, 26),
    _Letters("D-F", 0x3D4950, 676, 26),
    _Letters("D-G", 0x3D8DF8, 676, 26),
    _Letters("D-H", 0x3DD2A0, 676, 26),
    _Letters("D-I", 0x3E1748, 676, 26),
    _Letters("OO-", 0x448421, 1024, 32),
    _Letters("OY-", 0x458421, 1024, 32),
    _Letters("OH-", 0x460000, 676, 26),
    _Letters("SX-", 0x468421, 1024, 32),
    _Letters("CS-", 0x490421, 1024, 32),
    _Letters("YR-", 0x4A0421, 1024, 32),
    _Letters("TC-", 0x4B8421, 1024, 32),
    _Letters("JY-", 0x740421, 1024, 32),
    _Letters("AP-", 0x760421, 1024, 32),
    _Letters("9V-", 0x768421, 1024, 32),
    _Letters("YK-", 0x778421, 1024, 32),
    _Letters("C-F", 0xC00001, 676, 26),
    _Letters("C-G", 0xC044A9, 676, 26),
    _Letters("LV-", 0xE01041, 4096, 64),
    _DigitsAsHex("HL", 0x71BA00, 7200, 600),
    _DigitsAsHex("HL", 0x71C000, 8000, 100),
    _DigitsAsHex("HL", 0x71C200, 8200, 100),
    _UnitedStates(),
    _Japan(),
)


@lru_cache(maxsize=1024)
def rule_icao24(registration: str) -> str | None:
    """The address that the state's formula gives to a normalised registration; None = no formula.

    >>> rule_icao24("RA-64523")
    '14fc0b'
    """
    for rule in _RULES:
        address = rule.address(registration)
        if address is not None:
            return f"{address:06x}"
    return None


@lru_cache(maxsize=1024)
def rule_registration(icao24: str) -> str | None:
    """The registration whose formula gives this address (six lower-case hex digits), or None."""
    if not re.fullmatch("[0-9a-f]{6}", icao24):
        return None
    address = int(icao24, 16)
    for rule in _RULES:
        registration = rule.registration(address)
        if registration is not None:
            return registration
    return None
