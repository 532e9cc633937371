"""The rows of a readsb trace: what each column may hold, and how they are read.

A row has 9 columns in old archives, 14 since 2022 (readsb README-json.md, "trace jsons")::

     0 s after timestamp   1 lat   2 lon   3 baro ft | "ground" | null   4 gs kt   5 track
     6 flags   7 ft/min   8 details | null
     9 type   10 geom ft   11 geom ft/min   12 IAS kt   13 roll

The row type below is the one statement of types and bounds. Sound files are decoded by it, some
hundred rows at a time. When anything at all is wrong, the file is read again row by row against
the same type, so that a bad row is rejected and counted, and costs none of the good ones.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

import msgspec

from adapters._bytes import shown
from adapters._contract import UnreadablePage
from adapters._json import Object, read_json
from schemas.records import Rejected

MIN_COLUMNS = 9
MAX_COLUMNS = 14
MAX_ROWS = 500_000
"""No real file holds so many: it would be five or six rows a second, all day."""

Kind = Literal[
    "adsb_icao",
    "adsb_icao_nt",
    "adsb_other",
    "adsr_icao",
    "adsr_other",
    "tisb_icao",
    "tisb_trackfile",
    "tisb_other",
    "adsc",
    "mlat",
    "mode_s",
    "other",
    "unknown",
]
KINDS: frozenset[str] = frozenset(get_args(Kind))

_Category = Annotated[int, msgspec.Meta(ge=0, le=15)]  # NIC, NACp: four bits
_Level = Annotated[int, msgspec.Meta(ge=0, le=3)]  # SIL: two bits
_Qnh = Annotated[float, msgspec.Meta(ge=500, le=1_500)]  # the message spans 800 to 1,208 hPa
_AltGeom = Annotated[float, msgspec.Meta(ge=-5_000, le=150_000)]


UNSAID = 255
"""Stands for a level that is not said: as a byte, -1."""


class Details(msgspec.Struct, gc=False):
    """The few fields we read of a row's details; the others are skipped unread."""

    flight: str | None = None
    squawk: str | None = None
    nic: _Category | None = UNSAID
    nac_p: _Category | None = UNSAID
    sil: _Level | None = UNSAID
    nav_qnh: _Qnh | None = None


class EarlyDetails(Details, gc=False):
    """Rows without columns 9 and 10 say here what those hold since."""

    type: str | None = None
    alt_geom: _AltGeom | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of a row may hold."""

    name: str
    of: Any
    low: float = -sys.float_info.max
    high: float = sys.float_info.max


COLUMNS = (
    Column("time", float, -864_000, 864_000),  # ten days; a file holds about one
    Column("latitude", float, -90, 90),
    Column("longitude", float, -180, 180),
    Column("altitude", float | Literal["ground"] | None, -5_000, 150_000),  # Mode C: to 126,750
    Column("ground speed", float | None, 0, 5_000),  # a velocity message ends at 4,086 kt
    Column("track", float | None, 0, 360),
    Column("flags", Annotated[int, msgspec.Meta(ge=0, le=255)]),
    Column("vertical rate", float | None, -100_000, 100_000),  # the message ends at 32,608
    Column("details", Details | None),
    Column("type", Kind | None),
    Column("geometric altitude", float | None, -5_000, 150_000),
    Column("geometric rate", float | None, -100_000, 100_000),
    Column("airspeed", float | None),
    Column("roll", float | None),
)

Row = tuple[Any, ...]
"""9 to 14 values, as the column types have them."""


def _row_type(columns: int) -> Any:
    types = [column.of for column in COLUMNS[:columns]]
    if columns <= 10:
        types[8] = EarlyDetails | None
    return tuple.__class_getitem__(tuple(types))


_WIDTHS = (MAX_COLUMNS, MIN_COLUMNS, *range(MIN_COLUMNS + 1, MAX_COLUMNS))
"""The usual widths first: the wrong ones give up at the first row."""
_DECODERS = {
    width: msgspec.json.Decoder(list.__class_getitem__(_row_type(width))) for width in _WIDTHS
}
_HOLDERS = {width: msgspec.defstruct("_Holder", [("row", _row_type(width))]) for width in _WIDTHS}
"""For rows read one by one: msgspec remembers what it makes of a Struct, not of a tuple."""

_TRACE_KEY = re.compile(rb'"trace"\s*:\s*\[')
_BETWEEN_ROWS = re.compile(rb"\]\s*,\s*\[")
CHUNK_BYTES = 64 * 1024
"""So much text at a time that its rows stay in the processor's cache: a fifth faster."""
_TAIL = 4 * 1024
"""Rows are shorter than this, and the last place between two of them is looked for in it."""


class Unsound(Exception):
    """Something in the file is not as it should be; `rows_one_by_one` finds out what."""


