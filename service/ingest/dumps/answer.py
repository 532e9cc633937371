"""What a dump answers for, once it is known how it ended.

- ``data`` for everybody: the tar came to its proper end, traces lie in all of its folders, and most
  hold positions of the day that it should be. Who is not in it was not heard by that source.
- ``truncated``: it broke off, or folders are missing. ``failed``: it is another day's, or most of
  it tells nothing. Nobody's silence either way.
- Nothing: it was read for a few, or does not hold everybody. What is not in it means nothing.

And ``failed`` for every aircraft whose trace is there and tells nothing, in the same asking.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.records import EVERYTHING, LedgerRow, Outcome
from service.ingest.derivation import day_bounds
from service.ingest.dumps.parts import Claim

FOLDERS: Final = 256
"""One for each last two digits of an address."""
FAILED_CAP: Final = 10_000
"""Aircraft that are told apart as unreadable; with more, the whole day has failed."""
_SILENCE: Final = "what is not in it is not taken for silence."


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a dump ended."""

    claim: Claim
    broken: str
    """Why the tar did not come to its proper end, as a sentence; empty when it did."""
    folders: int
    """With a trace in them."""
    traces: int
    """That were read."""
    of_day: int
    """Those of them with a position on the day that the dump should be of."""
    off_day: int
    """Those with positions of other days only."""
    failed: frozenset[str]
    """Aircraft whose trace is there and tells nothing; as many as `FAILED_CAP` and one more."""
    for_all: bool
    """Every aircraft was read, not only some."""

    @property
    def outcome(self) -> Outcome | None:
        """What the ledger says of everybody; None where it says nothing."""
        if not self.for_all or not self.claim.speaks_for_all:
            return None
        if self.broken or self.folders < FOLDERS:
            return "truncated"
        return "failed" if self._of_another_day or self._tells_nothing else "data"

    @property
    def remark(self) -> str:
        """Why it does not answer for everybody, as a sentence; empty when it does."""
        if self.broken:
            return self.broken
        if self._of_another_day:
            return (
                f"{self.off_day:,} of {self.traces:,} traces hold no position of {self.claim.day}:"
                f" it is the dump of another day, and {_SILENCE}"
            )
        if not self.for_all:
            return f"It was read for some aircraft only: {_SILENCE}"
        if not self.claim.speaks_for_all:
            return f"Dumps of this kind do not hold everybody: {_SILENCE}"
        if self.folders < FOLDERS:
            return f"It has {self.folders} of {FOLDERS} folders: {_SILENCE}"
        return f"So many traces tell nothing that {_SILENCE}" if self._tells_nothing else ""

    @property
    def is_as_it_should_be(self) -> bool:
        """Whether there is nothing to complain of in the dump as such."""
        return not self.broken and not self._of_another_day and self.outcome in {None, "data"}

    def rows(self, name: str, asked_at: datetime) -> Iterator[LedgerRow]:
        """For the ledger; `name` is the dump's."""
        if self.outcome is not None:
            said = self.remark or f"all {FOLDERS} folders, {self.traces:,} traces"
            yield self._row(EVERYTHING, self.outcome, f"{name}: {said}", asked_at)
        if len(self.failed) <= FAILED_CAP:
            for icao24 in sorted(self.failed):
                yield self._row(icao24, "failed", f"{name}: its trace tells nothing", asked_at)

    def _row(self, target: str, outcome: Outcome, note: str, asked_at: datetime) -> LedgerRow:
        t_from, t_to = day_bounds(self.claim.day)
        return LedgerRow(
            source=self.claim.source,
            target=target,
            t_from=t_from,
            t_to=t_to,
            outcome=outcome,
            asked_at=asked_at,
            note=note,
        )

    @property
    def _of_another_day(self) -> bool:
        return self.off_day > self.of_day

    @property
    def _tells_nothing(self) -> bool:
        """Of most aircraft; or of too many to tell them apart."""
        return self.of_day <= len(self.failed) or len(self.failed) > FAILED_CAP
