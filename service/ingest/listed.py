"""What a flight list answers for: which days, and whose silence.

Read whole, it answers for every aircraft; read for the watched ones, for those alone. It answers
for a month only where its name says which one: a list that somebody cut out of it has another
name, or should have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from adapters._contract import Record
from schemas.records import EVERYTHING, Capture, LedgerRow, Outcome, Rejected, Report
from service.ingest.naming import Names

_NAME = re.compile(r"flightlist_(\d{8})_(\d{8})\.csv(?:\.gz)?(?:[?#].*)?$", re.ASCII)
_LONGEST = timedelta(days=31)
_DAY = timedelta(days=1)

NAMELESS: Final = (
    "Its name does not say which month it is of (flightlist_YYYYMMDD_YYYYMMDD.csv.gz), so what it "
    "does not list is not taken for silence."
)


def days_named(url: str) -> tuple[date, date] | None:
    """First and last UTC day that a list's name claims, None where it claims none."""
    found = _NAME.search(url)
    if found is None:
        return None
    try:
        first, last = (
            datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date() for text in found.groups()
        )
    except ValueError:
        return None
    return (first, last) if timedelta() <= last - first < _LONGEST else None


@dataclass(slots=True)
class Seen:
    """What the rows that were read speak about."""

    watched: Sequence[Names] | None
    names: set[tuple[str, str]] = field(default_factory=set)
    """(icao24, registration) of every row; only where some aircraft are looked for."""
    first: datetime | None = None
    last: datetime | None = None

    def noting(self, records: Iterable[Record | Rejected]) -> Iterator[Record | Rejected]:
        """The same records."""
        for record in records:
            if isinstance(record, Report):
                self._note(record)
            yield record

    def _note(self, report: Report) -> None:
        moment = report.t_off or report.t_on
        if moment is not None:
            self.first = moment if self.first is None else min(self.first, moment)
            self.last = moment if self.last is None else max(self.last, moment)
        if self.watched is not None:
            self.names.add((report.icao24, report.registration))

    def contradicts(self, days: tuple[date, date]) -> str:
        """Why the rows cannot be those of these days, as a sentence; empty = they can."""
        if self.first is None or self.last is None:
            return "" if self.watched is not None else "It lists no flight at all."
        first, last = self.first.date(), self.last.date()
        named = f"Its name says {days[0]} to {days[1]}, but it lists flights of {first} to {last}"
        if first < days[0] - _DAY or last > days[1] + _DAY:
            return f"{named}: what it does not list is not taken for silence."
        if self.watched is None and (first > days[0] or last < days[1]):
            return f"{named} only: what it does not list is not taken for silence."
        return ""

    def rows(self, capture: Capture, days: tuple[date, date], now: datetime) -> Iterator[LedgerRow]:
        """What the list answers for, when it is of these days."""
        for target, outcome in self._outcomes():
            yield LedgerRow(
                source=capture.source,
                target=target,
                t_from=datetime.combine(days[0], time(), UTC),
                t_to=datetime.combine(days[1] + _DAY, time(), UTC),
                outcome=outcome,
                asked_at=now,
                capture=capture.sha256,
                note="the whole list" if self.watched is None else "only the watched aircraft",
            )

    def _outcomes(self) -> Iterator[tuple[str, Outcome]]:
        if self.watched is None:
            yield EVERYTHING, "data"
            return
        told: dict[str, Outcome] = {}
        for names in self.watched:
            listed = {icao24 for icao24, name in self.names if names.name(icao24, name)}
            for target in names.targets:
                of_it = listed & {target, ""} if target in names.icao24 else listed
                if of_it or target not in told:
                    told[target] = "data" if of_it else "empty"
        yield from told.items()
