"""Telling watches what an aircraft did, in the transaction that wrote it.

What a watch should have been told is worked out from what is known now and compared with what it
was told (`service.domain.watching`), so it does not matter how often, in what order or by which
source something became known. Evidence comes first: whatever is wrong with a watch, what was to be
written is written; the aircraft is noted as behind, and told of later (`lost` in this room).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from schemas.watching import Watch
from service.desk import Desk
from service.domain.watching.reconcile import Telling
from service.domain.watching.telling import tellings
from service.domain.watching.when import due
from service.ingest.telling.concerned import Concerned, News, concerned
from service.ingest.telling.known import Knowledge
from service.ingest.telling.roster import Followed
from service.nameless import without_names
from service.storage.alerts import add_alerts, hold_telling, told
from service.storage.database import Connection, in_part
from service.storage.prepared import PreparedUnit
from service.storage.sightings import emergencies_from, places_in, places_of

DAY: Final = timedelta(days=1)
BEFORE: Final = DAY
"""What changed on a day may be the same as what was told of the day before, by another source."""
CATCH_UP: Final = timedelta(days=3)
"""So far back it is looked whether somebody was not told."""

_log = logging.getLogger("tailcheck.telling")


def tell(
    conn: Connection,
    desk: Desk,
    units: Sequence[PreparedUnit],
    changed: Sequence[bool],
    now: datetime,
) -> int:
    """Tell everybody whom those units concern that differ from what was stored before; returns the
    number of alerts. Call it last in a transaction of `database.writing`; when that is rolled back,
    the desk's roster must forget. Raises only when the database fails."""
    news = _news(units, changed)
    if not news:
        return 0
    try:
        with in_part(conn):
            followed = desk.roster.now(conn)
            found = concerned(conn, desk, followed, news, now.date())
    except Exception as error:
        _fell_behind(desk, [one.icao24 for one in news if one.until > now - CATCH_UP], error)
        return 0
    return _tell_all(conn, desk, followed, news, found, now)


def tell_about(conn: Connection, desk: Desk, icao24: str, now: datetime) -> int:
    """Tell everybody whom the aircraft concerns what it did of late (`CATCH_UP`), if they were not
    told; returns the number of alerts. `conn` is of `database.writing`.

    Raises:
        StorageError: the database failed, or a watch is sealed with a key that is not here.
    """
    followed = desk.roster.now(conn)
    news = [lately(conn, icao24, now)]
    return _tell_all(
        conn, desk, followed, news, concerned(conn, desk, followed, news, now.date()), now
    )


def untold(
    conn: Connection, desk: Desk, followed: Followed, icao24s: Sequence[str], now: datetime
) -> list[str]:
    """Those of the aircraft that `tell_about` would tell something of. Nothing is written."""
    news = [lately(conn, icao24, now) for icao24 in icao24s]
    found = concerned(conn, desk, followed, news, now.date())
    since = {one.icao24: one.since for one in news}
    return [
        icao24
        for icao24, watches in found.items()
        if _is_untold(conn, desk, followed, icao24, watches, since.get(icao24, now - CATCH_UP))
    ]


def lately(conn: Connection, icao24: str, now: datetime) -> News:
    """All that the aircraft did of late, as news."""
    since = now - CATCH_UP
    squawked = bool(emergencies_from(conn, icao24, since))
    return News(icao24, since, now + DAY, places_of(conn, icao24, since), squawked)


def _is_untold(
    conn: Connection,
    desk: Desk,
    followed: Followed,
    icao24: str,
    watches: Sequence[Watch],
    since: datetime,
) -> bool:
    knowledge = Knowledge(conn, desk, followed, icao24, _not_before(watches, since))
    for watch in watches:
        try:
            if _tellings(conn, desk, knowledge, icao24, watch):
                return True
        except Exception as error:
            _fell_behind(desk, [icao24], error)
    return False


def _tell_all(
    conn: Connection,
    desk: Desk,
    followed: Followed,
    news: Sequence[News],
    found: Concerned,
    now: datetime,
) -> int:
    if not found:
        return 0
    first = min(one.since for one in news)
    since = {one.icao24: one.since for one in news}
    hold_telling(conn)
    return sum(
        _tell_of(conn, desk, followed, icao24, watches, since.get(icao24, first), now)
        for icao24, watches in sorted(found.items())
    )


def _tell_of(
    conn: Connection,
    desk: Desk,
    followed: Followed,
    icao24: str,
    watches: Sequence[Watch],
    since: datetime,
    now: datetime,
) -> int:
    """Tell each of the watches of one aircraft. What is wrong with one of them touches no other."""
    knowledge: Knowledge | None = None
    count = 0
    for watch in watches:
        try:
            with in_part(conn):
                if knowledge is None:
                    start = _not_before(watches, since)
                    knowledge = Knowledge(conn, desk, followed, icao24, start)
                new = _tellings(conn, desk, knowledge, icao24, watch)
                if new:
                    due_at, batch = due(watch.wishes, now)
                    count += len(
                        add_alerts(
                            conn, desk.sealer, watch, new, due_at=due_at, batch=batch, now=now
                        )
                    )
        except Exception as error:
            _fell_behind(desk, [icao24], error)
    return count


def _tellings(
    conn: Connection, desk: Desk, knowledge: Knowledge, icao24: str, watch: Watch
) -> tuple[Telling, ...]:
    known = knowledge.for_watch(watch)
    return tellings(watch, known, told(conn, desk.sealer, watch.id, icao24), desk.airports)


def _not_before(watches: Sequence[Watch], since: datetime) -> datetime:
    """Nothing is told of what happened before the first of them was added."""
    return max(since, min(watch.added_at for watch in watches))


def _news(units: Sequence[PreparedUnit], changed: Sequence[bool]) -> list[News]:
    """By aircraft, in order."""
    by_aircraft: dict[str, list[PreparedUnit]] = {}
    for unit, differs in zip(units, changed, strict=True):
        if differs:
            by_aircraft.setdefault(unit.key.icao24, []).append(unit)
    return [
        News(
            icao24,
            _midnight(min(unit.key.day for unit in each)) - BEFORE,
            _midnight(max(unit.key.day for unit in each)) + DAY,
            frozenset(place for unit in each for place in places_in(unit)),
            any(unit.emergencies for unit in each),
        )
        for icao24, each in sorted(by_aircraft.items())
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _fell_behind(desk: Desk, icao24s: Sequence[str], error: Exception) -> None:
    desk.roster.fell_behind(icao24s)
    _log.error("telling: %s; it is tried again", without_names(error))
