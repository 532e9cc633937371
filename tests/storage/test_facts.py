"""What sources said, kept once and given back: statements, reports, ledger rows, captures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from schemas.records import Capture, IdentityStatement, LedgerRow, Report
from schemas.verdicts import Interval
from service.storage.capture_index import (
    CaptureSpan,
    add_spans,
    capture_record,
    capture_records,
    captures_with,
    record_capture,
    record_captures,
)
from service.storage.identity import add_statements, statements_about
from service.storage.ledger import add_ledger_rows, ledger_about
from service.storage.reports import add_reports, reports_naming
from tests.storage import strategies as made
from tests.storage.helpers import FEW, NOW, undone

RA_64523 = IdentityStatement(
    source="tar1090db", registration="RA-64523", icao24="14fc0b", type_code="T204"
)
HOSTILE = "a\x00b\ud800c\uffff; DROP TABLE report; --'\"%s:name"
MENDED = "a\ufffdb"
LONG_AGO = datetime(1971, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@FEW
@given(statements=st.lists(made.statements, max_size=6))
def test_statements_come_back_as_they_were_said(
    database: Engine, statements: list[IdentityStatement]
) -> None:
    with undone(database) as conn:
        new = add_statements(conn, statements, now=NOW)
        assert add_statements(conn, reversed(statements), now=NOW + DAY) == 0
        first_said = _first({replace(s, capture="", row=None): s for s in reversed(statements)})
        assert new == len(first_said)
        for icao24 in made.ICAO24S:
            for registration in made.REGISTRATIONS:
                found = statements_about(conn, icao24=icao24, registration=registration)
                assert sorted(map(repr, found)) == sorted(
                    repr(s)
                    for s in first_said
                    if s.icao24 == icao24 or (registration and s.registration == registration)
                )


def test_statement_said_again_names_the_first_capture(database: Engine) -> None:
    again = replace(RA_64523, capture="cd" * 32, row=7)
    with undone(database) as conn:
        assert add_statements(conn, [RA_64523, again], now=NOW) == 1
        assert statements_about(conn, registration="RA-64523") == (RA_64523,)


def test_empty_names_name_nobody(database: Engine) -> None:
    nameless = replace(RA_64523, registration="", icao24="")
    with undone(database) as conn:
        add_statements(conn, [nameless, replace(RA_64523, icao24="")], now=NOW)
        assert statements_about(conn, icao24="") == ()
        assert statements_about(conn, registration="", icao24="14fc0b") == ()
        assert statements_about(conn) == ()


def test_facts_count_from_the_moment_they_were_learnt(database: Engine) -> None:
    report = Report(source="press", registration="RA-64523")
    row = LedgerRow(
        source="adsblol", target="*", t_from=NOW, t_to=NOW + DAY, outcome="empty", asked_at=NOW
    )
    window = Interval(t_from=NOW, t_to=NOW + DAY)
    with undone(database) as conn:
        add_statements(conn, [RA_64523], now=NOW)
        add_reports(conn, [report], now=NOW)
        add_ledger_rows(conn, [row], now=NOW)
        for as_of, known in ((NOW - timedelta(microseconds=1), False), (NOW, True), (None, True)):
            assert bool(statements_about(conn, icao24="14fc0b", as_of=as_of)) is known
            assert bool(_naming(conn, "RA-64523", "", window, as_of)) is known
            assert bool(ledger_about(conn, ["*"], window, as_of=as_of)) is known


@FEW
@given(
    reports=st.lists(made.reports, max_size=6),
    start=made.moments(),
    length=st.timedeltas(timedelta(seconds=1), timedelta(days=3)),
    registration=st.sampled_from(made.REGISTRATIONS),
    icao24=st.sampled_from((*made.ICAO24S, "")),
)
def test_reports_are_found_by_name_and_time(
    database: Engine,
    reports: list[Report],
    start: datetime,
    length: timedelta,
    registration: str,
    icao24: str,
) -> None:
    near = [_moved_near(report, start) for report in reports]
    window = Interval(t_from=start, t_to=start + length)
    with undone(database) as conn:
        assert add_reports(conn, near, now=NOW) == len({_said(r) for r in near})
        assert add_reports(conn, near, now=NOW) == 0
        wanted = {
            _said(r)
            for r in near
            if (registration and r.registration == registration) or (icao24 and r.icao24 == icao24)
            if _speaks_of(r, window)
        }
        assert {_said(r) for r in _naming(conn, registration, icao24, window)} == wanted


def test_report_comes_back_whole(database: Engine) -> None:
    report = Report(
        source="press",
        registration="RA-64523",
        type_code="T204",
        callsign="RSD010",
        origin="UUWW",
        destination="UMMS",
        t_off=datetime(2020, 8, 18, 13, tzinfo=UTC),
        t_on=datetime(2020, 8, 18, 14, 17, tzinfo=UTC),
        time_kind="airborne",
        publisher="Новости",
        url="https://example.org/статья",
        published=date(2020, 8, 19),
        rests_on=("flightradar24",),
        note="as told",
        capture="ab" * 32,
        row=3,
    )
    window = Interval(
        t_from=datetime(2020, 8, 18, tzinfo=UTC), t_to=datetime(2020, 8, 19, tzinfo=UTC)
    )
    with undone(database) as conn:
        add_reports(conn, [report], now=NOW)
        assert _naming(conn, "RA-64523", "", window) == [report]
        assert _naming(conn, "RA-64523", "", _later(window, 5)) == []


@FEW
@given(
    rows=st.lists(made.ledger_rows(), max_size=8),
    start=made.moments(made.START - 12 * DAY, made.START + 12 * DAY),
    length=st.timedeltas(timedelta(seconds=1), timedelta(days=3)),
)
def test_ledger_rows_are_found_by_target_and_window(
    database: Engine, rows: list[LedgerRow], start: datetime, length: timedelta
) -> None:
    window = Interval(t_from=start, t_to=start + length)
    with undone(database) as conn:
        assert add_ledger_rows(conn, rows, now=NOW) == len(set(rows))
        assert add_ledger_rows(conn, rows, now=NOW + DAY) == 0
        for targets in (["*", "area:"], ["14fc0b", "RA-64523", "*", "area:", "ac671b"], []):
            found = ledger_about(conn, targets, window)
            assert len(found) == len(set(found))
            assert set(found) == {
                row
                for row in rows
                if row.t_from < window.t_to and row.t_to > window.t_from
                if row.target in targets or ("area:" in targets and row.target.startswith("area:"))
            }


@FEW
@given(received=st.lists(made.captures, max_size=5, unique_by=lambda c: c.sha256))
def test_captures_come_back_as_they_were_received(
    database: Engine, received: list[Capture]
) -> None:
    with undone(database) as conn:
        assert record_captures(conn, received) == len(received)
        assert record_captures(conn, received) == 0
        for capture in received:
            assert capture_record(conn, capture.sha256) == capture


def test_same_bytes_received_twice_are_two_receptions(database: Engine) -> None:
    first = Capture(sha256="ab" * 32, source="adsblol", url="x", received_at=NOW, size_bytes=2)
    second = replace(first, received_at=NOW + DAY)
    elsewhere = replace(first, url="y", source="opensky")
    with undone(database) as conn:
        assert record_capture(conn, second)
        assert record_capture(conn, first)
        assert record_capture(conn, elsewhere)
        assert not record_capture(conn, first)
        assert capture_record(conn, first.sha256) == first
        assert capture_records(conn, first.sha256) == (first, elsewhere, second)
        assert capture_record(conn, "cd" * 32) is None


def test_captures_of_an_aircraft_are_found_by_time(database: Engine) -> None:
    spans = [
        CaptureSpan(
            icao24="14fc0b",
            source="adsblol",
            sha256=f"{day:02d}" * 32,
            t_first=NOW + day * DAY,
            t_last=NOW + (day + 1) * DAY - timedelta(seconds=1),
        )
        for day in range(5)
    ]
    long = CaptureSpan(
        icao24="14fc0b", source="adsblol", sha256="ee" * 32, t_first=LONG_AGO, t_last=NOW + 30 * DAY
    )
    other = replace(spans[2], icao24="ac671b")
    elsewhere = replace(spans[2], source="opensky")
    with undone(database) as conn:
        assert add_spans(conn, [*reversed(spans), long, other, elsewhere]) == 8
        assert add_spans(conn, spans) == 0
        found = captures_with(conn, "14fc0b", "adsblol", NOW + 2 * DAY, NOW + 4 * DAY)
        assert found == (long, spans[2], spans[3])


def test_hostile_text_is_kept_as_far_as_a_database_can(database: Engine) -> None:
    capture = Capture(
        sha256="ab" * 32,
        source=HOSTILE,
        url=HOSTILE * 900,
        received_at=NOW,
        size_bytes=1,
        headers={HOSTILE: HOSTILE},
    )
    report = Report(
        source=HOSTILE, registration="RA-64523", note=HOSTILE, rests_on=(HOSTILE, HOSTILE * 2)
    )
    row = LedgerRow(
        source=HOSTILE,
        target="*",
        t_from=NOW,
        t_to=NOW + DAY,
        outcome="failed",
        asked_at=NOW,
        note=HOSTILE,
    )
    window = Interval(t_from=NOW, t_to=NOW + DAY)
    with undone(database) as conn:
        record_capture(conn, capture)
        assert not record_capture(conn, capture)
        add_reports(conn, [report], now=NOW)
        add_ledger_rows(conn, [row], now=NOW)
        add_statements(conn, [replace(RA_64523, operator=HOSTILE)], now=NOW)
        kept = capture_record(conn, capture.sha256)
        assert kept is not None
        for text in (
            kept.source,
            kept.url,
            *kept.headers.values(),
            _naming(conn, "RA-64523", "", window)[0].note,
            _naming(conn, "RA-64523", "", window)[0].rests_on[1],
            ledger_about(conn, ["*"], window)[0].note,
            statements_about(conn, icao24="14fc0b")[0].operator,
        ):
            assert text.startswith(MENDED)
            assert "DROP TABLE report; --'\"%s:name" in text


def _naming(
    conn: Connection,
    registration: str,
    icao24: str,
    window: Interval,
    as_of: datetime | None = None,
) -> list[Report]:
    found = reports_naming(
        conn, registration=registration, icao24=icao24, window=window, as_of=as_of
    )
    return list(found.values())


def _first(said: dict[IdentityStatement, IdentityStatement]) -> Sequence[IdentityStatement]:
    return list(said.values())


def _said(report: Report) -> Report:
    return replace(report, capture="", row=None)


def _moved_near(report: Report, start: datetime) -> Report:
    """The report with its times within some days of `start`, so that many of them touch."""
    span = timedelta(days=6)

    def near(t: datetime | None) -> datetime | None:
        return None if t is None else start + (t - LONG_AGO) % span - span / 2

    published = report.published
    return replace(
        report,
        t_off=near(report.t_off),
        t_on=near(report.t_on),
        published=published and (start + (published - date(1970, 1, 1)) % span - span / 2).date(),
    )


def _speaks_of(report: Report, window: Interval) -> bool:
    times = [t for t in (report.t_off, report.t_on) if t is not None]
    if not times and report.published is not None:
        midnight = datetime.combine(report.published, datetime.min.time(), UTC)
        times = [midnight, midnight + DAY]
    if not times or max(times) - min(times) > 2 * DAY:
        return True
    return min(times) < window.t_to + 2 * DAY and max(times) >= window.t_from - 2 * DAY


def _later(window: Interval, days: int) -> Interval:
    return Interval(t_from=window.t_from + days * DAY, t_to=window.t_to + days * DAY)
