"""Emergencies that an aircraft squawked: 7500 (hijacking), 7600 (no radio), 7700 (any other).

A code counts when it was in force for a minute, by two fixes at least. Knobs pass 7700 on the way
to another code, and a single reply can be garbled: what was said once, or changed back at once, is
no emergency. Likewise a code that breaks off an emergency for less than a minute does not end it.
A code said by a fix is in force until another one is said, or nothing is heard for an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np

from schemas.movements import Emergency, Squawk
from schemas.records import Int64, Track
from service.domain.detection.fixes import Fixes, moment
from service.domain.detection.rules import (
    EMERGENCY_HELD_S,
    EMERGENCY_NEAR_S,
    EMERGENCY_SILENT_S,
)

CODES: Final = frozenset({"7500", "7600", "7700"})
_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Run:
    """One code in force, microseconds since 1970 UTC."""

    code: str
    first_us: int
    last_us: int


def emergencies_of(track: Track, bodies: Sequence[Fixes]) -> list[Emergency]:
    """The emergencies of a track, whose rows may stand in any order, by their beginnings.

    `bodies` = its fixes that are believed: they say where it was, when there is one near.
    """
    if not any(code in CODES for _, code in track.squawks):
        return []
    return [
        _emergency(track, run, bodies)
        for run in _joined([run for run in _runs(track) if _held(run)])
        if run.code in CODES
    ]


def _runs(track: Track) -> list[_Run]:
    """Which code was in force when, as far as fixes show."""
    said = sorted(set(track.squawks))
    times_us = np.unique(track.t_us)
    runs = []
    for number, (since_us, code) in enumerate(said):
        until_us = said[number + 1][0] if number + 1 < len(said) else None
        runs.append(_Run(code, since_us, _last_us(times_us, since_us, until_us)))
    return _joined(runs)


def _last_us(times_us: Int64, since_us: int, until_us: int | None) -> int:
    """The last fix from `since_us` on, before `until_us` and before a long silence."""
    start = int(np.searchsorted(times_us, since_us))
    end = len(times_us) if until_us is None else int(np.searchsorted(times_us, until_us))
    known = np.concatenate(([since_us], times_us[start:end]))
    silences = np.flatnonzero(known[1:] - known[:-1] > EMERGENCY_SILENT_S * _US)
    return int(known[silences[0]] if len(silences) else known[-1])


def _joined(runs: Sequence[_Run]) -> list[_Run]:
    """Neighbours of one code as one, unless a long silence lies between."""
    joined: list[_Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.code == run.code
            and run.first_us - last.last_us <= EMERGENCY_SILENT_S * _US
        ):
            joined[-1] = _Run(run.code, last.first_us, max(last.last_us, run.last_us))
        else:
            joined.append(run)
    return joined


def _held(run: _Run) -> bool:
    return run.last_us - run.first_us >= EMERGENCY_HELD_S * _US


def _emergency(track: Track, run: _Run, bodies: Sequence[Fixes]) -> Emergency:
    row = int(np.argmin(np.abs(track.t_us - run.first_us)))
    capture = int(track.capture[row])
    lat, lon = _place(run.first_us, bodies)
    return Emergency(
        icao24=track.icao24,
        source=track.source,
        squawk=cast(Squawk, run.code),
        t_first=moment(run.first_us),
        t_last=moment(run.last_us),
        lat=lat,
        lon=lon,
        capture=track.captures[capture] if capture < len(track.captures) else "",
        row=int(track.row[row]),
    )


def _place(t_us: int, bodies: Sequence[Fixes]) -> tuple[float | None, float | None]:
    """Where it was heard nearest to that moment; nowhere when that was not near."""
    best: tuple[int, float, float] | None = None
    for body in bodies:
        if not len(body):
            continue
        away_us = np.abs(body.track.t_us - t_us)
        i = int(np.argmin(away_us))
        found = int(away_us[i]), float(body.track.lat[i]), float(body.track.lon[i])
        if best is None or found[0] < best[0]:
            best = found
    if best is None or best[0] > EMERGENCY_NEAR_S * _US:
        return None, None
    return best[1], best[2]
