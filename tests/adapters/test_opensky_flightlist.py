"""The monthly flight list: rows as reports, lazily, in flat memory."""

from __future__ import annotations

import gzip
import itertools
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._contract import Record, UnreadablePage, Wanted, asking
from adapters.opensky_flightlist import adapter
from schemas.records import Rejected, Report
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Reply, play
from tests.adapters.samples.opensky_flightlist import (
    FLIGHTLIST_HEADER,
    FLIGHTLIST_ROWS,
    flightlist_pages,
)

WHOLE, _ = flightlist_pages()


def read(content: bytes, **only: frozenset[str]) -> list[Record | Rejected]:
    return list(adapter.parse_only(page("opensky_flightlist", content), **only))


def table(*rows: str) -> bytes:
    return "\n".join((FLIGHTLIST_HEADER, *rows, "")).encode()


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadablePage) as caught:
        read(content)
    assert str(caught.value).endswith(".")
    return str(caught.value)


def test_a_row_is_a_report_of_when_and_where_it_was_heard() -> None:
    first, second = read(WHOLE)
    assert isinstance(first, Report)
    assert (first.registration, first.icao24, first.type_code) == ("RA-64523", "14fc0b", "T204")
    assert (first.origin, first.destination, first.callsign) == ("UUWW", "UMMS", "RSD010")
    assert first.t_off == datetime(2020, 8, 18, 13, 2, 11, tzinfo=UTC)
    assert first.t_on == datetime(2020, 8, 18, 14, 15, 40, tzinfo=UTC)
    assert first.time_kind == "unknown"
    assert first.rests_on == ("opensky",)
    assert first.note == (
        "Times are of reception: first heard at 55.580, 37.250 at 305 m, "
        "last heard at 53.910, 28.050 at 411 m."
    )
    assert isinstance(second, Report)
    assert second.origin == ""
    assert second.note == "Times are of reception: last heard at 44.900, -93.200."
    assert (first.row, second.row) == (0, 1)


def test_only_the_aircraft_asked_for() -> None:
    by_address = read(WHOLE, icao24=frozenset(("14fc0b",)))
    by_name = read(WHOLE, registrations=frozenset(("RA-64523",)))
    assert by_address == by_name == read(WHOLE)[:1]
    assert read(WHOLE, icao24=frozenset()) == []


def test_times_in_another_zone_are_the_same_moments() -> None:
    row = FLIGHTLIST_ROWS[0].replace("13:02:11+00:00", "16:02:11+03:00")
    (report,) = read(table(row))
    assert isinstance(report, Report)
    assert report.t_off == datetime(2020, 8, 18, 13, 2, 11, tzinfo=UTC)
    assert report.t_off.tzinfo is UTC


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("14fc0b", "zzzzzz", "icao24 is no 24-bit address"),
        ("14fc0b", "../../etc/passwd", "icao24 is no 24-bit address"),
        ("2020-08-18 13:02:11+00:00", "soon", "firstseen is no time"),
        ("2020-08-18 13:02:11+00:00", "2020-08-18 13:02:11", "firstseen has no time zone"),
        ("2020-08-18 14:15:40+00:00", "2020-02-30 14:15:40+00:00", "lastseen is no time"),
        ("2020-08-18 14:15:40+00:00", "2120-08-18 14:15:40+00:00", "lastseen out of range"),
        ("2020-08-18 14:15:40+00:00", "2020-08-17 14:15:40+00:00", "last heard before"),
        (",411.48", "", "row is not as long as the header"),
        (",411.48", ",411.48,x", "row is not as long as the header"),
    ],
)
def test_a_bad_row_is_counted_and_costs_no_other(old: str, new: str, why: str) -> None:
    assert old in FLIGHTLIST_ROWS[0]
    bad = FLIGHTLIST_ROWS[0].replace(old, new)
    good, rejected = read(table(bad, FLIGHTLIST_ROWS[1], bad))
    assert isinstance(good, Report)
    assert good.icao24 == "ac671b"
    assert isinstance(rejected, Rejected)
    assert rejected.why.startswith(why)
    assert rejected.count == 2


def test_unknown_values_are_unknown() -> None:
    (report,) = read(table("," * 15))
    assert isinstance(report, Report)
    assert (report.t_off, report.t_on, report.icao24, report.registration) == (None, None, "", "")


