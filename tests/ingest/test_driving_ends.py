"""Clocks that differ, and adapters that are not ours: however an asking ends, it ends well."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters._contract import (
    Adapter,
    Covered,
    Page,
    Record,
    UnreadablePage,
    Wanted,
    ask,
)
from schemas.records import Rejected
from schemas.sources import Source
from service.ingest.fetching.driving import drive
from service.ingest.fetching.fetcher import Fetcher
from service.storage.database import Engine
from tests.adapters.traces import packed, row, trace
from tests.ingest.driven import MINSK, OURS, asked
from tests.ingest.fetcher import ADAPTERS, Hands, fetching, stored
from tests.upstream import Fault, Upstream, faults
from tests.upstream.conftest import FLOWN
from tests.upstream.sky import NOON

# the clock


def test_a_clock_ahead_covers_no_hour_that_has_not_come(up: Upstream, fetcher: Fetcher) -> None:
    """Ours says noon of the next day; the archive holds the day up to 06:00, six hours behind."""
    rows = [row(60.0 * i, gs=140.5 + i) for i in range(60)]
    today = NOON.date() - timedelta(days=1)
    began = NOON.replace(hour=3) - timedelta(days=1)
    up.world.traces[today, "14fc0b"] = packed(trace(rows, timestamp=began.timestamp()))
    up.world.now = lambda: NOON - timedelta(days=1)
    answer = asked(up, fetcher, "adsblol_history", Wanted.on(today, icao24=OURS))
    (part,) = answer.covered
    assert part.t_to == NOON.replace(hour=6) - timedelta(days=1)
    assert answer.note == "our clock is 24 h 0 min ahead of the source's"
    assert answer.pages


def test_a_clock_ahead_by_more_than_the_day_covers_nothing(up: Upstream, fetcher: Fetcher) -> None:
    up.world.now = lambda: FLOWN.replace(hour=5)
    answer = asked(up, fetcher, "adsblol_history")
    assert answer.covered == ()
    assert "ahead" in answer.note


@pytest.mark.parametrize("key", ["adsblol", "opensky_states"])
@pytest.mark.parametrize(("hours", "words"), [(-5, "ahead of"), (5, "behind")])
def test_live_positions_are_kept_and_cover_nothing_when_the_clocks_differ(
    key: str, hours: int, words: str, up: Upstream, fetcher: Fetcher
) -> None:
    up.world.now = lambda: NOON + timedelta(hours=hours)
    answer = asked(up, fetcher, key, MINSK)
    assert answer.covered == ()
    assert answer.pages
    assert answer.note == f"our clock is 5 h 0 min {words} the source's"


# adapters that are not ours


@dataclass
class Scripted:
    """An adapter that does as it is told, and tells whether it was closed."""

    source: Source
    asks: Sequence[str]
    ends: Exception | None = None
    closed: list[bool] = field(default_factory=list)

    def fetch(
        self, wanted: Wanted, secrets: Mapping[str, str]
    ) -> Generator[httpx.Request, Page, Sequence[Covered]]:
        try:
            for url in self.asks:
                yield ask(url)
            if self.ends:
                raise self.ends
            return ()
        finally:
            self.closed.append(True)

    def parse(self, page: Page) -> Iterator[Record | Rejected]:
        return iter(())


def scripted(up: Upstream, *paths: str, ends: Exception | None = None) -> Scripted:
    source = up.moved(ADAPTERS["adsblol"]).source
    return Scripted(source, [f"{source.url}{path}" for path in paths], ends)


def test_an_adapter_that_cannot_read_a_reply_has_failed_with_its_sentence(
    up: Upstream, fetcher: Fetcher
) -> None:
    adapter: Adapter = scripted(up, "/v2/hex/14fc0b", ends=UnreadablePage("It is a poem."))
    answer = drive(adapter, Wanted(), fetcher, {})
    assert (answer.outcome, answer.note) == ("failed", "It is a poem")
    assert len(answer.pages) == 1


@pytest.mark.parametrize("fault", [faults.reset(), faults.too_many(), faults.silent()])
def test_however_it_ends_the_adapter_is_closed(
    fault: Fault, up: Upstream, fetcher: Fetcher
) -> None:
    up.fail("adsblol", fault)
    adapter = scripted(up, "/v2/hex/14fc0b", "/v2/hex/14fc0c")
    drive(adapter, Wanted(), fetcher, {})
    assert adapter.closed == [True]


def test_who_is_let_go_while_waiting_closes_the_adapter_and_hears_of_it(
    up: Upstream, sqlite: Engine, tmp_path: Path
) -> None:
    class Stopped(Exception):
        pass

    class Stopping(Hands):
        def sleep(self, seconds: float) -> None:
            raise Stopped

    adapter = scripted(up, "/v2/hex/14fc0b", "/v2/hex/14fc0c")
    with fetching(sqlite, tmp_path, Stopping()) as fetcher, pytest.raises(Stopped):
        drive(adapter, Wanted(), fetcher, {})
    assert adapter.closed == [True]
    assert len(stored(sqlite)) == 1


def test_a_refusal_before_the_source_closed_is_what_the_ledger_says(
    up: Upstream, fetcher: Fetcher
) -> None:
    """The second request has no turn any more, since the first was one too many."""
    up.fail("adsblol", faults.too_many("600"))
    answer = drive(scripted(up, "/v2/hex/14fc0b", "/v2/hex/14fc0c"), Wanted(), fetcher, {})
    assert answer.outcome == "refused"
    assert answer.retry_at == NOON + timedelta(seconds=600)
    assert len(up.asked()) == 1
