"""Live polling of one source: whom to ask for, what came of it, and when to ask again.

One `LivePolling` is one worker's turn at one source: it lives as long as the lease it was taken
with. What it holds in memory can be read again from the captures and the ledger at any time, so a
kill costs an asking, never a fact: the pages are kept before they are read, and what they show of
the watched is worked out by whoever comes next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapters._contract import Adapter, Wanted
from schemas.records import AREA, IdentityStatement, LedgerRow
from service.desk import Desk
from service.errors import NotFound, StorageError, TailcheckError, Unreadable
from service.ingest.derivation import DAY, EDGE, day_bounds
from service.ingest.fetching.driving import Answer, drive
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.following.circles import CircleRows, within
from service.ingest.following.polls import Polls, told
from service.ingest.following.recent import RecentTracks
from service.ingest.following.rhythm import (
    CALM_S,
    Credits,
    Pending,
    pause_s,
    settled,
    traffic_pause_s,
)
from service.ingest.following.watched import Watched, asks_for, watched_now
from service.ingest.keeping import spans_of, units_of
from service.ingest.reading import Contents, read_page, stored_page
from service.ingest.writing import Writing, write
from service.nameless import without_names
from service.storage.capture_index import CaptureSpan
from service.storage.codec import MICROSECOND, from_us, to_us
from service.storage.database import Connection, reading
from service.storage.leases import Lease
from service.storage.prepared import PreparedUnit
from service.storage.quarantine import Quarantined
from service.storage.received import newest_received, received_since

IDLE_S: Final = 60.0
"""When there is nobody to ask for."""
LONGEST_PAUSE_S: Final = 3_600.0
TAIL: Final = timedelta(minutes=75)
"""Pages this much older than the last one are read again by whoever takes the work over: a kill
may have come between keeping a page and noting of whom it speaks, and of those who are only in a
circle up to an hour has not been worked out."""
UNSEEN: Final = timedelta(hours=2)
"""So much of a track may not have been worked out when the worker before was killed."""

_log = logging.getLogger("tailcheck.live")


@dataclass(frozen=True, slots=True)
class _Question:
    wanted: Wanted
    targets: tuple[str, ...]


class LivePolling:
    """One worker's turn at one live source."""

    def __init__(
        self,
        desk: Desk,
        fetcher: Fetcher,
        adapter: Adapter,
        lease: Lease,
        *,
        per_aircraft: bool,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._desk = desk
        self._fetcher = fetcher
        self._adapter = adapter
        self._source = adapter.source
        self._secrets = desk.secrets.get(adapter.source.key, {})
        self._lease = lease
        self._per_aircraft = per_aircraft
        self._stopping = stopping
        self._recent = RecentTracks(desk, self._source.key)
        self._pending: dict[str, Pending] = {}
        self._polls = Polls()
        self._asked_at: datetime | None = None
        self._credits = Credits(self._source.pace)
        self._stated: set[tuple[str, ...]] = set()
        self._begun = False
        # What is to be written, kept until it was.
        self._spans: list[CaptureSpan] = []
        self._statements: list[IdentityStatement] = []
        self._ledger: list[LedgerRow] = []
        self._quarantine: list[Quarantined] = []
        self._circles = CircleRows()

    def round(self) -> float:
        """Ask once for everybody who is watched, keep what came, work out what is settled.
        Returns the seconds until the next round.

        Raises:
            LeaseLost: the work has passed on to another worker.
            StorageError: disk or database failed; what came is kept and written next time.
        """
        watched = watched_now(self._desk)
        taken_up = not self._begun
        self._load(watched)
        if taken_up:
            # Written before anything new is asked for: each page moves on what the next worker
            # takes for the tail, so one that is killed here again and again must not ask first.
            self._work_out(watched.addresses, self._desk.clock(), settled_only=True)
        questions = self._questions(watched)
        retry_at: datetime | None = None
        for question in questions:
            if self._stopping():
                break
            answer = drive(self._adapter, question.wanted, self._fetcher, self._secrets)
            self._take(question, answer, watched)
            retry_at = max(filter(None, (retry_at, answer.retry_at)), default=None)
        now = self._desk.clock()
        self._asked_at = now
        self._say(self._polls.ripe(now))
        self._work_out(watched.addresses, now, settled_only=True)
        waiting = {icao24 for icao24, each in self._pending.items() if each.first_us is not None}
        self._recent.forget(to_us(now), besides=waiting)
        return self._pause_s(watched, questions, now, retry_at)

    def close(self) -> None:
        """End the turn: everything that waits is worked out and written. Raises as `round`."""
        self._say(self._polls.all())
        addresses = watched_now(self._desk).addresses
        self._work_out(addresses, self._desk.clock(), settled_only=False)

    # whom to ask for

    def _questions(self, watched: Watched) -> list[_Question]:
        """Everything at once where the source has that: then it learns nothing from us. Else the
        circles, and the aircraft only where the operator said so."""
        if not watched:
            return []
        if self._asks(Wanted()):
            circles = dict.fromkeys(area.target for area in watched.circles)
            return [_Question(Wanted(), (*sorted(watched.addresses), *circles))]
        found = []
        aircraft = Wanted(icao24=watched.addresses, registrations=watched.unaddressed)
        if self._per_aircraft and watched.aircraft and self._asks(aircraft):
            names = (*sorted(watched.addresses), *sorted(watched.unaddressed))
            found.append(_Question(aircraft, names))
        around = [_Question(Wanted(area=area), (area.target,)) for area in watched.circles]
        return [*found, *(question for question in around if self._asks(question.wanted))]

    def _asks(self, wanted: Wanted) -> bool:
        return asks_for(self._adapter, wanted, self._secrets)

    # what came of it

    def _take(self, question: _Question, answer: Answer, watched: Watched) -> None:
        """Sort in what the pages say, and what the ledger is told."""
        heard: dict[str, str] = {}
        unread = ""
        for page in answer.pages:
            sha256 = page.capture.sha256
            try:
                contents = read_page(self._adapter, page)
            except Unreadable as error:
                unread = str(error)
                self._quarantine.append(
                    Quarantined(
                        source=self._source.key, sha256=sha256, why=unread, at=answer.asked_at
                    )
                )
                continue
            heard |= {track.icao24: sha256 for track in contents.tracks if len(track)}
            heard |= {s.registration: sha256 for s in contents.statements if s.icao24 in heard}
            for area in watched.circles:
                if any(within(contents.tracks, frozenset(), [area])):
                    heard[area.target] = sha256
            self._sort_in(contents, watched)
            self._credits.told(page.capture.headers)
        self._polls.add(told(answer, question.targets, heard, unread=unread, since=self._asked_at))

    def _sort_in(self, contents: Contents, watched: Watched) -> None:
        """What a page says of those who are watched, or are in a watched circle."""
        ours = watched.addresses | {
            s.icao24 for s in contents.statements if s.registration in watched.unaddressed
        }
        now_us = to_us(self._desk.clock())
        for track in within(contents.tracks, ours, watched.circles):
            self._recent.add(track)
            self._spans += spans_of(track)
            first_us = int(track.t_us.min())
            before = self._pending.get(track.icao24, Pending(since_us=now_us, first_us=None))
            self._pending[track.icao24] = before.more(first_us)
        for statement in contents.statements:
            said = (
                statement.icao24,
                statement.registration,
                statement.type_code,
                statement.operator,
                str(statement.valid_from),
            )
            if said not in self._stated and statement.icao24 in self._pending.keys() | ours:
                self._stated.add(said)
                self._statements.append(statement)

    # what it shows

    def _load(self, watched: Watched) -> None:
        """Take up where the worker before left off; and whoever is watched anew."""
        if not self._begun:
            with reading(self._desk.engine) as conn:
                newest = newest_received(conn, self._source.key)
                since = newest - TAIL if newest is not None else self._desk.clock()
                for sha256 in received_since(conn, self._source.key, since):
                    self._read_again(conn, sha256, watched)
            self._begun = True
        now_us = to_us(self._desk.clock())
        for icao24 in self._recent.load(watched.addresses, now_us):
            last = self._recent.last(icao24)
            if last is not None:
                before = self._pending.get(icao24, Pending(since_us=now_us, first_us=None))
                self._pending[icao24] = before.more(last.t_us - UNSEEN // MICROSECOND)

    def _read_again(self, conn: Connection, sha256: str, watched: Watched) -> None:
        """A page that the worker before may not have come to. One that cannot be read is in
        quarantine; one that was damaged since must not keep us from going on."""
        try:
            contents = stored_page(conn, self._desk, sha256, self._source.key)
        except Unreadable:
            return
        except (NotFound, StorageError) as error:
            if self._desk.captures.exists(sha256) and self._desk.captures.verify(sha256):
                raise
            _log.error("%s: an earlier page: %s", self._source.key, without_names(error))
            return
        self._sort_in(contents, watched)

    def _work_out(self, followed: frozenset[str], now: datetime, *, settled_only: bool) -> None:
        """Derive the days of those who have something settled, and write all that waits."""
        now_us = to_us(now)
        done: list[str] = []
        for icao24, pending in list(self._pending.items()):
            last = self._recent.last(icao24)
            if last is None:
                del self._pending[icao24]  # forgotten: not heard for two days
            elif settled(pending, last, now_us, followed=icao24 in followed) or (
                not settled_only and pending.first_us is not None
            ):
                done.append(icao24)
        self._recent.load(done, now_us)
        done = [icao24 for icao24 in done if self._recent.whole_from_us(icao24) is not None]
        units = [unit for icao24 in done for unit in self._derived(icao24)]
        waiting = (self._pending[icao24].first_us for icao24 in self._pending.keys() - set(done))
        of_circles = self._circles.ripe(waiting)
        self._write(units, of_circles)
        self._circles.said(of_circles)
        for icao24 in done:
            last = self._recent.last(icao24)
            if last is not None:
                self._pending[icao24] = self._pending[icao24].told(last, now_us)

    def _derived(self, icao24: str) -> Sequence[PreparedUnit]:
        """The units of the days that the waiting fixes have a say in."""
        last, first_us = self._recent.last(icao24), self._pending[icao24].first_us
        if last is None or first_us is None:
            return ()
        whole_from_us = self._recent.whole_from_us(icao24)
        if whole_from_us is None:
            return ()
        first_day = (from_us(first_us) - EDGE).date()
        last_day = (from_us(last.t_us) + EDGE).date()
        every = [first_day + DAY * number for number in range((last_day - first_day).days + 1)]
        days = [day for day in every if to_us(day_bounds(day)[0] - EDGE) >= whole_from_us]
        if len(days) < len(every):
            self._circles.spoil(first_us)
        try:
            return units_of(self._desk, self._recent.tracks(icao24), days)
        except TailcheckError:
            raise
        except Exception as error:  # one odd track must not hold up all others
            _log.error("%s: %s", self._source.key, without_names(error))
            self._circles.spoil(first_us)
            return ()

    def _say(self, rows: Iterable[LedgerRow]) -> None:
        """Into the ledger with these; those about a circle wait until they may be said."""
        for row in rows:
            if row.target.startswith(AREA):
                self._circles.add(row)
            else:
                self._ledger.append(row)

    def _write(self, units: Sequence[PreparedUnit], of_circles: Sequence[LedgerRow]) -> None:
        """All that waits, and these. What a circle stands for is written with the units that it
        rests on, or not at all."""
        what = Writing(
            statements=self._statements,
            ledger=[*self._ledger, *of_circles],
            spans=self._spans,
            units=units,
            quarantine=self._quarantine,
        )
        if any((what.statements, what.ledger, what.spans, what.units, what.quarantine)):
            write(self._desk, what, fence=self._lease)
        self._statements, self._ledger, self._spans, self._quarantine = [], [], [], []

    # when to ask again

    def _pause_s(
        self,
        watched: Watched,
        questions: Sequence[_Question],
        now: datetime,
        retry_at: datetime | None,
    ) -> float:
        if not questions:
            return IDLE_S
        now_us = to_us(now)
        wished = [pause_s(self._recent.last(icao24), now_us) for icao24 in watched.addresses]
        wished += [
            traffic_pause_s(last, now_us)
            for icao24 in self._pending.keys() - watched.addresses
            if (last := self._recent.last(icao24)) is not None
        ]
        pause = max(min(wished, default=CALM_S), len(questions) / self._source.pace.requests_per_s)
        pause = max(pause, self._credits.pause_s(len(questions), now))
        if retry_at is not None:
            pause = max(pause, (retry_at - now).total_seconds())
        return min(pause, LONGEST_PAUSE_S)
