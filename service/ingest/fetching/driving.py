"""One asking of one source, from the adapter's first request to what its replies cover.

Whatever a source does ends in an `Answer`; the pages are stored by then, and not read yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import httpx

from adapters._contract import (
    Adapter,
    Covered,
    Page,
    UnreadablePage,
    Wanted,
    outcome_of,
)
from schemas.records import Capture, Outcome
from schemas.sources import Source
from service.ingest.fetching import skew as skews
from service.ingest.fetching.fetcher import Fetcher, NoReply, NotNow, is_kept

NEVER_ASKED: Final = "it cannot be asked for this"

_UNAUTHORIZED: Final = httpx.codes.UNAUTHORIZED


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one asking."""

    source: Source
    wanted: Wanted
    asked_at: datetime
    pages: tuple[Page, ...]
    """Those to be read: stored, status 200, in the order in which they came."""
    replies: tuple[Capture, ...]
    """Every stored reply, refusals and errors too."""
    covered: tuple[Covered, ...]
    outcome: Outcome
    """``data`` when anything is covered; whether it is ``empty`` shows when the pages are read."""
    uncovered: Outcome
    """What the ledger says of whatever was wanted and is not covered."""
    note: str
    """Why, in words; empty when there is nothing to say."""
    retry_at: datetime | None
    """Not worth asking again before; None = no reason to wait."""


def drive(adapter: Adapter, wanted: Wanted, fetcher: Fetcher, secrets: Mapping[str, str]) -> Answer:
    """Ask until the adapter has no more to ask.

    Never raises for what a source does. Where no page comes, the asking ends: the pages so far
    are handed over, and cover nothing. Raises `StorageError`.
    """
    source = adapter.source
    asked_at = fetcher.clock()
    seen: list[Page] = []
    covered: tuple[Covered, ...] = ()
    ended: NotNow | NoReply | UnreadablePage | None = None
    asked = adapter.fetch(wanted, secrets)
    try:
        request = next(asked)
        while True:
            page = fetcher.page(source, request)
            seen.append(page)
            request = asked.send(page)
    except StopIteration as end:
        covered = tuple(end.value)
    except (NotNow, NoReply, UnreadablePage) as error:
        ended = error
    finally:
        asked.close()
    skew = fetcher.skew(source) if seen else timedelta()
    covered = tuple(_covered_in_truth(source, covered, seen, skew))
    uncovered = _uncovered(source, wanted, seen, ended)
    closed_until = fetcher.pacer.closed_until(source)
    kept = [page for page in seen if is_kept(page)]
    return Answer(
        source=source,
        wanted=wanted,
        asked_at=asked_at,
        pages=tuple(page for page in kept if page.capture.status == httpx.codes.OK),
        replies=tuple(page.capture for page in kept),
        covered=covered,
        outcome="data" if covered else uncovered,
        uncovered=uncovered,
        note=_note(seen, covered, ended, skew),
        retry_at=_retry_at(source, wanted, ended, closed_until, uncovered, covered),
    )


def _covered_in_truth(
    source: Source, covered: Sequence[Covered], seen: Sequence[Page], skew: timedelta
) -> list[Covered]:
    """What was covered by the source's clock, where ours is ahead of it.

    An archive covers a day up to when it answered, by our clock: with that hours ahead, hours that
    had not come yet would count as empty. Live replies tell their own time.
    """
    if skew <= timedelta() or source.kind == "live" or not seen:
        return list(covered)
    latest = max(page.capture.received_at for page in seen) - skew - source.lag
    clipped = [replace(part, t_to=min(part.t_to, latest)) for part in covered]
    return [part for part in clipped if part.t_from < part.t_to]


def _uncovered(
    source: Source,
    wanted: Wanted,
    seen: Sequence[Page],
    ended: NotNow | NoReply | UnreadablePage | None,
) -> Outcome:
    """The worst that was answered; else what the last reply amounts to."""
    if isinstance(ended, NoReply):
        return ended.outcome
    refusals = [page for page in seen if outcome_of(source, page) == "refused"]
    # A 401 that another reply has followed was a token that had run out.
    if any(page is seen[-1] or page.capture.status != _UNAUTHORIZED for page in refusals):
        return "refused"
    if isinstance(ended, UnreadablePage) or any(map(_is_error, seen)):
        return "failed"
    if ended is not None or not seen:
        return "not_asked"
    return outcome_of(source, seen[-1], wanted.t_to)


def _is_error(page: Page) -> bool:
    status = page.capture.status or 0
    return status >= 400 and status not in {_UNAUTHORIZED, httpx.codes.NOT_FOUND}


def _note(
    seen: Sequence[Page],
    covered: Sequence[Covered],
    ended: NotNow | NoReply | UnreadablePage | None,
    skew: timedelta,
) -> str:
    said = []
    if isinstance(ended, UnreadablePage):
        said.append(str(ended).rstrip("."))
    elif ended is not None:
        said.append(ended.why)
    elif not seen:
        said.append(NEVER_ASKED)
    elif not covered and seen[-1].capture.status != httpx.codes.OK:
        said.append(f"status {seen[-1].capture.status}")
    said.append(skews.sentence(skew))
    return "; ".join(part for part in said if part)


def _retry_at(
    source: Source,
    wanted: Wanted,
    ended: NotNow | NoReply | UnreadablePage | None,
    closed_until: datetime | None,
    uncovered: Outcome,
    covered: Sequence[Covered],
) -> datetime | None:
    if isinstance(ended, NotNow):
        return ended.until
    if closed_until is None and not covered and uncovered == "too_early" and wanted.t_to:
        return wanted.t_to + source.lag
    return closed_until
