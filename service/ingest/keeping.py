"""Keeping what was received: derived first, then written, all of it in one transaction, with the
alerts of those who follow what it is about.

A new capture changes the units of its own days and of the days beside it, and those rest on other
captures too. They are read and derived before the database is locked; under the lock it is checked
whether anything else of those aircraft-days arrived meanwhile, and if so they are derived again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from schemas.movements import Derived
from schemas.records import Capture, LedgerRow, Track
from service.desk import Desk
from service.domain.detection.detect import RULES_VERSION
from service.ingest.derivation import (
    DAY,
    EDGE,
    Unit,
    day_bounds,
    days_in_view,
    days_of,
    derive_days,
)
from service.ingest.reading import Contents, stored_tracks
from service.ingest.writing import NOTHING, Writing, aircraft_of, hold, transaction, write_all
from service.storage.capture_index import CaptureSpan, captures_with
from service.storage.codec import from_us
from service.storage.database import Connection, reading
from service.storage.leases import Lease
from service.storage.prepared import PreparedUnit, UnitKey, prepare_unit

TRIES: Final = 4
"""So often units are derived before the lock; then under it, so that it comes to an end."""


@dataclass(frozen=True, slots=True)
class Received:
    """A page that is in the capture store and has been read."""

    capture: Capture
    contents: Contents


def keep(
    desk: Desk,
    received: Sequence[Received],
    ledger: Sequence[LedgerRow] = (),
    *,
    only: frozenset[str] | None = None,
    also: Writing = NOTHING,
    fence: Lease | None = None,
) -> dict[str, int]:
    """Derive what the pages show and write all of it, with `ledger` and `also`, at once.

    `only` = the aircraft whose fixes are taken, None = all; what is said of identities and flights
    is kept in any case. Fixes without an ICAO address (``~``) belong to nobody. A page that waited
    in quarantine waits no more. Returns, by icao24, the movements now known of the days that the
    pages have fixes of.

    Raises:
        LeaseLost: `fence` has passed on; nothing was written.
        Unreadable: a page that is stored already, and has a say here, can no longer be read.
        StorageError: disk or database failed, or such a page is missing; nothing was written.
    """
    views = [
        View(icao24, source, tuple(tracks), days_in_view(tracks))
        for (icao24, source), tracks in _tracks_by_aircraft(received, only).items()
    ]
    what = replace(
        also,
        captures=[*also.captures, *(item.capture for item in received)],
        statements=[*also.statements, *(s for item in received for s in item.contents.statements)],
        reports=[*also.reports, *(r for item in received for r in item.contents.reports)],
        ledger=[*also.ledger, *ledger],
        spans=[*also.spans, *(span for view in views for t in view.tracks for span in spans_of(t))],
        released=[
            *also.released,
            *((item.capture.source, item.capture.sha256) for item in received),
        ],
    )
    done = derive_and_write(desk, views, what, fence=fence)
    movements: dict[str, int] = {}
    for view, units in zip(views, done.units, strict=True):
        days = set(days_of(view.tracks))
        count = sum(len(unit.movements) for unit in units if unit.key.day in days)
        movements[view.icao24] = movements.get(view.icao24, 0) + count
    return movements


@dataclass(frozen=True, slots=True)
class View:
    """Days of one aircraft and source that are to be derived, with the tracks not stored yet."""

    icao24: str
    source: str
    tracks: tuple[Track, ...]
    days: tuple[date, ...]
    whole: bool = False
    """A day of which captures were kept and no fix is believed any more gets an empty unit; else
    such a day stays as it is."""


@dataclass(frozen=True, slots=True)
class Written:
    """What `derive_and_write` did."""

    units: list[list[PreparedUnit]]
    """By view."""
    changed: int
    """Units that differ from what was stored."""


@dataclass(slots=True)
class _Derivation:
    """A view, derived from what was stored at a moment."""

    near: frozenset[CaptureSpan] | None = None
    units: list[PreparedUnit] = field(default_factory=list)


def derive_and_write(
    desk: Desk, views: Sequence[View], what: Writing, *, fence: Lease | None = None
) -> Written:
    """Derive the views and write their units with `what`, at once. Raises as `keep` does."""
    derived = [_Derivation() for _ in views]
    aircraft = aircraft_of(what) | {(view.icao24, view.source) for view in views}
    left = TRIES
    while True:
        left -= 1
        with reading(desk.engine) as conn:
            _derive_stale(conn, desk, views, derived)
        with transaction(desk) as conn:
            hold(conn, fence, aircraft)
            if any(one.near != _near(conn, v) for v, one in zip(views, derived, strict=True)):
                if left:
                    continue
                _derive_stale(conn, desk, views, derived)
            units = [*what.units, *(unit for one in derived for unit in one.units)]
            changed = write_all(conn, desk, replace(what, units=units))
            return Written([one.units for one in derived], changed)


def _derive_stale(
    conn: Connection, desk: Desk, views: Sequence[View], derived: Sequence[_Derivation]
) -> None:
    """Derive those views about which more is stored than when they were derived."""
    found = [(view, one, _near(conn, view)) for view, one in zip(views, derived, strict=True)]
    stale = [item for item in found if item[1].near != item[2]]
    spans = sorted(
        {span for _, _, near in stale for span in near}, key=lambda s: (s.t_first, s.sha256)
    )
    stored: dict[tuple[str, str], list[Track]] = {}
    for track in stored_tracks(conn, desk, spans):
        stored.setdefault((track.icao24, track.source), []).append(track)
    for view, one, near in stale:
        others = stored.get((view.icao24, view.source), [])
        one.units = _units(desk, view, [*others, *view.tracks], near)
        one.near = near


def _near(conn: Connection, view: View) -> frozenset[CaptureSpan]:
    """Captures other than the view's own that have a fix in sight of its days."""
    own = {sha256 for track in view.tracks for sha256 in track.captures}
    return frozenset(
        span
        for first, last in runs(view.days)
        for span in captures_with(
            conn,
            view.icao24,
            view.source,
            day_bounds(first)[0] - EDGE,
            day_bounds(last)[1] + EDGE,
        )
        if span.sha256 not in own
    )


def runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """First and last of each run of days without a break; `days` are in order."""
    start = 0
    for number in range(1, len(days) + 1):
        if number == len(days) or days[number] - days[number - 1] > DAY:
            yield days[start], days[number - 1]
            start = number


def _units(
    desk: Desk, view: View, tracks: Sequence[Track], near: Iterable[CaptureSpan]
) -> list[PreparedUnit]:
    units = units_of(desk, tracks, view.days)
    if view.whole:
        shown = {unit.key.day for unit in units}
        kept = {day for span in near for day in (span.t_first.date(), span.t_last.date())}
        units += [
            _prepared(desk, Unit(UnitKey(view.icao24, view.source, day), Derived(), ()))
            for day in view.days
            if day in kept and day not in shown
        ]
    return units


def units_of(desk: Desk, tracks: Sequence[Track], days: Iterable[date]) -> list[PreparedUnit]:
    """The units of those days, ready to be written; as `derive_days`, by today's rules."""
    return [_prepared(desk, unit) for unit in derive_days(tracks, days, desk.airports)]


def _prepared(desk: Desk, unit: Unit) -> PreparedUnit:
    return prepare_unit(
        unit.key,
        unit.derived,
        captures=unit.captures,
        rules_version=RULES_VERSION,
        reference_version=desk.airports.version,
    )


def _tracks_by_aircraft(
    received: Iterable[Received], only: frozenset[str] | None
) -> Mapping[tuple[str, str], list[Track]]:
    found: dict[tuple[str, str], list[Track]] = {}
    for item in received:
        for track in item.contents.tracks:
            wanted = only is None or track.icao24 in only
            if wanted and len(track) and not track.icao24.startswith("~"):
                found.setdefault((track.icao24, track.source), []).append(track)
    return found


def spans_of(track: Track) -> Iterator[CaptureSpan]:
    """Which capture holds fixes of this aircraft, from when to when."""
    for index, sha256 in enumerate(track.captures):
        times = track.t_us[track.capture == index]
        if len(times):
            yield CaptureSpan(
                sha256=sha256,
                icao24=track.icao24,
                source=track.source,
                t_first=from_us(int(times.min())),
                t_last=from_us(int(times.max())),
            )
