"""Foreign text on the sheet: only what the font can draw, broken where the line ends."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.formats.plain import plain

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

_FONT: Final = "DejaVuSans.ttf"
_MEASURED_AT: Final = 100
"""Points; widths are in proportion."""


def lines(text: str, *, size_pt: float, width_pt: float, most: int) -> list[str]:
    """The text in at most so many lines of at most that width, and in one at least; "…" where it
    goes on."""
    rest = " ".join(drawable(text).split())
    found: list[str] = []
    room = width_pt * _MEASURED_AT / size_pt
    while rest and len(found) < most:
        line = _line(rest, room)
        rest = rest[len(line) :].lstrip()
        found.append(line.rstrip())
    if rest:
        while found[-1] and _width(found[-1] + "…") > room:
            found[-1] = found[-1][:-1]
        found[-1] += "…"
    return found or [""]


def drawable(text: str) -> str:
    """The text on one line, with U+FFFD for what the font has no sign for."""
    known = _widths()
    return "".join(c if ord(c) in known else "\ufffd" for c in plain(text))


def _line(text: str, room: float) -> str:
    """The beginning of the text that fits: whole words where there are any, and one character at
    least."""
    known, width, end, word_end = _widths(), 0.0, 0, 0
    for end, char in enumerate(text, 1):
        width += known[ord(char)]
        if width > room and end > 1:
            return text[: word_end or end - 1]
        if char == " ":
            word_end = end
    return text[:end]


def _width(text: str) -> float:
    known = _widths()
    return sum(known[ord(char)] for char in text)


@cache
def _widths() -> dict[int, float]:
    """How wide each sign of the font is, by code point."""
    font = _font()
    font.set_size(_MEASURED_AT, 72)
    found: dict[int, float] = {}
    for code in font.get_charmap():
        found[code] = font.load_char(code).linearHoriAdvance / 65536
    return found


def _font() -> FT2Font:
    import matplotlib as mpl  # noqa: PLC0415 - no command pays for it that draws nothing
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    return FT2Font(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / _FONT))