@pytest.mark.parametrize("places", ["nan,nan,nan,x,y,z", "91,0,0,0,181,0", "1e999,1,1,,,"])
def test_places_that_are_none_are_left_out(places: str) -> None:
    row = ",".join((*FLIGHTLIST_ROWS[0].split(",")[:10], places))
    (report,) = read(table(row))
    assert isinstance(report, Report)
    assert report.note == "Times are of reception."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<html><body>Zenodo is busy</body></html>", "web page"),
        (b"a,b,c\n1,2,3\n", "no column callsign"),
        (b"\x1f\x8b\x08", "ends too early"),
        (table('"' + "x" * 200_000 + '"'), "Line"),
        (table("x" * 3_000_000), "longer than"),
    ],
)
def test_what_is_no_flight_list_is_refused(content: bytes, says: str) -> None:
    assert says in refusal(content)


def test_a_list_cut_short_says_so_after_what_was_read() -> None:
    content = gzip.compress(table(*FLIGHTLIST_ROWS * 500), mtime=0)
    records: list[Record | Rejected] = []
    with pytest.raises(UnreadablePage, match="ends too early"):
        records.extend(adapter.parse(page("opensky_flightlist", content[:-20])))
    assert all(isinstance(record, Report) for record in records)


@given(st.binary(max_size=200))
def test_any_rows_are_reports_or_counted(content: bytes) -> None:
    try:
        read(FLIGHTLIST_HEADER.encode() + b"\n" + content)
    except UnreadablePage as error:
        assert_sentence(error)


def test_memory_is_flat_whatever_the_size() -> None:
    lines = itertools.chain(
        (FLIGHTLIST_HEADER,), itertools.islice(itertools.cycle(FLIGHTLIST_ROWS), 120_000)
    )
    content = gzip.compress("\n".join(lines).encode(), 1, mtime=0)

    def count(records: Iterator[Record | Rejected]) -> int:
        return sum(1 for _ in records)

    tracemalloc.start()
    try:
        found = adapter.parse_only(
            page("opensky_flightlist", content), icao24=frozenset(("14fc0b",))
        )
        assert count(itertools.islice(found, 50_000)) == 50_000
        assert tracemalloc.get_traced_memory()[1] < 12_000_000  # the text is 20 MB
    finally:
        tracemalloc.stop()


def test_a_mapped_file_reads_like_bytes() -> None:
    as_bytes = page("opensky_flightlist", WHOLE)
    mapped = type(as_bytes)(as_bytes.capture, memoryview(WHOLE))
    assert list(adapter.parse(mapped)) == list(adapter.parse(as_bytes))


AUGUST = Wanted.on(date(2020, 8, 18), icao24=frozenset(("14fc0b",)))


def test_the_month_of_the_day_is_asked_for_and_nobody_learns_whom() -> None:
    played = play(adapter, AUGUST, lambda _: Reply(200, WHOLE))
    assert played.urls == [
        "https://zenodo.org/records/7923702/files/flightlist_20200801_20200831.csv.gz"
    ]
    (covered,) = played.covered
    assert covered.target == "*"
    assert covered.t_from == datetime(2020, 8, 1, tzinfo=UTC)
    assert covered.t_to == datetime(2020, 9, 1, tzinfo=UTC)
    assert asking(played.requests[0]).cap_bytes > 200_000_000


def test_days_beyond_the_list_are_not_asked() -> None:
    for day in (date(2018, 12, 31), date(2023, 1, 1)):
        assert play(adapter, Wanted.on(day), lambda _: Reply(200, WHOLE)).urls == []
    year = Wanted(t_from=datetime(2022, 11, 30, tzinfo=UTC), t_to=datetime(2024, 1, 1, tzinfo=UTC))
    assert len(play(adapter, year, lambda _: Reply(404)).urls) == 2


@pytest.mark.parametrize(
    "reply",
    [Reply(404), Reply(403, WHOLE), Reply(200, WHOLE[:-9]), Reply(200, b"<html>"), Reply(200)],
)
def test_whatever_is_no_whole_list_covers_nothing(reply: Reply) -> None:
    assert list(play(adapter, AUGUST, lambda _: reply).covered) == []