def read_soundly(chunks: Iterable[bytes], take: Callable[[list[Row]], None]) -> Object:
    """Hands on all rows, some hundred at a time, those of one piece of one width, and returns the
    header. Raises `Unsound`.

    `chunks`: the file's text in pieces of about `CHUNK_BYTES`. Its whole text is never held: a
    large piece of memory taken and given back for each file costs as much as gunzipping it.
    """
    parts = iter(chunks)
    first = next(parts, b"")
    key = _TRACE_KEY.search(first)
    if key is None:
        raise Unsound
    held = [first[key.end() :]]
    """Text since the last row that was handed on."""
    count = 0
    width: int | None = None
    for chunk in parts:
        between = _last_between(held[-1])
        if between is not None:
            rows = [*held[:-1], held[-1][: between.start() + 1]]
            held = [held[-1][between.end() - 1 :]]
            width, count = _handed_on(rows, width, count, take)
        held.append(chunk)
    rest = b"".join(held)
    end = rest.rfind(b"]")
    if end < 0:
        raise Unsound
    _handed_on([rest[:end]], width, count, take)
    try:
        head = document(first[: key.end()] + rest[end:])
    except UnreadablePage as error:
        raise Unsound from error
    if head.get("trace") != []:
        raise Unsound
    return head


def _last_between(text: bytes) -> re.Match[bytes] | None:
    """One of the last places between two rows."""
    return _BETWEEN_ROWS.search(text, max(0, len(text) - _TAIL)) or _BETWEEN_ROWS.search(text)


def _handed_on(
    rows: list[bytes], width: int | None, count: int, take: Callable[[list[Row]], None]
) -> tuple[int, int]:
    """How wide the rows are, and how many there are by now."""
    width, decoded = _decoded(b"".join((b"[", *rows, b"]")), width)
    count += len(decoded)
    if count > MAX_ROWS:
        raise Unsound
    take(decoded)
    return width, count


def _decoded(array: bytes, width: int | None) -> tuple[int, list[Row]]:
    """The rows, and how wide they are; `width` is tried first."""
    for candidate in (width, *_WIDTHS) if width else _WIDTHS:
        try:
            return candidate, _DECODERS[candidate].decode(array)
        except msgspec.ValidationError:
            continue
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Unsound from error
    raise Unsound


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a file after every row was looked at."""

    pieces: list[list[Row]]
    """The good rows in order; those of one piece have one width."""
    numbers: list[int]
    """Where each of them stands in the file, counted from 0."""
    rejected: tuple[Rejected, ...]


def document(text: bytes) -> Object:
    """The file as one JSON object, read leniently. Raises `UnreadablePage`."""
    read = read_json(text, cap_bytes=len(text))
    if not isinstance(read, Object):
        raise UnreadablePage(f"The file is JSON, but no trace: {shown(read, 40)}.")
    return read


def rows_one_by_one(trace: object, in_time: Callable[[float], bool]) -> Checked:
    """Every good row, and the bad ones counted by reason.

    `trace` is what the document says under that name; `in_time` tells whether a row's offset (s)
    gives a possible time. Raises `UnreadablePage` when there is no list of rows at all.
    """
    if not isinstance(trace, list):
        raise UnreadablePage(
            "The file has no list of positions (trace), so there is nothing to read."
            if trace is None
            else f"The file's list of positions (trace) is no list but {shown(trace, 40)}."
        )
    if len(trace) > MAX_ROWS:
        raise UnreadablePage(
            f"The file holds {len(trace):,} positions, far more than a day of flying has."
        )
    pieces: list[list[Row]] = [[]]
    numbers: list[int] = []
    counts: dict[str, int] = {}
    samples: dict[str, str] = {}
    for number, raw in enumerate(trace):
        row = _checked(raw, in_time)
        if isinstance(row, str):
            counts[row] = counts.get(row, 0) + 1
            samples.setdefault(row, f"row {number}: {shown(raw)}")
            continue
        if pieces[-1] and len(pieces[-1][-1]) != len(row):
            pieces.append([])
        pieces[-1].append(row)
        numbers.append(number)
    rejected = tuple(
        Rejected(why=why, count=count, sample=samples[why]) for why, count in counts.items()
    )
    return Checked(pieces, numbers, rejected)


def _checked(raw: object, in_time: Callable[[float], bool]) -> Row | str:
    """One row as the row type has it, or why not."""
    if not isinstance(raw, list):
        return "row is no list"
    if len(raw) < MIN_COLUMNS:
        return "row too short"
    if len(raw) > MAX_COLUMNS:
        return "row too long"
    if len(raw) > 9 and isinstance(raw[9], str) and raw[9] not in KINDS:
        raw = [*raw[:9], "unknown", *raw[10:]]  # a kind that readsb has learnt since
    try:
        row: Row = msgspec.convert({"row": raw}, _HOLDERS[len(raw)]).row  # type: ignore[attr-defined]  # made here
    except msgspec.ValidationError as error:
        return _why(str(error))
    except UnicodeEncodeError:  # a lone surrogate where a word or a key is expected
        return "row holds text that is none"
    for value, column in zip(row, COLUMNS, strict=False):
        if isinstance(value, float | int) and not column.low <= value <= column.high:
            return f"{column.name} out of range"
    return row if in_time(row[0]) else "time out of range"


_WHERE = re.compile(r"\$\.row\[(\d+)\](?:\.(\w+))?")
_BOUND = re.compile(r"[<>]=|out of range")


def _why(message: str) -> str:
    where = _WHERE.search(message)
    if where is None:
        return "row unreadable"
    name = COLUMNS[int(where[1])].name + (f" ({where[2]})" if where[2] else "")
    return f"{name} {'out of range' if _BOUND.search(message) else 'of the wrong type'}"
