"""Which days are still to be asked for, judged by nothing but the ledger.

A slot is one source, one target, one UTC day. Nothing is remembered about it elsewhere: what was
asked stands in the ledger, so whoever starts anew knows at once what is overdue.

- A day is asked for when it is over and the source can speak about it (`Source.lag`).
- ``too_early`` is asked again one, three and seven days after the day began, then no more.
- ``failed``, ``truncated`` and ``refused`` are asked again after growing pauses, then no more: an
  archive that says "not found" for a day without a flight says so for ever.
- ``not_asked`` (the source was closed to us) is asked again soon: nothing was sent.
- ``data`` or ``empty`` over the whole day, or said of a part once the day was over: done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from adapters._contract import Wanted
from schemas.records import IMPORTED, LedgerRow, Outcome
from schemas.sources import Source
from schemas.verdicts import Interval
from service.domain.verdict.coverage import ANSWERED, answered_throughout
from service.ingest.derivation import DAY, day_bounds
from service.ingest.following.watched import Watched

AGAIN_DAYS: Final = (1, 3, 7)
"""After the beginning of a day for which it was too early."""
PAUSES: Final = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
"""After the first failure, the second, and so on."""
SOON: Final = timedelta(hours=1)
_FAILURES: Final = frozenset[Outcome](("failed", "truncated", "refused"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One source, one target, one UTC day."""

    source: str
    day: date
    icao24: str = ""
    airport: str = ""
    """Either of the two."""

    @property
    def target(self) -> str:
        """How the ledger names it."""
        return self.icao24 or f"area:{self.airport}"

    @property
    def wanted(self) -> Wanted:
        """What to ask the source for."""
        t_from, t_to = day_bounds(self.day)
        if self.airport:
            return Wanted(airport=self.airport, t_from=t_from, t_to=t_to)
        return Wanted(icao24=frozenset((self.icao24,)), t_from=t_from, t_to=t_to)

    @property
    def window(self) -> Interval:
        """The day, half-open."""
        t_from, t_to = day_bounds(self.day)
        return Interval(t_from=t_from, t_to=t_to)


def targets(source: str, watched: Watched, *, by_address: bool, by_airport: bool) -> list[Slot]:
    """One slot for each target, of the first day that its watch is about: the day before it was
    added, since that is what people mean to know first."""
    first: dict[tuple[str, str], datetime] = {}
    if by_address:
        for aircraft in watched.aircraft:
            for icao24 in aircraft.icao24:
                key = (icao24, "")
                first[key] = min(aircraft.since, first.get(key, aircraft.since))
    if by_airport:
        first |= {("", airport.ident): airport.since for airport in watched.airports}
    return [
        Slot(
            source=source,
            day=since.astimezone(UTC).date() - DAY,
            icao24=icao24,
            airport=airport,
        )
        for (icao24, airport), since in sorted(first.items())
    ]


def due(
    source: Source, firsts: Iterable[Slot], ledger: Iterable[LedgerRow], now: datetime
) -> list[Slot]:
    """The slots to ask for now, the latest day first. `firsts` are of `targets`; `ledger` holds
    what this source was asked about them."""
    by_target: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in ledger:
        if row.source == source.key:
            by_target[row.target].append(row)
    found = []
    for first in firsts:
        of_day = _by_day(by_target[first.target])
        for day in askable_days(source, first.day, now):
            moment = next_asking(source, day, of_day.get(day, ()))
            if moment is not None and moment <= now:
                found.append(
                    Slot(source=source.key, day=day, icao24=first.icao24, airport=first.airport)
                )
    return sorted(found, key=lambda slot: (-slot.day.toordinal(), slot.target))


def askable_days(source: Source, first: date, now: datetime) -> list[date]:
    """The days from `first` on that are over and that the source can speak about by now."""
    now = now.astimezone(UTC)
    last = (now - source.lag).date() - DAY
    return [
        day
        for number in range((last - first).days + 1)
        if source.reach.holds(day := first + timedelta(days=number), now.date())
    ]


def next_asking(source: Source, day: date, rows: Sequence[LedgerRow]) -> datetime | None:
    """When the day is to be asked for (again); None = no more. `rows` are of one target."""
    start, end = day_bounds(day)
    first = end + source.lag
    answers = [row for row in rows if row.outcome in ANSWERED]
    if answered_throughout(Interval(t_from=start, t_to=end), answers, source.key):
        return None
    tries = _tries(rows)
    if not tries:
        return first
    asked_at, outcomes = tries[-1]
    if outcomes & _FAILURES:
        failures = _failures_in_a_row(tries)
        if failures > len(PAUSES):
            return None
        return max(first, asked_at + PAUSES[failures - 1])
    if "too_early" in outcomes:
        later = (start + timedelta(days=days) for days in AGAIN_DAYS)
        again = next((moment for moment in later if moment > asked_at), None)
        return max(first, again) if again is not None else None
    if "not_asked" in outcomes:
        return max(first, asked_at + SOON)
    return None if asked_at >= first else first


def _tries(rows: Iterable[LedgerRow]) -> list[tuple[datetime, frozenset[Outcome]]]:
    """The askings, first to last: rows of one moment are of one asking. Files are none: a few
    minutes of a day that were handed over do not end the asking for the rest."""
    found: dict[datetime, set[Outcome]] = defaultdict(set)
    for row in rows:
        if row.note != IMPORTED:
            found[row.asked_at].add(row.outcome)
    return [(asked_at, frozenset(found[asked_at])) for asked_at in sorted(found)]


def _failures_in_a_row(tries: Sequence[tuple[datetime, frozenset[Outcome]]]) -> int:
    count = 0
    for _, outcomes in reversed(tries):
        if outcomes & _FAILURES:
            count += 1
        elif outcomes != {"not_asked"}:
            break
    return count


def _by_day(rows: Iterable[LedgerRow]) -> Mapping[date, list[LedgerRow]]:
    """The rows of each UTC day that their windows touch."""
    found: dict[date, list[LedgerRow]] = defaultdict(list)
    for row in rows:
        day = row.t_from.astimezone(UTC).date()
        while day_bounds(day)[0] < row.t_to:
            found[day].append(row)
            day += DAY
    return found
