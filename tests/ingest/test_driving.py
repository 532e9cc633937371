"""One asking from the first request to the answer, over real HTTP: all the ways it can end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters._contract import (
    Wanted,
)
from schemas.records import Outcome
from service.ingest.fetching.archive import is_unchanged
from service.ingest.fetching.driving import NEVER_ASKED
from service.ingest.fetching.fetcher import Fetcher
from service.storage.captures import CaptureStore
from service.storage.database import Engine, writing
from service.storage.file_versions import file_was_read
from tests.ingest.driven import COVERING, MINSK, OURS, WANTED, asked
from tests.ingest.fetcher import ADAPTERS, Hands, stored
from tests.upstream import Fault, Upstream, faults
from tests.upstream.conftest import FLOWN
from tests.upstream.sky import NOON

# a good day


@pytest.mark.parametrize("key", sorted(WANTED))
def test_on_a_good_day_the_pages_are_there_and_stored(
    key: str, up: Upstream, fetcher: Fetcher, sqlite: Engine, tmp_path: Path
) -> None:
    answer = asked(up, fetcher, key)
    assert answer.source.key == key
    assert answer.wanted == WANTED[key]
    assert answer.asked_at == NOON
    assert answer.pages
    assert answer.note == ""
    assert answer.retry_at is None
    assert [page.capture for page in answer.pages] == [
        capture for capture in answer.replies if capture.status == 200
    ]
    assert sorted(stored(sqlite), key=repr) == sorted(answer.replies, key=repr)
    store = CaptureStore(tmp_path / "captures")
    assert all(store.read(page.capture.sha256) == page.content for page in answer.pages)
    if key in COVERING:
        assert answer.outcome == "data"
        assert {part.source for part in answer.covered} == {key}
    else:
        assert answer.covered == ()
        assert answer.outcome == "failed"


def test_an_empty_answer_covers_without_a_page_to_read(up: Upstream, fetcher: Fetcher) -> None:
    """OpenSky's empty 404."""
    answer = asked(up, fetcher, "opensky_flights", Wanted.on(date(2025, 11, 1), icao24=OURS))
    assert answer.pages == ()
    assert [capture.status for capture in answer.replies] == [404, 404]
    assert [part.target for part in answer.covered] == ["14fc0b"]


def test_a_file_that_has_not_changed_covers_as_it_did(
    up: Upstream, fetcher: Fetcher, sqlite: Engine
) -> None:
    first = asked(up, fetcher, "opensky_flightlist")
    (capture,) = first.replies
    with writing(sqlite) as conn:
        file_was_read(conn, capture.source, capture.url, capture.sha256, now=NOON)
    again = asked(up, fetcher, "opensky_flightlist")
    assert is_unchanged(again.pages[0])
    assert again.covered == first.covered
    assert again.pages[0].content == first.pages[0].content


def test_a_day_that_openskys_flights_do_not_reach_yet_is_too_early_and_told_when(
    up: Upstream, fetcher: Fetcher, clock: Hands
) -> None:
    today = Wanted.on(NOON.date(), icao24=OURS)
    assert today.t_to is not None
    answer = asked(up, fetcher, "opensky_flights", today)
    assert answer.outcome == answer.uncovered == "too_early"
    assert answer.covered == ()
    assert answer.retry_at == today.t_to + ADAPTERS["opensky_flights"].source.lag
    clock.now = answer.retry_at + timedelta(hours=1)
    assert asked(up, fetcher, "opensky_flights", today).outcome == "data"


# faults

BROKEN: Mapping[str, tuple[Callable[[], Fault], Outcome]] = {
    "web_page": (faults.web_page, "failed"),
    "nothing": (faults.nothing, "failed"),
    "too_many": (faults.too_many, "refused"),
    "too_many_in_a_while": (lambda: faults.too_many("600"), "refused"),
    "refused": (faults.refused, "refused"),
    "payment": (lambda: faults.status(402), "refused"),
    "error": (lambda: faults.status(500), "failed"),
    "unavailable": (lambda: faults.status(503), "failed"),
    "unavailable_for_a_while": (lambda: faults.status(503, Retry_After="600"), "failed"),
    "teapot": (lambda: faults.status(418), "failed"),
    "moved": (lambda: faults.status(302, Location="https://example.org/"), "failed"),
    "broken_off": (faults.broken_off, "truncated"),
    "reset": (faults.reset, "failed"),
    "reset_midway": (lambda: faults.reset(0.5), "truncated"),
    "silent": (faults.silent, "failed"),
    "new_schema": (faults.new_schema, "failed"),
}


