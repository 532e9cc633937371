"""Ledger rows of an answer, whatever was covered: nothing invented, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._contract import Covered, Wanted
from schemas.records import Capture, IdentityStatement, LedgerRow, Outcome, Report, Track
from schemas.sources import SourceKind
from schemas.verdicts import Interval
from service.desk import Desk
from service.domain.track import to_us
from service.ingest.fetching.driving import Answer
from service.ingest.keeping import Received
from service.ingest.outcomes import rows_of_answer
from service.ingest.reading import Contents
from service.storage.database import writing
from service.storage.identity import add_statements
from service.storage.quarantine import Quarantined
from tests.ingest.desks import ADAPTERS, fresh_desk
from tests.ingest.fetcher import Hands
from tests.ingest.flown import files, received
from tests.storage.helpers import FEW

DAY = datetime(2025, 12, 1, tzinfo=UTC)
OURS = "14fc0b"
OTHER = "15fc0b"
NAME = "RA-64523"
SHA = "cd" * 32
UNCOVERED: tuple[Outcome, ...] = ("too_early", "truncated", "refused", "failed", "not_asked")
UNREAD = Quarantined(source="adsblol_history", sha256=SHA, why="It is a web page.", at=DAY)


@pytest.fixture(scope="module")
def desk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("outcomes")
    with fresh_desk(migrated_sqlite, folder, Hands(DAY)) as desk:
        yield desk


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def hours(t_from: float, t_to: float) -> Interval:
    return Interval(t_from=at(t_from), t_to=at(t_to))


def covers(target: str, t_from: float, t_to: float) -> Covered:
    return Covered(source="adsblol_history", target=target, t_from=at(t_from), t_to=at(t_to))


def answer(
    *covered: Covered, uncovered: Outcome = "failed", kind: SourceKind = "history"
) -> Answer:
    reply = Capture(
        sha256="ef" * 32, source="adsblol_history", url="u", received_at=DAY, size_bytes=1
    )
    return Answer(
        source=replace(ADAPTERS["adsblol_history"].source, kind=kind),
        wanted=Wanted(),
        asked_at=at(100),
        pages=(),
        replies=(reply,),
        covered=covered,
        outcome="data" if covered else uncovered,
        uncovered=uncovered,
        note="as it was",
        retry_at=None,
    )


def page(
    *said: IdentityStatement | Report, fixes_at: tuple[float, ...] = (), icao24: str = OURS
) -> Received:
    capture = Capture(
        sha256="12" * 32, source="adsblol_history", url="u", received_at=DAY, size_bytes=1
    )
    contents = Contents()
    for one in said:
        contents.add(one)
    if fixes_at:
        contents.add(track(icao24, fixes_at))
    return Received(capture, contents)


def track(icao24: str, fixes_at: tuple[float, ...]) -> Track:
    n = len(fixes_at)
    nothing = np.full(n, np.nan, np.float32)
    return Track(
        icao24=icao24,
        source="adsblol_history",
        captures=("12" * 32,),
        t_us=np.array([to_us(at(hour)) for hour in fixes_at], np.int64),
        lat=np.zeros(n),
        lon=np.zeros(n),
        alt_baro_ft=nothing,
        alt_geom_ft=nothing,
        on_ground=np.zeros(n, np.bool_),
        gs_kt=nothing,
        track_deg=nothing,
        rate_fpm=nothing,
        flags=np.zeros(n, np.uint8),
        via=np.zeros(n, np.uint8),
        nic=np.zeros(n, np.int8),
        nac_p=np.zeros(n, np.int8),
        sil=np.zeros(n, np.int8),
        qnh_hpa=nothing,
        capture=np.zeros(n, np.uint16),
        row=np.arange(n, dtype=np.int32),
    )


def said(rows: tuple[LedgerRow, ...]) -> list[tuple[str, float, float, str]]:
    return [
        (
            r.target,
            (r.t_from - DAY) / timedelta(hours=1),
            (r.t_to - DAY) / timedelta(hours=1),
            r.outcome,
        )
        for r in rows
    ]


def rows(
    desk: Desk,
    told: Answer,
    *pages: Received,
    targets: tuple[str, ...] = (OURS,),
    unread: tuple[Quarantined, ...] = (),
    window: Interval | None = None,
) -> list[tuple[str, float, float, str]]:
    found = rows_of_answer(
        desk, told, pages, unread, targets=targets, window=window or hours(0, 24)
    )
    return said(found)


# what the pages show


def test_each_covered_window_is_judged_apart(desk: Desk) -> None:
    told = answer(covers(OURS, 0, 12), covers(OURS, 12, 24))
    assert rows(desk, told, page(fixes_at=(13.0,))) == [
        (OURS, 0, 12, "empty"),
        (OURS, 12, 24, "data"),
    ]


def test_somebody_elses_fixes_are_no_data(desk: Desk) -> None:
    told = answer(covers(OURS, 0, 24))
    assert rows(desk, told, page(fixes_at=(13.0,), icao24=OTHER)) == [(OURS, 0, 24, "empty")]


@pytest.mark.parametrize("target", ["*", "area:1.0000,2.0000,30"])
def test_anybodys_fixes_are_data_of_everything_and_of_an_area(desk: Desk, target: str) -> None:
    told = answer(covers(target, 0, 24))
    found = rows(desk, told, page(fixes_at=(13.0,), icao24=OTHER), targets=(target,))
    assert found == [(target, 0, 24, "data")]


def test_the_fix_that_came_with_a_live_reply_is_data(desk: Desk) -> None:
    told = answer(covers(OURS, 0, 1), kind="live")
    assert rows(desk, told, page(fixes_at=(1.0,))) == [(OURS, 0, 1, "data")]


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        (Report(source="s", icao24=OURS, t_off=at(5), t_on=at(7)), "data"),
        (Report(source="s", icao24=OURS, t_off=at(-3), t_on=at(1)), "data"),
        (Report(source="s", icao24=OURS, t_off=at(30), t_on=at(31)), "empty"),
        (Report(source="s", icao24=OTHER, t_off=at(5), t_on=at(7)), "empty"),
        (Report(source="s", icao24=OURS, published=DAY.date()), "data"),
        (Report(source="s", icao24=OURS, published=at(100).date()), "empty"),
        (Report(source="s", icao24=OURS), "data"),
    ],
)
def test_reports_are_data_of_the_time_they_speak_of(
    desk: Desk, report: Report, outcome: str
) -> None:
    told = answer(covers(OURS, 0, 24))
    assert rows(desk, told, page(report)) == [(OURS, 0, 24, outcome)]


def test_what_is_said_of_its_identity_is_data(desk: Desk) -> None:
    known = IdentityStatement(source="s", registration=NAME, icao24=OURS)
    assert rows(desk, answer(covers(OURS, 0, 24)), page(known)) == [(OURS, 0, 24, "data")]


def test_a_look_up_is_data_though_it_covers_no_time(desk: Desk) -> None:
    known = IdentityStatement(source="s", registration=NAME, icao24=OURS)
    told = answer(uncovered="failed", kind="registry")
    assert rows(desk, told, page(known)) == [(OURS, 0, 24, "data")]
    assert rows(desk, told, page()) == [(OURS, 0, 24, "failed")]


# what was not answered


@pytest.mark.parametrize("outcome", UNCOVERED)
def test_what_covers_nothing_is_what_the_asking_ended_with(desk: Desk, outcome: Outcome) -> None:
    told = answer(uncovered=outcome)
    assert rows(desk, told, page(fixes_at=(13.0,))) == [(OURS, 0, 24, outcome)]
    (row,) = rows_of_answer(desk, told, (), (), targets=(OURS,), window=hours(0, 24))
    assert (row.note, row.capture) == ("as it was", "ef" * 32)


def test_what_is_left_of_the_window_has_rows_of_its_own(desk: Desk) -> None:
    told = answer(covers(OURS, 6, 12), uncovered="too_early")
    assert rows(desk, told) == [
        (OURS, 6, 12, "empty"),
        (OURS, 0, 6, "too_early"),
        (OURS, 12, 24, "too_early"),
    ]


def test_the_edges_of_a_moment_are_nobodys(desk: Desk) -> None:
    told = answer(covers(OURS, 6, 12), kind="live")
    assert rows(desk, told) == [(OURS, 6, 12, "empty")]


@pytest.mark.parametrize(
    ("uncovered", "outcome"),
    [
        ("too_early", "failed"),
        ("failed", "failed"),
        ("not_asked", "failed"),
        ("refused", "refused"),
        ("truncated", "truncated"),
    ],
)
def test_an_unreadable_page_is_a_failure_unless_something_worse_came(
    desk: Desk, uncovered: Outcome, outcome: str
) -> None:
    told = answer(uncovered=uncovered)
    assert rows(desk, told, unread=(UNREAD,)) == [(OURS, 0, 24, outcome)]


def test_beside_an_unreadable_page_nothing_is_empty_and_data_stays(desk: Desk) -> None:
    told = answer(covers(OURS, 0, 12), covers(OURS, 12, 24))
    found = rows_of_answer(
        desk, told, [page(fixes_at=(13.0,))], [UNREAD], targets=(OURS,), window=hours(0, 24)
    )
    assert said(found) == [(OURS, 0, 12, "failed"), (OURS, 12, 24, "data")]
    assert [row.capture for row in found] == [SHA, "12" * 32]
    assert all("It is a web page." in row.note for row in found)


# names


def test_a_registration_is_written_under_its_address_in_any_spelling(desk: Desk) -> None:
    told = answer(covers(OURS, 0, 24))
    for targets in ((NAME,), (NAME, OURS), (OURS, "RA64523", NAME)):
        assert rows(desk, told, targets=targets) == [(OURS, 0, 24, "empty")]
    assert rows(desk, answer(uncovered="refused"), targets=(NAME, OURS)) == [
        (OURS, 0, 24, "refused")
    ]
    assert rows(desk, answer(uncovered="refused"), targets=("ra64523",)) == [
        (NAME, 0, 24, "refused")
    ]


def test_silence_under_one_of_two_addresses_is_not_the_registrations(desk: Desk) -> None:
    two = [
        IdentityStatement(source="faa", registration="RA-64524", icao24=icao24)
        for icao24 in ("14fc0c", "15fc0c")
    ]
    with writing(desk.engine) as conn:
        add_statements(conn, two, now=DAY)
    told = answer(covers("14fc0c", 0, 24))
    found = rows(desk, told, targets=("RA-64524", "14fc0c", "15fc0c"))
    assert found == [("14fc0c", 0, 24, "empty"), ("15fc0c", 0, 24, "failed")]


def test_asked_by_registration_it_answers_for_the_address_on_the_page(desk: Desk) -> None:
    known = IdentityStatement(source="s", registration=NAME, icao24=OURS)
    told = answer(covers("ra64523", 0, 24))
    assert rows(desk, told, page(known, fixes_at=(3.0,)), targets=(NAME, OURS)) == [
        (OURS, 0, 24, "data"),
        (NAME, 0, 24, "data"),
    ]


def test_everything_covers_everybody_but_no_area_covers_an_aircraft(desk: Desk) -> None:
    assert rows(desk, answer(covers("*", 0, 24))) == [(OURS, 0, 24, "empty"), ("*", 0, 24, "empty")]
    area = "area:1.0000,2.0000,30"
    assert rows(desk, answer(covers(area, 0, 24))) == [
        (OURS, 0, 24, "failed"),
        (area, 0, 24, "empty"),
    ]


@settings(FEW, max_examples=60)
@given(
    spans=st.lists(
        st.tuples(st.integers(-5, 30), st.integers(1, 12), st.sampled_from((OURS, OTHER, "*"))),
        max_size=6,
    ),
    fixes_at=st.lists(st.integers(-5, 40), max_size=4),
    uncovered=st.sampled_from(UNCOVERED),
    unread=st.booleans(),
)
def test_every_moment_of_the_window_has_its_outcome_and_only_covered_ones_an_answer(
    desk: Desk,
    spans: list[tuple[int, int, str]],
    fixes_at: list[int],
    uncovered: Outcome,
    unread: bool,
) -> None:
    covered = [covers(target, start, start + length) for start, length, target in spans]
    pages = [page(fixes_at=tuple(hour + 0.5 for hour in fixes_at))] if fixes_at else []
    found = rows_of_answer(
        desk,
        answer(*covered, uncovered=uncovered),
        pages,
        (UNREAD,) if unread else (),
        targets=(OURS,),
        window=hours(0, 24),
    )
    ours = [row for row in found if row.target == OURS]
    assert len(set(found)) == len(found)
    for hour in range(24):
        about = [row for row in ours if row.t_from <= at(hour) and at(hour + 1) <= row.t_to]
        answered = any(
            one.t_from <= at(hour) and at(hour + 1) <= one.t_to
            for one in covered
            if one.target in {OURS, "*"}
        )
        assert about
        if answered:
            assert all(row.outcome in {"data", "empty", "failed"} for row in about)
        else:
            assert {row.outcome for row in about} <= {uncovered, "failed"}
        if unread:
            assert not any(row.outcome == "empty" for row in about)
        if hour in fixes_at and answered:
            assert all(row.outcome == "data" for row in about)


def test_a_real_page_says_data_of_its_own_days_only(desk: Desk) -> None:
    item = received(desk, files()["day0"])
    (flown,) = item.contents.tracks
    first = DAY.fromtimestamp(int(flown.t_us.min()) / 1e6, UTC)
    told = answer()
    for days, outcome in ((0, "data"), (-5, "empty")):
        t_from = first.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
        span = Interval(t_from=t_from, t_to=t_from + timedelta(days=1))
        whole = Covered(
            source="trace_file", target=flown.icao24, t_from=span.t_from, t_to=span.t_to
        )
        found = rows_of_answer(
            desk,
            replace(told, covered=(whole,)),
            [item],
            (),
            targets=(flown.icao24,),
            window=span,
        )
        assert [row.outcome for row in found] == [outcome]
