"""Archives of traces: what is asked, what an answer covers, what a file says."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from adapters._contract import Covered, UnreadablePage, Wanted, asking, discover
from adapters.globe_history import GlobeHistory
from schemas.records import IdentityStatement, Rejected, Track
from tests.adapters.pages import page
from tests.adapters.play import Reply, play
from tests.adapters.traces import packed, row, trace

DAY = date(2024, 5, 1)
NEXT = date(2024, 5, 2)
TWO = frozenset(("14fc0b", "ac671b"))


def archive(key: str) -> GlobeHistory:
    found = discover()[key]
    assert isinstance(found, GlobeHistory)
    return found


def served(request: httpx.Request) -> Reply:
    """A trace of whichever aircraft and day are asked for."""
    url = str(request.url)
    asked = re.search(r"/(\d{4})/(\d{2})/(\d{2})/", url)
    assert asked is not None
    year, month, day = map(int, asked.groups())
    start = datetime(year, month, day, tzinfo=UTC).timestamp()
    return Reply(200, packed(trace([row()], icao=url[-11:-5], timestamp=start)))


def window(key: str, icao24: str, day: date) -> Covered:
    t_from = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Covered(source=key, target=icao24, t_from=t_from, t_to=t_from + timedelta(days=1))


def test_each_aircraft_and_day_is_one_file() -> None:
    wanted = Wanted(
        icao24=TWO,
        t_from=datetime(2024, 5, 1, 23, tzinfo=UTC),
        t_to=datetime(2024, 5, 2, 1, tzinfo=UTC),
    )
    played = play(archive("adsblol_history"), wanted, served)
    assert played.urls == [
        f"https://adsb.lol/globe_history/2024/05/{day}/traces/{icao24[-2:]}/trace_full_{icao24}.json"
        for day in ("01", "02")
        for icao24 in sorted(TWO)
    ]
    assert list(played.covered) == [
        window("adsblol_history", icao24, day) for day in (DAY, NEXT) for icao24 in sorted(TWO)
    ]
    assert all(asking(request).archive for request in played.requests)


def test_a_file_of_another_day_is_no_answer() -> None:
    def mixed_up(request: httpx.Request) -> Reply:
        day_before = datetime(2024, 4, 30, tzinfo=UTC).timestamp()
        icao24 = str(request.url)[-11:-5]
        return Reply(200, packed(trace([row()], icao=icao24, timestamp=day_before)))

    played = play(archive("adsblol_history"), Wanted.on(DAY, icao24=TWO), mixed_up)
    assert len(played.urls) == len(TWO)
    assert list(played.covered) == []


def test_the_samples_have_the_first_of_each_month_only() -> None:
    wanted = Wanted(
        icao24=frozenset(("14fc0b",)),
        t_from=datetime(2020, 7, 31, tzinfo=UTC),
        t_to=datetime(2020, 9, 2, tzinfo=UTC),
    )
    played = play(archive("adsbx_samples"), wanted, served)
    assert played.urls == [
        "https://samples.adsbexchange.com/traces/2020/08/01/0b/trace_full_14fc0b.json",
        "https://samples.adsbexchange.com/traces/2020/09/01/0b/trace_full_14fc0b.json",
    ]


def test_days_before_an_archive_began_are_not_asked() -> None:
    wanted = Wanted.on(date(2020, 8, 18), icao24=TWO)
    assert play(archive("adsblol_history"), wanted, served).urls == []


def test_files_by_hand_are_not_asked_for() -> None:
    assert play(archive("trace_file"), Wanted.on(DAY, icao24=TWO), served).urls == []


@pytest.mark.parametrize("status", [204, 301, 400, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("key", ["adsblol_history", "adsbx_samples"])
def test_whatever_is_not_an_answer_covers_nothing(key: str, status: int) -> None:
    played = play(archive(key), Wanted.on(DAY, icao24=TWO), lambda _: Reply(status, b"<html>"))
    assert len(played.requests) == 2
    assert list(played.covered) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>sorry</html>", packed(trace([row()]))[:-9], trace([row()], icao="abcdef")],
)
def test_what_cannot_be_read_covers_nothing(content: bytes) -> None:
    played = play(
        archive("adsblol_history"), Wanted.on(DAY, icao24=TWO), lambda _: Reply(200, content)
    )
    assert list(played.covered) == []


def one_of_two(request: httpx.Request) -> Reply:
    return served(request) if "ac671b" in str(request.url) else Reply(404)


def test_absent_from_a_whole_day_means_not_heard() -> None:
    played = play(archive("adsbx_samples"), Wanted.on(DAY, icao24=TWO), one_of_two)
    assert sorted(c.target for c in played.covered) == sorted(TWO)


def test_absent_from_what_may_be_partial_means_nothing() -> None:
    played = play(archive("adsblol_history"), Wanted.on(DAY, icao24=TWO), one_of_two)
    assert [c.target for c in played.covered] == ["ac671b"]


def test_an_answer_before_the_day_is_over_covers_what_could_be_known() -> None:
    at = datetime(2024, 5, 1, 18, tzinfo=UTC)
    wanted = Wanted.on(DAY, icao24=TWO)
    played = play(archive("adsblol_history"), wanted, served, received_at=at)
    assert {(c.t_from.hour, c.t_to.hour) for c in played.covered} == {(0, 12)}
    early = datetime(2024, 5, 1, 2, tzinfo=UTC)
    played = play(archive("adsblol_history"), wanted, served, received_at=early)
    assert list(played.covered) == []


def test_a_file_is_a_track_a_statement_and_what_was_rejected() -> None:
    content = trace([row(), row(lat=91)])
    adapter = archive("trace_file")
    track, statement, rejected = adapter.parse(page("trace_file", content, url="x.json"))
    assert isinstance(track, Track)
    assert isinstance(statement, IdentityStatement)
    assert isinstance(rejected, Rejected)
    assert track.source == statement.source == "trace_file"
    assert track.captures == (statement.capture,)


@pytest.mark.parametrize(
    "url",
    [
        "trace_full_abcdef.json",
        "/somewhere/trace_recent_ABCDEF.json.gz",
        "https://adsb.lol/globe_history/2024/05/01/traces/ef/trace_full_abcdef.json",
    ],
)
def test_a_file_named_for_another_aircraft_is_refused(url: str) -> None:
    adapter = archive("trace_file")
    with pytest.raises(UnreadablePage, match="abcdef"):
        list(adapter.parse(page("trace_file", trace([row()]), url=url)))
    assert list(adapter.parse(page("trace_file", trace([row()], icao="abcdef"), url=url)))


def test_a_file_under_any_other_name_is_read() -> None:
    adapter = archive("trace_file")
    for url in ("", "RA-64523.json", "trace_full_nonsense.json", "../../etc/passwd"):
        assert list(adapter.parse(page("trace_file", trace([row()]), url=url)))
