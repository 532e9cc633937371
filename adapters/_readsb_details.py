"""What a trace says on every fourth row only, carried to the rows between.

See `adapters._readsb` for how long it holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, compress
from operator import attrgetter, ne
from typing import Any

import numpy as np

from adapters._bytes import shown
from adapters._readsb_columns import VIA, Columns
from adapters._readsb_rows import UNSAID, Details, EarlyDetails
from schemas.records import Bool, Flag, Float32, Int8, Int64, Rejected, UInt8, Via

SILENCE_US = 600_000_000
"""A silence so long ends what the details said before it."""

_LEVELS = ("nic", "nac_p", "sil")

_CALLSIGN = re.compile(r"[!-~]{1,8}", re.ASCII)
_SQUAWK = re.compile(r"[0-7]{4}", re.ASCII)

Changes = tuple[tuple[int, str], ...]


class Said:
    """The details of one trace: k of its n rows have them."""

    def __init__(self, columns: Columns, t_us: Int64) -> None:
        """`t_us`: of the n rows, microseconds since 1970."""
        n = len(t_us)
        self._details = columns.details
        self._at = np.array(columns.details_at, np.int64)
        self._t_us = t_us
        fresh = (columns.flags & Flag.NEW_LEG) != 0
        fresh[1:] |= np.abs(np.diff(t_us)) > SILENCE_US
        stretch = np.cumsum(fresh)
        has = np.zeros(n, np.int64)
        has[self._at] = 1
        latest = np.cumsum(has) - 1
        of_details = stretch[self._at]
        self._first = np.searchsorted(of_details, of_details)
        """For each of the details the first of the same stretch: nothing holds longer."""
        self._latest = np.maximum(latest, 0)
        """For each row the details at or before it."""
        self._known = latest >= 0
        if len(self._details):
            self._known &= of_details[self._latest] == stretch

    def integrity(self) -> tuple[Int8, Float32]:
        """NIC, NACp, SIL (shape (3, n), -1 = not said), and QNH in hPa (n, NaN = not said)."""
        n, k = len(self._t_us), len(self._details)
        if not k:
            return np.full((3, n), -1, np.int8), np.full(n, np.nan, np.float32)
        said = self._details
        levels = np.frombuffer(b"".join(_bytes(said, name) for name in _LEVELS), np.int8)
        levels = levels.reshape(3, k)  # 255 reads as -1
        qnh = np.fromiter([one.nav_qnh for one in said], np.float32, k)
        held_levels, held = self._held(levels, levels != -1)
        held_levels[~held] = -1
        held_qnh, held = self._held(qnh[None], ~np.isnan(qnh)[None])
        held_qnh[~held] = np.nan
        return (
            np.where(self._known, held_levels[:, self._latest], np.int8(-1)),
            np.where(self._known, held_qnh[0, self._latest], np.float32(np.nan)),
        )

    def via(self) -> UInt8:
        """How each position was obtained, carried forward (n rows)."""
        if not self._details:
            return np.full(len(self._t_us), Via.OTHER, np.uint8)
        kinds = [one.type if isinstance(one, EarlyDetails) else None for one in self._details]
        codes = bytes([UNSAID if kind is None else VIA.get(kind, Via.OTHER) for kind in kinds])
        via = np.frombuffer(codes, np.uint8)[None]
        held_via, held = self._held(via, via != UNSAID)
        held_via[~held] = Via.OTHER
        return np.where(self._known, held_via[0, self._latest], np.uint8(Via.OTHER))

    def alt_geom_ft(self) -> Float32:
        """The geometric altitude where the details say it (n rows); not carried forward."""
        altitude = np.full(len(self._t_us), np.nan, np.float32)
        for row, one in zip(self._at, self._details, strict=True):
            if isinstance(one, EarlyDetails) and one.alt_geom is not None:
                altitude[row] = one.alt_geom
        return altitude

    def callsigns(self) -> tuple[Changes, tuple[Rejected, ...]]:
        """(t_us, callsign) wherever it changed; those that are no callsign are rejected."""
        return self._changes([one.flight for one in self._details], _CALLSIGN, "callsign")

    def squawks(self) -> tuple[Changes, tuple[Rejected, ...]]:
        """(t_us, squawk) wherever it changed; those that are no squawk are rejected."""
        return self._changes([one.squawk for one in self._details], _SQUAWK, "squawk")

    def _held(self, values: np.ndarray[Any, Any], said: Bool) -> tuple[Any, Bool]:
        """What holds at each of the k details, of m values (shape (m, k)), and whether it does."""
        m, k = values.shape
        last = np.maximum.accumulate(np.where(said, np.arange(k), -1), axis=1)
        return values[np.arange(m)[:, None], np.maximum(last, 0)], last >= self._first

    def _changes(
        self, values: Sequence[str | None], form: re.Pattern[str], name: str
    ) -> tuple[Changes, tuple[Rejected, ...]]:
        changes: list[tuple[int, str]] = []
        odd: list[str] = []
        before = raw_before = ""
        turns = compress(range(1, len(values)), map(ne, values[1:], values))
        for number in chain((0,) if values else (), turns):
            raw = values[number]
            if raw is None or raw == raw_before:
                continue
            raw_before = raw
            text = raw.strip(" ")
            if text and not form.fullmatch(text):
                odd.append(raw)
            elif text and text != before:
                changes.append((int(self._t_us[self._at[number]]), text))
                before = text
        rejected = Rejected(
            why=f"{name} unreadable", count=len(odd), sample=shown(odd[0]) if odd else ""
        )
        return tuple(changes), (rejected,) if odd else ()


def _bytes(said: Sequence[Details], name: str) -> bytes:
    """One level of all details; a ``null`` counts as unsaid."""
    levels = list(map(attrgetter(name), said))
    try:
        return bytes(levels)
    except TypeError:
        return bytes([UNSAID if level is None else level for level in levels])
