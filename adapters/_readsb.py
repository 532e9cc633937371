"""Reads readsb traces (``trace_full``, ``trace_recent``): bytes in, NumPy columns out.

What readsb writes is described in its README-json.md; the columns in `adapters._readsb_rows`.
What we decide here:

- A row is believed as a whole or not at all.
- ``adsr_*`` is ADS-B rebroadcast by a ground station, so what was heard is not the aircraft. It
  counts as TIS-B: an indirect position, which never supports a strong grade.
- A kind of position we do not know is kept as `Via.OTHER`.
- NIC, NACp, SIL and QNH stand in the details, on about every fourth row. They hold for the rows
  after it until said anew; a new leg or a silence of ten minutes ends that, and the rows up to
  the next details have none. QNH above all must not outlive a silence: it is set to the field's
  pressure on the way down.
- In rows of nine columns the kind of position and the geometric altitude stand in the details
  too. The kind is carried forward in the same way, the altitude is not.
- ``r`` and ``t`` in the header are the archive's own database look-up, not a broadcast: a
  statement of basis ``lookup``, for the days of the trace and no others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from adapters._bytes import expanded, expanded_chunks, shown
from adapters._contract import UnreadablePage
from adapters._readsb_columns import Columns, Packer
from adapters._readsb_details import Said
from adapters._readsb_rows import CHUNK_BYTES, Unsound, document, read_soundly, rows_one_by_one
from schemas.records import Flag, Float32, IdentityStatement, Rejected, Track

TRACE_CAP_BYTES = 32 * 1024 * 1024
"""Expanded. A day at one row a second is half of it."""

_ICAO24 = re.compile(r"~?[0-9a-f]{6}", re.ASCII)
_T_MAX_S = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_TEN_DAYS_S = 864_000.0  # what an offset may be at most


@dataclass(frozen=True, slots=True)
class Trace:
    """What one trace file says."""

    track: Track
    """Rows as the file has them, in its order; `service.domain.track.in_order` sorts them."""
    statement: IdentityStatement | None
    rejected: tuple[Rejected, ...]


def read_trace(
    content: bytes | memoryview, *, source: str, sha256: str, expect_icao24: str | None = None
) -> Trace:
    """Reads one trace file, gzip or not.

    `expect_icao24`: the address in its name; a file that speaks of another is not read.
    Raises `UnreadablePage` with a sentence for people, whatever the bytes, and nothing else.
    """
    try:
        head, columns = _at_once(content)
        base_s = _base_s(head)
        numbers = np.arange(len(columns), dtype=np.int32)
        rejected: tuple[Rejected, ...] = ()
    except Unsound:
        head = document(expanded(content, TRACE_CAP_BYTES))
        base_s = _base_s(head)
        checked = rows_one_by_one(head.get("trace"), lambda s: 0 <= base_s + s < _T_MAX_S)
        packer = Packer()
        for piece in checked.pieces:
            packer.add(piece)
        columns = packer.columns()
        numbers = np.array(checked.numbers, np.int32)
        rejected = checked.rejected
    icao24 = _icao24(head)
    if expect_icao24 is not None and icao24 != expect_icao24:
        raise UnreadablePage(
            f"The file's name says aircraft {shown(expect_icao24, 20)}, its content says {icao24}. "
            "It was not read: one of the two is wrong."
        )
    t_us = round(base_s * 1e6) + np.rint(columns.place[0] * 1e6).astype(np.int64)
    said = Said(columns, t_us)
    callsigns, odd_callsigns = said.callsigns()
    squawks, odd_squawks = said.squawks()
    levels, qnh_hpa = said.integrity()
    alt_baro_ft, alt_geom_ft, rate_fpm = _vertical(columns, said)
    track = Track(
        icao24=icao24,
        source=source,
        captures=(sha256,),
        t_us=t_us,
        lat=columns.place[1],
        lon=columns.place[2],
        alt_baro_ft=alt_baro_ft,
        alt_geom_ft=alt_geom_ft,
        on_ground=columns.on_ground,
        gs_kt=columns.values[1],
        track_deg=columns.values[2],
        rate_fpm=rate_fpm,
        flags=columns.flags,
        via=said.via() if not columns.has_via else columns.via,
        nic=levels[0],
        nac_p=levels[1],
        sil=levels[2],
        qnh_hpa=qnh_hpa,
        capture=np.zeros(len(columns), np.uint16),
        row=numbers,
        callsigns=callsigns,
        squawks=squawks,
    )
    return Trace(track, _statement(head, track), rejected + odd_callsigns + odd_squawks)


def _at_once(content: bytes | memoryview) -> tuple[Mapping[str, Any], Columns]:
    """Header and columns of a file in which nothing is wrong. Raises `Unsound`, or
    `UnreadablePage` when it cannot be expanded."""
    packer = Packer()
    with np.errstate(over="ignore"):  # what overflows is infinite, and out of bounds
        head = read_soundly(expanded_chunks(content, TRACE_CAP_BYTES, CHUNK_BYTES), packer.add)
    columns = packer.columns()
    base_s = _base_s(head)
    if not columns.in_bounds() or not _TEN_DAYS_S < base_s < _T_MAX_S - _TEN_DAYS_S:
        raise Unsound  # what is wrong, or whether anything is, shows row by row
    return head, columns


def _icao24(head: Mapping[str, Any]) -> str:
    value = head.get("icao")
    icao24 = value.strip().lower() if isinstance(value, str) else ""
    if not _ICAO24.fullmatch(icao24):
        raise UnreadablePage(
            "The file does not say which aircraft it is about (icao)."
            if value is None
            else "What the file calls its aircraft is no 24-bit address (six hex digits): "
            f"{shown(value, 40)}."
        )
    return icao24


def _base_s(head: Mapping[str, Any]) -> float:
    """Seconds since 1970 that the rows count from: ``timestamp``, or midnight of ``date``."""
    value = head.get("timestamp")
    if value is None and head.get("date") is not None:
        return _midnight_s(head["date"])
    if value is None:
        raise UnreadablePage(
            "The file does not say when its times begin (neither timestamp nor date)."
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadablePage(f"The file's timestamp is no number: {shown(value, 40)}.")
    if not 0 <= value < _T_MAX_S:
        raise UnreadablePage(
            f"The file's timestamp, {shown(value, 40)}, is no moment between 1970 and 2100."
        )
    return float(value)


_DATE = re.compile(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?Z?", re.ASCII)


def _midnight_s(value: object) -> float:
    """``2016-08-01`` and its like; midnight UTC, as readsb cuts its days."""
    parts = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        day = date(int(parts[1]), int(parts[3]), int(parts[4])) if parts else None
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year < 2100:
        raise UnreadablePage(
            f"The file's date is no date between 1970 and 2100: {shown(value, 40)}."
        )
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _vertical(columns: Columns, said: Said) -> tuple[Float32, Float32, Float32]:
    """Barometric and geometric altitude, ft; rate, ft/min."""
    baro, _, _, rate, geom, geom_rate = columns.values
    is_geom = (columns.flags & Flag.ALT_GEOMETRIC) != 0
    if is_geom.any():
        is_geom &= ~np.isnan(baro)
        geom = np.where(is_geom, baro, geom)
        baro = np.where(is_geom, np.float32(np.nan), baro)
    if columns.early:
        geom = np.where(np.isnan(geom), said.alt_geom_ft(), geom)
    return baro, geom, np.where(np.isnan(rate), geom_rate, rate)


def _statement(head: Mapping[str, Any], track: Track) -> IdentityStatement | None:
    """The header's look-up, valid on the days of the trace; None where it names nothing."""
    registration = _word(head.get("r"), 16)
    if not registration or track.icao24.startswith("~") or not len(track):
        return None
    owner = head.get("ownOp")
    return IdentityStatement(
        source=track.source,
        registration=registration,
        icao24=track.icao24,
        type_code=_word(head.get("t"), 4),
        operator=shown(owner.strip()) if isinstance(owner, str) else "",
        valid_from=_day(int(track.t_us.min())),
        valid_to=_day(int(track.t_us.max())) + timedelta(days=1),
        basis="lookup",
        capture=track.captures[0],
    )


def _word(value: object, longest: int) -> str:
    """Trimmed, upper case; empty where it is no short printable text."""
    word = value.strip().upper() if isinstance(value, str) else ""
    return word if len(word) <= longest and word.isprintable() else ""


def _day(t_us: int) -> date:
    return datetime.fromtimestamp(t_us // 1_000_000, UTC).date()
