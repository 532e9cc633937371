"""What must be true whenever a worker was killed: all that was acknowledged is there, nothing is
there twice or by halves, and what is derived is what the received bytes show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters._contract import Page, discover
from schemas.records import Capture, Track
from schemas.verdicts import Interval
from service.desk import Desk
from service.ingest.derivation import DAY, EDGE, day_bounds
from service.ingest.following.slots import next_asking
from service.ingest.keeping import Received, keep, units_of
from service.ingest.reading import read_page, stored_page
from service.storage.asked import rows_for
from service.storage.capture_index import CaptureSpan, capture_records, captures_with
from service.storage.captures import CaptureStore
from service.storage.codec import from_day_us
from service.storage.database import Connection, Engine, open_database, reading
from service.storage.sql import Statement
from tests.scheduler.mill_work import airports_of
from tests.scheduler.mill_world import ARCHIVE, FILES, LIVE, address, archive_source, asked_days

_CAPTURE = Statement(
    "SELECT count(*) FROM capture"
    " WHERE sha256 = :sha256 AND source = :source AND received_at_us = :received_at_us"
)
_LEDGER = Statement(
    "SELECT count(*) FROM ledger WHERE source = :source AND target = :target"
    " AND t_from_us = :t_from_us AND t_to_us = :t_to_us AND outcome = :outcome"
    " AND asked_at_us = :asked_at_us"
)
_SPAN = Statement(
    "SELECT count(*) FROM capture_span"
    " WHERE icao24 = :icao24 AND source = :source AND sha256 = :sha256"
)
_UNIT = Statement(
    "SELECT count(*) FROM unit WHERE icao24 = :icao24 AND source = :source AND day_us = :day_us"
    " AND content_hash = :content_hash"
)
_NEVER = {
    "two current units of one aircraft-day": Statement(
        "SELECT icao24, source, day_us FROM unit WHERE superseded_at_us IS NULL"
        " GROUP BY icao24, source, day_us HAVING count(*) > 1"
    ),
    "a movement twice": Statement(
        "SELECT icao24, source, move, t_best_us FROM movement WHERE superseded = FALSE"
        " GROUP BY icao24, source, move, t_best_us HAVING count(*) > 1"
    ),
    "an answered slot twice": Statement(
        "SELECT source, target, t_from_us FROM ledger WHERE outcome = 'data'"
        " AND source = :archive AND t_to_us - t_from_us = 86400000000"
        " GROUP BY source, target, t_from_us HAVING count(*) > 1"
    ),
    "a statement twice": Statement(
        "SELECT source, registration, icao24, capture FROM identity_statement"
        " GROUP BY source, registration, icao24, capture, row_no HAVING count(*) > 1"
    ),
    "a span of a capture that is not recorded": Statement(
        "SELECT s.sha256 FROM capture_span s WHERE NOT EXISTS"
        " (SELECT 1 FROM capture c WHERE c.sha256 = s.sha256 AND c.source = s.source)"
    ),
    **{
        f"a {table} that counts where its unit does not, or the reverse": Statement(
            f"SELECT x.unit_id FROM {table} x JOIN unit u ON u.id = x.unit_id"
            " WHERE x.superseded <> (u.superseded_at_us IS NOT NULL)"
        )
        for table in ("segment", "movement", "pass", "ground_span", "heard")
    },
}
_CAPTURES = Statement("SELECT DISTINCT sha256 FROM capture ORDER BY sha256")
_UNITS = Statement(
    "SELECT icao24, source, day_us, captures, content_hash, reference_version FROM unit"
    " WHERE superseded_at_us IS NULL ORDER BY icao24, source, day_us"
)


@dataclass
class Told:
    """All that any worker acknowledged."""

    captures: set[tuple[str, str, int]] = field(default_factory=set)
    ledger: set[tuple[str, str, int, int, str, int]] = field(default_factory=set)
    spans: set[tuple[str, str, str]] = field(default_factory=set)
    units: set[tuple[str, str, str, str]] = field(default_factory=set)
    files: dict[str, int] = field(default_factory=dict)
    """By name: how many movements the import said it shows."""
    errors: list[str] = field(default_factory=list)

    @classmethod
    def by(cls, path: Path) -> Told:
        """What one worker wrote down. A last line without its end was not said."""
        told = cls()
        for line in path.read_text().splitlines(keepends=True) if path.exists() else ():
            if not line.endswith("\n"):
                continue
            said = json.loads(line)
            told.captures.update((c[0], c[1], c[2]) for c in said.get("captures", ()))
            told.ledger.update(tuple(row) for row in said.get("ledger", ()))
            told.spans.update((s[0], s[1], s[2]) for s in said.get("spans", ()))
            told.units.update((u[0], u[1], u[2], u[3]) for u in said.get("units", ()))
            if "file" in said:
                told.files[said["file"]] = said.get("movements", 0)
            told.errors += [said["error"]] if "error" in said else []
        return told

    def add(self, other: Told) -> None:
        """And what that one acknowledged."""
        self.captures |= other.captures
        self.ledger |= other.ledger
        self.spans |= other.spans
        self.units |= other.units
        self.files |= other.files
        self.errors += other.errors

    def answered(self) -> set[tuple[str, date]]:
        """Slots of the archive that are done for ever."""
        return {
            (target, from_day_us(t_from_us))
            for source, target, t_from_us, t_to_us, outcome, _ in self.ledger
            if source == ARCHIVE and outcome == "data" and t_to_us - t_from_us == 86_400_000_000
        }


@contextmanager
def looking(database: str, folder: Path, version: str = "") -> Iterator[Desk]:
    """A desk on that database, opened for a look, so that every look finds it as a kill left it."""
    engine = open_database(database)
    try:
        yield desk_on(engine, folder, version)
    finally:
        engine.dispose()


def desk_on(engine: Engine, folder: Path, version: str) -> Desk:
    """A desk that reads what is stored and asks nobody."""
    return Desk(
        engine=engine,
        captures=CaptureStore(folder / "captures"),
        airports=airports_of(version),
        adapters={key: discover()[key] for key in (LIVE, ARCHIVE, FILES)},
        clock=lambda: datetime.now(UTC),
    )


def must_be_there(desk: Desk, told: Told) -> None:
    """Everything that was acknowledged: the bytes, and the rows."""
    assert told.errors == []
    for sha256 in {capture[0] for capture in told.captures} | {span[2] for span in told.spans}:
        assert desk.captures.verify(sha256)
    with reading(desk.engine) as conn:
        for statement, names, rows in (
            (_CAPTURE, "sha256 source received_at_us", told.captures),
            (_LEDGER, "source target t_from_us t_to_us outcome asked_at_us", told.ledger),
            (_SPAN, "icao24 source sha256", told.spans),
        ):
            for row in rows:
                found = statement.rows(conn, dict(zip(names.split(), row, strict=True)))
                assert found[0][0] == 1, row
        for icao24, source, day, content_hash in told.units:
            params = {
                "icao24": icao24,
                "source": source,
                "day_us": _day_us(day),
                "content_hash": bytes.fromhex(content_hash),
            }
            assert _UNIT.rows(conn, params)[0][0] >= 1, (icao24, source, day)


def must_never_be(desk: Desk) -> None:
    """Nothing twice, nothing by halves."""
    with reading(desk.engine) as conn:
        for what, statement in _NEVER.items():
            assert list(statement.rows(conn, {"archive": ARCHIVE})) == [], what


@dataclass
class Sound:
    """Looks at everything; what was found sound is not worked out again until it changes."""

    _known: dict[tuple[str, str, int], object] = field(default_factory=dict)
    _pages: dict[tuple[str, str], list[Track]] = field(default_factory=dict)
    """What each capture says, by source and sha256; its bytes are checked at every look."""

    def must_be(self, desk: Desk, *, at_rest: bool) -> int:
        """The database whole, all bytes on the disk, and each current unit what they show.

        What a live source sent may wait to be worked out until all is at rest; until then, a unit
        of it is what the captures show that it names. Returns how many units there are.
        """
        with reading(desk.engine) as conn:
            if desk.engine.dialect.name == "sqlite":
                assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                assert conn.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert all(desk.captures.verify(row[0]) for row in _CAPTURES.rows(conn, {}))
            units = list(_UNITS.rows(conn, {}))
            for unit in units:
                self._must_be_what_is_shown(conn, desk, unit, at_rest=at_rest)
            return len(units)

    def _must_be_what_is_shown(
        self, conn: Connection, desk: Desk, unit: Sequence[Any], *, at_rest: bool
    ) -> None:
        icao24, source, day_us, captures, content_hash, version = unit
        day = from_day_us(day_us)
        t_from, t_to = day_bounds(day)
        near = captures_with(conn, icao24, source, t_from - EDGE, t_to + EDGE)
        if source == LIVE and not at_rest:
            named = json.loads(captures)
            assert {span.sha256 for span in near} >= set(named)
            near = tuple(span for span in near if span.sha256 in named)
        state = (bytes(content_hash), near)
        if self._known.get((icao24, source, day_us)) != state:
            tracks = [
                track
                for span in near
                for track in self._tracks(conn, desk, span)
                if track.icao24 == icao24
            ]
            there = desk_on(desk.engine, Path(), version)
            (shown,) = units_of(there, tracks, [day])
            assert shown.content_hash == bytes(content_hash), (
                f"{source} {icao24} {day} is not what its captures show"
            )
            self._known[icao24, source, day_us] = state

    def _tracks(self, conn: Connection, desk: Desk, span: CaptureSpan) -> list[Track]:
        key = (span.source, span.sha256)
        if key not in self._pages:
            self._pages[key] = stored_page(conn, desk, span.sha256, span.source).tracks
        return self._pages[key]


def must_be_asked_once(desk: Desk, numbers: Iterable[int], now: datetime) -> None:
    """Every slot of the archive: asked when it was due, and not again before it was due again."""
    source = archive_source()
    always = Interval(t_from=now - timedelta(days=99), t_to=now)
    with reading(desk.engine) as conn:
        for number in numbers:
            for day in asked_days(now):
                rows = sorted(
                    (
                        row
                        for row in rows_for(conn, ARCHIVE, address(number), *_bounds(always))
                        if (row.t_from, row.t_to) == day_bounds(day)
                    ),
                    key=lambda row: row.asked_at,
                )
                assert rows, f"{number} {day} was never asked for"
                for count, row in enumerate(rows):
                    due = next_asking(source, day, rows[:count])
                    assert due is not None
                    assert due <= row.asked_at, f"{number} {day} was asked for again too soon"


def overdue(desk: Desk, numbers: Iterable[int], now: datetime) -> list[tuple[int, date]]:
    """Slots that are to be asked for now."""
    source, found = archive_source(), []
    with reading(desk.engine) as conn:
        for number in numbers:
            for day in asked_days(now):
                rows = rows_for(conn, ARCHIVE, address(number), *day_bounds(day))
                due = next_asking(source, day, [r for r in rows if r.t_to - r.t_from == DAY])
                if due is not None and due <= now:
                    found.append((number, day))
    return found


def outdated_units(desk: Desk, version: str) -> int:
    """How many current units were derived from another airport table than this."""
    with reading(desk.engine) as conn:
        return sum(row[5] != version for row in _UNITS.rows(conn, {}))


def units(desk: Desk) -> dict[tuple[str, str, date], bytes]:
    """The current units: what they show, as a fingerprint."""
    with reading(desk.engine) as conn:
        return {
            (row[0], row[1], from_day_us(row[2])): bytes(row[4]) for row in _UNITS.rows(conn, {})
        }


def kept_at_once(desk: Desk, fresh: Desk, live: frozenset[str]) -> None:
    """Every capture of `desk` kept on the `fresh` one, in one go and by nobody disturbed; of what
    the live source sent, only these aircraft."""
    received: dict[str, list[Received]] = {LIVE: [], ARCHIVE: [], FILES: []}
    with reading(desk.engine) as conn:
        hashes = [row[0] for row in _CAPTURES.rows(conn, {})]
        captures = [capture for one in hashes for capture in capture_records(conn, one)]
    for capture in captures:
        if capture.status in {None, 200}:
            received[capture.source].append(_read(desk, capture))
    for source, pages in received.items():
        keep(fresh, pages, only=live if source == LIVE else None)


def _read(desk: Desk, capture: Capture) -> Received:
    page = Page(capture=capture, content=desk.captures.read(capture.sha256))
    return Received(capture, read_page(desk.adapters[capture.source], page))


def _bounds(window: Interval) -> tuple[datetime, datetime]:
    return window.t_from, window.t_to


def _day_us(day: str) -> int:
    midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    return int(midnight.timestamp()) * 1_000_000
