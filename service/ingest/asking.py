"""Asking a source once, and writing down what came of it: the ledger row is part of the answer.

What a source has not answered is never "empty". One page that cannot be read waits in quarantine,
and no part of that answer counts as silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters._contract import Adapter, Wanted
from schemas.records import LedgerRow
from schemas.verdicts import Interval
from service.desk import Desk
from service.errors import NotFound, Unreadable
from service.ingest.fetching.driving import Answer, drive
from service.ingest.fetching.fetcher import Fetcher
from service.ingest.keeping import Received, keep
from service.ingest.outcomes import rows_of_answer
from service.ingest.reading import read_page
from service.ingest.writing import Writing, write
from service.storage.leases import Lease
from service.storage.quarantine import Quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of one asking."""

    ledger: tuple[LedgerRow, ...]
    """The rows that were written, one at least for each target."""
    movements: int
    """Now known of the days that the answer has fixes of."""
    rejected: int
    """Rows that were read and not believed."""
    note: str
    """A sentence for people where something was not as it should be; else empty."""
    retry_at: datetime | None
    """Not before then, where the source or the pace says so."""


def ask_source(
    desk: Desk,
    fetcher: Fetcher,
    adapter: Adapter,
    wanted: Wanted,
    secrets: Mapping[str, str],
    *,
    targets: Sequence[str],
    window: Interval,
    fence: Lease | None = None,
) -> Asked:
    """Ask, read, derive, and write all of it with its ledger rows in one transaction.

    `targets` are what the rows are about, as in `LedgerRow`: addresses, registrations, areas or
    ``*``. A registration is written under its addresses where they are among them. `window` is
    what the asking was meant for. Every page that is stored nearby is read again for the
    derivation: for a poll every few seconds there is `service.ingest.following.live`.

    Raises:
        LeaseLost: `fence` has passed on; only the received bytes are kept.
        StorageError: disk or database failed; what was received is kept.
        SourceFailed: the source gives reference data, which `registries.refresh` is for.
    """
    answer = drive(adapter, wanted, fetcher, secrets)
    received, unread = _read(adapter, answer)
    rows = rows_of_answer(desk, answer, received, unread, targets=targets, window=window)
    notes = [answer.note, *(page.why for page in unread)]
    movements = 0
    try:
        movements = sum(
            keep(desk, received, rows, also=Writing(quarantine=unread), fence=fence).values()
        )
    except (Unreadable, NotFound) as error:
        # A page that came earlier has a say in these days and cannot be read: nothing is derived
        # from half of them. What is said here can be derived once that page can be read.
        rows = tuple(replace(row, outcome="failed", note=str(error)) for row in rows)
        captures = [item.capture for item in received]
        write(desk, Writing(captures=captures, ledger=rows, quarantine=unread), fence=fence)
        notes.append(str(error))
    return Asked(
        ledger=rows,
        movements=movements,
        rejected=sum(row.count for item in received for row in item.contents.rejected),
        note=" ".join(dict.fromkeys(filter(None, notes))),
        retry_at=answer.retry_at,
    )


def _read(adapter: Adapter, answer: Answer) -> tuple[list[Received], list[Quarantined]]:
    received: list[Received] = []
    unread: list[Quarantined] = []
    for page in answer.pages:
        try:
            received.append(Received(page.capture, read_page(adapter, page)))
        except Unreadable as error:
            unread.append(
                Quarantined(
                    source=adapter.source.key,
                    sha256=page.capture.sha256,
                    why=str(error),
                    at=page.capture.received_at,
                )
            )
    return received, unread
