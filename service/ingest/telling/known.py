"""Reading what is known of one aircraft, as `service.domain.watching` weighs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from schemas.movements import Segment
from schemas.records import LedgerRow
from schemas.watching import Watch
from service.desk import Desk
from service.domain.verdict.coverage import ANSWERED
from service.domain.watching.known import (
    LEAD,
    Established,
    HeardSpan,
    Known,
    Other,
    is_sign_of_life,
)
from service.ingest.telling.meanings import Meaning, meanings
from service.ingest.telling.roster import Followed
from service.storage.asked import rows_for
from service.storage.database import Connection
from service.storage.received import last_span
from service.storage.sightings import (
    aircraft_at,
    emergencies_from,
    heard_before,
    movements_from,
    segments_from,
    visited_before,
)

BRIDGED: Final = timedelta(minutes=5)
"""So long a source need not have been asked, or have answered: a poll fails now and then. What
comes after a longer hole says nothing of the silence before."""


class Knowledge:
    """What is known of one aircraft from a moment on; what several watches need is read once."""

    def __init__(
        self, conn: Connection, desk: Desk, followed: Followed, icao24: str, since: datetime
    ) -> None:
        self._conn = conn
        self._desk = desk
        self._followed = followed
        self._from = since - LEAD
        self._known = Known(
            icao24=icao24,
            since=since,
            movements=movements_from(conn, icao24, self._from),
            emergencies=emergencies_from(conn, icao24, self._from),
        )
        self._said: Meaning | None = None
        self._visited: frozenset[str] | None = None
        self._heard: Known | None = None

    def for_watch(self, watch: Watch) -> Known:
        """As that watch needs it."""
        wishes = watch.wishes.triggers
        known = self._known
        if wishes & {"reappeared", "signal_lost"}:
            known = self._with_heard()
        if "first_visit" in wishes:
            if self._visited is None:
                self._visited = visited_before(self._conn, known.icao24, self._from)
            known = replace(known, visited_before=self._visited)
        if "meeting" in wishes:
            known = replace(known, others=self._others(watch.owner))
        registration, established = self._name(watch)
        return replace(known, registration=registration, established=established)

    def _name(self, watch: Watch) -> tuple[str, Established]:
        meaning = self._followed.meanings.get(watch.subject) if watch.kind == "aircraft" else None
        if meaning is not None and watch.subject != self._known.icao24:
            return watch.subject, _established(meaning)
        if self._said is None:
            icao24, today = self._known.icao24, self._desk.clock().date()
            self._said = meaning or meanings(self._conn, [icao24], today).get(icao24)
        names = self._said.registrations if self._said is not None else ()
        return (names[0] if len(names) == 1 else ""), "stated"

    def _with_heard(self) -> Known:
        if self._heard is None:
            conn, icao24 = self._conn, self._known.icao24
            spans = tuple(heard_spans(segments_from(conn, icao24, self._from)))
            self._heard = replace(
                self._known,
                heard=spans,
                last_heard_before=heard_before(conn, icao24, self._from),
                looked_until=looked_until(conn, self._desk, icao24, spans),
            )
        return self._heard

    def _others(self, owner: str) -> tuple[Other, ...]:
        """The owner's other aircraft that moved at an airport where this one did."""
        conn, followed, ours = self._conn, self._followed, self._known
        airports = {m.airport for m in ours.movements if m.airport is not None}
        found = []
        for icao24 in sorted(aircraft_at(conn, airports, self._from) - {ours.icao24}):
            watch = next((w for w in followed.by_address.get(icao24, ()) if w.owner == owner), None)
            if watch is not None:
                meaning = followed.meanings[watch.subject]
                names = meaning.registrations
                found.append(
                    Other(
                        icao24=icao24,
                        registration=names[0] if len(names) == 1 else "",
                        established=_established(meaning),
                        movements=movements_from(conn, icao24, self._from),
                    )
                )
        return tuple(found)


def heard_spans(segments: Iterable[Segment]) -> Iterable[HeardSpan]:
    """The stretches in which it was heard."""
    for segment in segments:
        last = segment.last
        if is_sign_of_life(segment):
            yield HeardSpan(
                source=segment.source,
                t_first=segment.first.t,
                t_last=last.t,
                airborne_at_end=not last.on_ground,
                lat=last.lat,
                lon=last.lon,
                alt_ft=last.alt_ft,
            )


def looked_until(
    conn: Connection, desk: Desk, icao24: str, spans: Iterable[HeardSpan]
) -> Mapping[str, datetime]:
    """By live source: until when it was asked about the aircraft, and answered, since it was last
    heard. Empty while something was heard since that has not been worked out."""
    last = max(spans, key=lambda span: span.t_last, default=None)
    if last is None or not last.airborne_at_end:
        return {}
    live = [key for key, source in desk.sources.items() if source.kind == "live"]
    newest = (last_span(conn, icao24, key) for key in live)
    if any(span is not None and span.t_last > last.t_last for span in newest):
        return {}
    now = desk.clock()
    found = {
        key: reached(last.t_last, rows_for(conn, key, icao24, last.t_last, now)) for key in live
    }
    return {key: until for key, until in found.items() if until > last.t_last}


def reached(since: datetime, rows: Iterable[LedgerRow]) -> datetime:
    """Until when the rows of one source answer from `since` on without a hole over `BRIDGED`."""
    until = since
    for row in sorted(rows, key=lambda row: row.t_from):
        if row.outcome in ANSWERED:
            if row.t_from > until + BRIDGED:
                break
            until = max(until, row.t_to)
    return until


def _established(meaning: Meaning) -> Established:
    if len(meaning.icao24) > 1 or len(meaning.registrations) > 1:
        return "uncertain"
    return "rule" if meaning.by_rule else "stated"
