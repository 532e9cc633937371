"""The ledger of live polling: what successive polls covered, in rows of five minutes.

A poll covers a minute, and a source is polled every few seconds; told one by one, the ledger would
hold more rows than there are fixes. Rows are put together only where their windows touch and the
outcome is the same: a moment that no poll covered is covered by no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from schemas.records import EVERYTHING, LedgerRow
from service.ingest.fetching.driving import Answer

LONGEST: Final = timedelta(minutes=5)
POLLED: Final = timedelta(seconds=60)
"""What one poll is about: live replies list whoever had a position so long ago."""


def told(
    answer: Answer,
    targets: Sequence[str],
    heard: Mapping[str, str],
    *,
    unread: str,
    since: datetime | None,
) -> Iterator[LedgerRow]:
    """What one poll is written down as: a row for each target and window that was answered, else
    one that says why not.

    A reply about everybody (``*``) is written down for the targets alone: of nobody else it was
    worked out what they did, so about nobody else may it stand for silence.

    `heard` = the page that each address and registration was heard in, and for each area the page
    that somebody in it was heard in; `unread` = why a page could not be read; `since` = when the
    source was asked before.
    """
    last = answer.pages[-1].capture.sha256 if answer.pages else ""
    for target in targets:
        windows = [
            c for c in answer.covered if len(targets) == 1 or c.target in (target, EVERYTHING)
        ]
        for window in windows:
            yield LedgerRow(
                source=answer.source.key,
                target=target if window.target == EVERYTHING else window.target,
                t_from=window.t_from,
                t_to=window.t_to,
                outcome="data" if target in heard else "empty",
                asked_at=answer.asked_at,
                capture=heard.get(target, last),
                note=answer.note,
            )
        if not windows:
            yield _untold(answer, target, last, unread, since)


def _untold(
    answer: Answer, target: str, capture: str, unread: str, since: datetime | None
) -> LedgerRow:
    t_from = answer.asked_at - POLLED
    if since is not None and t_from < since < answer.asked_at:
        t_from = since
    return LedgerRow(
        source=answer.source.key,
        target=target,
        t_from=t_from,
        t_to=answer.asked_at,
        outcome="failed" if unread else answer.uncovered,
        asked_at=answer.asked_at,
        capture=capture,
        note=unread or answer.note,
    )


@dataclass(slots=True)
class _Open:
    row: LedgerRow
    polls: int = 1
    told_from: datetime | None = None
    """What lies between then and the row's beginning stands in the row before it."""

    def starts(self, t_from: datetime) -> datetime:
        """Where the row starts when a poll from `t_from` on is added to it."""
        if self.told_from is not None and t_from >= self.told_from:
            return self.row.t_from
        return min(t_from, self.row.t_from)

    def told(self) -> LedgerRow:
        if self.polls == 1:
            return self.row
        counted = f"{self.polls} polls"
        return replace(self.row, note=f"{counted}: {self.row.note}" if self.row.note else counted)


class Polls:
    """Rows that may still grow, one for each target."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        self._ripe: list[LedgerRow] = []

    def add(self, rows: Iterable[LedgerRow]) -> None:
        """What one poll covered. Of rows about one target, those that came before come first."""
        for row in rows:
            last = self._open.get(row.target)
            if last is None:
                self._open[row.target] = _Open(row)
            elif _continues(last, row):
                last.row = replace(
                    last.row,
                    t_from=last.starts(row.t_from),
                    t_to=max(row.t_to, last.row.t_to),
                    asked_at=row.asked_at,
                    capture=row.capture or last.row.capture,
                )
                last.polls += 1
            elif row.t_to <= last.row.t_to:
                self._ripe.append(row)
            else:
                self._ripe.append(last.told())
                self._open[row.target] = _following(last.row, row)

    def ripe(self, now: datetime) -> list[LedgerRow]:
        """Rows that grow no more, each handed out once."""
        old = [name for name, last in self._open.items() if last.row.t_to + LONGEST <= now]
        self._ripe += (self._open.pop(name).told() for name in old)
        ripe, self._ripe = self._ripe, []
        return ripe

    def all(self) -> list[LedgerRow]:
        """All that are left, when polling ends."""
        left = [last.told() for last in self._open.values()]
        self._open.clear()
        ripe, self._ripe = self._ripe, []
        return [*ripe, *left]


def _following(before: LedgerRow, row: LedgerRow) -> _Open:
    """A new row, without what the one before it says already."""
    touches = before.t_from <= row.t_from <= before.t_to
    if before.outcome == row.outcome and touches:
        return _Open(replace(row, t_from=before.t_to), told_from=before.t_from)
    return _Open(row)


def _continues(last: _Open, row: LedgerRow) -> bool:
    return (
        row.outcome == last.row.outcome
        and row.note == last.row.note
        and row.t_from <= last.row.t_to
        and last.row.t_from <= row.t_to
        and max(row.t_to, last.row.t_to) - last.starts(row.t_from) <= LONGEST
    )
