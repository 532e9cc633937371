"""What silence means: who was asked, who answered, and whom else they heard there.

"Nothing found" is told apart from "nobody looked" here. Only a source that was asked about this
aircraft, answered, and heard *other* aircraft low at the airport makes silence say anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil

from schemas.movements import Heard, Segment
from schemas.places import Airport
from schemas.records import AREA, EVERYTHING, LedgerRow, Outcome
from schemas.sources import Source
from schemas.verdicts import CoverageHour, Interval, NoDataReason
from service.domain.geo import NEVER_UNDERSTATES, distance_nm

HOUR = timedelta(hours=1)
ANSWERED: frozenset[Outcome] = frozenset({"data", "empty"})
"""The outcomes that are an answer; every other one means nothing was there to read."""
_AREA = re.compile(r"area:(-?[0-9.]+),(-?[0-9.]+),([0-9.]+)", re.ASCII)
"""Target of a circle: latitude, longitude, radius in NM, as `adapters._contract.Area` writes it.
What is heard in it is worked out for everybody, so it answers for every aircraft."""
BROKEN: frozenset[Outcome] = frozenset({"truncated", "refused", "failed"})


def coverage_hours(heard: Iterable[Heard]) -> tuple[CoverageHour, ...]:
    """How many other aircraft each source heard at the airport, hour by hour.

    A row with an address is one aircraft, told as often as it likes; one without an address is
    storage's sum over all others in that hour.
    """
    found: list[CoverageHour] = []
    by_hour = groupby(sorted(heard, key=_source_and_hour), key=_source_and_hour)
    for (source, hour), rows in by_hour:
        names: set[str] = set()
        summed = 0
        for row in rows:
            if row.icao24:
                names.add(row.icao24)
            else:
                summed += row.aircraft
        found.append(CoverageHour(source=source, hour=hour, aircraft=summed + len(names)))
    return tuple(found)


def _source_and_hour(row: Heard) -> tuple[str, datetime]:
    return row.source, row.hour


def is_answer(row: LedgerRow, segments: Iterable[Segment]) -> bool:
    """Whether the row is an answer that we hold.

    "data" about one aircraft without a segment to show for it is lost data, not silence: whatever
    became of it, no conclusion may rest on it.
    """
    if row.outcome != "data" or row.target == EVERYTHING or _AREA.fullmatch(row.target):
        return row.outcome in ANSWERED
    return any(
        s.source == row.source and s.first.t < row.t_to and s.last.t >= row.t_from for s in segments
    )


def without_exceptions(rows: Iterable[LedgerRow]) -> tuple[LedgerRow, ...]:
    """The rows about one aircraft, without those about everybody that do not hold for it.

    Where an asking about everybody had an answer, and this aircraft's part of it could not be read
    (a damaged trace in a day's dump), the very same asking says so of it, by its name. Then it was
    not silent: nobody knows.
    """
    held = tuple(rows)
    lost = [row for row in held if row.outcome in BROKEN and not _is_about_everybody(row)]
    return tuple(row for row in held if not any(_withdraws(row, one) for one in lost))


def _withdraws(row: LedgerRow, lost: LedgerRow) -> bool:
    return (
        _is_about_everybody(row)
        and (row.source, row.asked_at) == (lost.source, lost.asked_at)
        and row.t_from < lost.t_to
        and row.t_to > lost.t_from
    )


def _is_about_everybody(row: LedgerRow) -> bool:
    return row.target == EVERYTHING or row.target.startswith(AREA)


def circle_holds(target: str, airport: Airport, around_nm: float) -> bool:
    """Whether the ledger's `target` is a circle, and all within `around_nm` of the airport lies in
    it."""
    circle = _AREA.fullmatch(target)
    if circle is None:
        return False
    lat, lon, radius_nm = (float(text) for text in circle.groups())
    away_nm = float(distance_nm(lat, lon, airport.lat, airport.lon)) * NEVER_UNDERSTATES
    return away_nm + around_nm <= radius_nm


def covering_sources(
    window: Interval, answers: Sequence[LedgerRow], hours: Iterable[CoverageHour]
) -> tuple[str, ...]:
    """Sources that would have heard a visit in `window`, as far as that can be known.

    Asked about this aircraft for the whole window, answered, and heard at least one other aircraft
    low or on the ground at the airport in every hour that the window touches.
    """
    first, count = _hours_of(window)
    heard_in: dict[str, set[datetime]] = {}
    for item in hours:
        if item.aircraft > 0:
            heard_in.setdefault(item.source, set()).add(item.hour)
    return tuple(
        source
        for source, heard in sorted(heard_in.items())
        if len(heard) >= count  # most often not, and then nothing need be looked up
        if all(first + HOUR * number in heard for number in range(count))
        if answered_throughout(window, answers, source)
    )


def answered_throughout(window: Interval, answers: Iterable[LedgerRow], source: str) -> bool:
    """Whether the answers of `source` about this aircraft together cover `window` unbroken."""
    reached = window.t_from
    for row in sorted((row for row in answers if row.source == source), key=lambda r: r.t_from):
        if row.t_from > reached:
            break
        reached = max(reached, row.t_to)
    return reached >= window.t_to and reached > window.t_from


def why_silent(
    interval: Interval,
    ledger: Sequence[LedgerRow],
    sources: Mapping[str, Source],
    now: datetime,
    *,
    heard_itself: bool,
) -> NoDataReason:
    """Why nothing can be said about `interval`; `heard_itself` = something of it was received then.

    `ledger` is what was asked about this aircraft. Silence is the aircraft's only where one source
    answered for the whole time; a broken source is named before a patchy answer.
    """
    if heard_itself:
        return "coverage_unknown"
    touching = [r for r in ledger if r.t_from < interval.t_to and r.t_to > interval.t_from]
    outcomes = {row.outcome for row in touching}
    answers = [row for row in touching if row.outcome in ANSWERED]
    if any(answered_throughout(interval, answers, row.source) for row in answers):
        return "aircraft_silent"
    if outcomes & BROKEN:
        return "source_down"
    if "too_early" in outcomes:
        return "too_early"
    if answers:
        return "aircraft_silent"
    if sources and not reaching_sources(interval, sources, now):
        return "beyond_reach_back"
    return "not_asked"


def reaching_sources(
    interval: Interval, sources: Mapping[str, Source], now: datetime
) -> tuple[Source, ...]:
    """Sources of positions, and open archives of flights, that can speak about the interval; open
    ones first."""
    days = {interval.t_from.date(), (interval.t_to - timedelta.resolution).date()}
    reaching = [
        source
        for source in sources.values()
        if source.kind == "history" or (source.kind == "reports" and source.open_archive)
        if any(source.reach.holds(day, now.date()) for day in days)
    ]
    return tuple(sorted(reaching, key=lambda source: (not source.open_archive, source.key)))


def _hours_of(window: Interval) -> tuple[datetime, int]:
    """Start of the first UTC hour that the window touches, and how many there are: one at least."""
    first = window.t_from.replace(minute=0, second=0, microsecond=0)
    return first, max(1, ceil((window.t_to - first) / HOUR))
