"""A text's sentences and its language, and pieces of it that can be marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.claims import ClaimLanguage, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Characters `start` to `end` (half-open) of a text."""

    start: int
    end: int

    def holds(self, other: Piece) -> bool:
        """Whether the other lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Piece) -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end

    def mark(self, text: str) -> Mark:
        """This piece as a mark on its text."""
        return Mark(start=self.start, end=self.end, text=text[self.start : self.end])


_END = re.compile(r"[.!?…]+[\"'”»)\]]*(?=\s+[\"'“„«(\[]?[^\W_a-zа-яёіїєґў])|\n+")
_SHORTENED = re.compile(
    r"(?:^|[\s(«„“])(?:[^\W\d_]|Mr|Mrs|Ms|Dr|St|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|"
    r"approx|reg|им|ул|гг|стр|см|млн|тыс|ім|вул|[ap]\.m)$"
)


def sentences(text: str) -> tuple[Piece, ...]:
    """The sentences in order, without the white space around them; none is empty."""
    found: list[Piece] = []
    start = 0
    for end in _END.finditer(text):
        if text[end.start()] == "." and _SHORTENED.search(
            text[max(start, end.start() - 12) : end.start()]
        ):
            continue
        _add(found, text, start, end.end())
        start = end.end()
    _add(found, text, start, len(text))
    return tuple(found)


def _add(found: list[Piece], text: str, start: int, end: int) -> None:
    said = text[start:end]
    first = start + len(said) - len(said.lstrip())
    last = start + len(said.rstrip())
    if first < last:
        found.append(Piece(start=first, end=last))


_ENGLISH = frozenset(
    "the and from at of landed took off departed flew arrived yesterday plane aircraft jet was were "
    "on to with by after it its in into left had has been flight which".split()
)
_OTHERS = frozenset(
    "der die das und ist ein eine aus nach von gestern le la les des est et du un une depuis hier "
    "el los las y fue ayer desde il della nel da ieri ha samolot wylądował w z na się dnia wczoraj "
    "letadlo ze uçak dün ve het een van naar gisteren avião ontem em lėktuvas lidmašīna".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> ClaimLanguage | None:
    """The language that a text is mostly in, of those that are read here; else None."""
    lower = text.lower()
    cyrillic = sum("Ѐ" <= c <= "ӿ" for c in lower)
    latin = sum("a" <= c <= "z" for c in lower)
    if cyrillic * 2 > latin:
        return _cyrillic_language(lower)
    words = _WORD.findall(lower)
    english = sum(word in _ENGLISH for word in words)
    others = sum(word in _OTHERS for word in words)
    return "en" if english > others else None


def _cyrillic_language(lower: str) -> ClaimLanguage | None:
    if re.search("[ђћљњџѓќѕјқғңұһәөү]", lower):
        return None
    ukrainian = len(re.findall("[їєґ]", lower))
    belarusian = 2 * lower.count("ў") + len(re.findall("дз|ць", lower))
    if re.search("[іїєґў]", lower):
        belarusian += len(re.findall("[ыэ]", lower))
        ukrainian += lower.count("и")
        return "be" if belarusian > ukrainian else "uk"
    if belarusian > 1 and not re.search("[ищъ]", lower):
        return "be"
    return "uk" if re.search(r"\b(?:вчора|та|літак|був|року)\b", lower) else "ru"
