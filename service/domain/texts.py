"""Text of strangers, fit to be shown: callsigns, names and whatever is typed may hold anything."""

from __future__ import annotations


def one_line(text: str) -> str:
    """The text on one line: whatever cannot be printed, breaks among it, is a space, and spaces are
    single."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def clipped(text: str, longest: int) -> str:
    """The text on one line, at most `longest` characters of it, the last a “…” where more was."""
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def shown(text: str) -> str:
    """The text with a “?” for each character that a terminal might obey."""
    return "".join(c if c.isprintable() else "?" for c in text)