@pytest.mark.parametrize("fault", sorted(BROKEN))
@pytest.mark.parametrize("key", COVERING)
def test_whatever_goes_wrong_covers_nothing_and_is_told_apart(
    key: str, fault: str, up: Upstream, fetcher: Fetcher, sqlite: Engine, clock: Hands
) -> None:
    make, outcome = BROKEN[fault]
    up.fail(key, make())
    if fault == "moved" and ADAPTERS[key].source.kind == "reports":
        up.fail(key, faults.status(302, Location="http://example.org/"))
    answer = asked(up, fetcher, key)
    assert answer.covered == ()
    assert answer.outcome == answer.uncovered == outcome
    assert {page.capture.status for page in answer.pages} <= {200}
    kept = stored(sqlite)
    assert all(capture in kept for capture in answer.replies)
    if answer.replies and answer.replies[-1].status != 200:
        assert f"status {answer.replies[-1].status}" in answer.note
    if "while" in fault:
        assert answer.retry_at == clock() + timedelta(seconds=600)
    up.recover()
    clock.move(hours=7)
    assert asked(up, fetcher, key).covered, "and afterwards all is well again"


@pytest.mark.parametrize("key", COVERING)
def test_a_fault_that_passes_leaves_no_trace(key: str, up: Upstream, fetcher: Fetcher) -> None:
    up.fail(key, faults.reset(), times=1)
    answer = asked(up, fetcher, key)
    assert (answer.outcome, answer.note) == ("data", "")


def test_a_source_that_is_closed_is_not_asked_and_the_answer_says_until_when(
    up: Upstream, fetcher: Fetcher, clock: Hands
) -> None:
    up.fail("adsblol", faults.too_many("600"), times=1)
    asked(up, fetcher, "adsblol")
    before = len(up.asked())
    answer = asked(up, fetcher, "adsblol")
    assert len(up.asked()) == before
    assert answer.outcome == "not_asked"
    assert answer.replies == ()
    assert answer.retry_at == NOON + timedelta(seconds=600)
    assert "status 429" in answer.note


def test_what_cannot_be_asked_for_is_not_asked(up: Upstream, fetcher: Fetcher) -> None:
    for key, wanted in (("adsblol_history", MINSK), ("adsblol", Wanted())):
        answer = asked(up, fetcher, key, wanted)
        assert (answer.outcome, answer.note, answer.retry_at) == ("not_asked", NEVER_ASKED, None)
    assert up.asked() == []


def test_some_may_be_covered_and_others_refused(up: Upstream, fetcher: Fetcher) -> None:
    """What is said of one aircraft is not said of another."""
    both = Wanted.on(FLOWN.date(), icao24=OURS | {"fedcba"})
    up.fail("adsblol_history", Fault("none"), times=1)
    up.fail("adsblol_history", faults.refused(), times=1)
    answer = asked(up, fetcher, "adsblol_history", both)
    assert [part.target for part in answer.covered] == ["14fc0b"]
    assert (answer.outcome, answer.uncovered) == ("data", "refused")
    assert [capture.status for capture in answer.replies] == [200, 403]


def test_pages_that_came_before_the_line_broke_are_handed_over(
    up: Upstream, fetcher: Fetcher
) -> None:
    both = Wanted.on(FLOWN.date(), icao24=OURS | {"fedcba"})
    up.fail("adsblol_history", Fault("none"), times=1)
    up.fail("adsblol_history", faults.reset(0.5))
    answer = asked(up, fetcher, "adsblol_history", both)
    assert answer.covered == ()
    assert answer.uncovered == "truncated"
    assert [page.capture.url[-11:] for page in answer.pages] == ["14fc0b.json"]
