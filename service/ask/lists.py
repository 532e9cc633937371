"""Lists of whom to follow, as people keep them: a line each, or plane-alert-db's table.

A line is a subject, and after a comma a label: ``RA-64523, the one of the story``. A subject is an
aircraft unless a word before a colon says otherwise (``type:T204``, ``operator:…``,
``airport:UMMS``). What follows a ``#`` is a comment.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from adapters.plane_alert_db import COLUMNS
from schemas.watching import WatchKind
from service.domain.identity.resolve import parse_icao24
from service.errors import BadInput, Unreadable

LARGEST_BYTES: Final = 64 * 1024 * 1024
_PREFIXES: Final[tuple[WatchKind, ...]] = ("aircraft", "type", "operator", "airport")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of a list."""

    number: int
    """From 1, as an editor counts."""
    kind: WatchKind = "aircraft"
    subject: str = ""
    """As it stands there."""
    label: str = ""
    wrong: str = ""
    """Why the line cannot be taken; empty = it can."""


def listed(content: bytes) -> Iterator[Listed]:
    """Every line that says something.

    Raises `Unreadable` when it is no text, or too much of it.
    """
    if len(content) > LARGEST_BYTES:
        raise Unreadable(f"A list has at most {LARGEST_BYTES >> 20} MiB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("The list is no UTF-8 text; save it as such.") from error
    first = text.split("\n", 1)[0]
    if COLUMNS[0] in first and COLUMNS[1] in first:
        return _plane_alert(text)
    return _lines(text)


def _lines(text: str) -> Iterator[Listed]:
    for number, line in enumerate(text.splitlines(), 1):
        said = _without_comment(line).strip()
        if not said:
            continue
        subject, _, label = said.partition(",")
        kind: WatchKind = "aircraft"
        for prefix in _PREFIXES:
            if subject.lower().startswith(f"{prefix}:"):
                kind, subject = prefix, subject[len(prefix) + 1 :]
        yield Listed(number=number, kind=kind, subject=subject.strip(), label=label.strip())


def _without_comment(line: str) -> str:
    if line.lstrip().startswith("#"):
        return ""
    for space in (" #", "\t#"):
        line = line.partition(space)[0]
    return line


def _plane_alert(text: str) -> Iterator[Listed]:
    """By address, which is what receivers hear; whose it is, is the label."""
    rows = csv.reader(io.StringIO(text, newline=""))
    header = next(rows)
    columns = {name.strip(): place for place, name in enumerate(header)}
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise Unreadable(f"The table lacks the columns {', '.join(missing)}.")
    places = [columns[name] for name in COLUMNS]
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Listed(number=number, wrong=f"it is no row of a table: {error}.")
            continue
        if not any(cell.strip() for cell in row):
            continue
        yield _plane(number, row, places)


def _plane(number: int, row: list[str], places: list[int]) -> Listed:
    if len(row) <= max(places):
        return Listed(number=number, wrong="it has too few columns.")
    address, registration, operator, type_code = (row[place].strip() for place in places)
    try:
        icao24 = parse_icao24(address)
    except BadInput:
        icao24 = None
    if icao24 is None:
        wrong = f"“{address[:20]}” is no 24-bit address (six hexadecimal digits)."
        return Listed(number=number, wrong=wrong)
    label = ", ".join(part for part in (registration, operator, type_code) if part)
    return Listed(number=number, subject=icao24, label=label[:100])
