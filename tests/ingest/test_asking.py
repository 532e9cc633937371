"""Every source × whatever it does: the right row, no byte lost, no verdict beyond no_data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters._contract import Area, Wanted
from schemas.verdicts import Interval
from service.ask.check import check
from service.desk import Desk
from service.ingest.asking import Asked
from service.storage.capture_index import captures_with
from service.storage.database import reading, writing
from service.storage.leases import LeaseLost, take
from service.storage.quarantine import counts, waiting
from tests.adapters.traces import packed, row, trace
from tests.ingest.desks import ADAPTERS, Asker, asking_of, fresh_desk, ledger_of
from tests.ingest.fetcher import Hands, stored
from tests.upstream import Upstream, World, faults, upstream
from tests.upstream.conftest import FLOWN
from tests.upstream.sky import NOON
from tests.upstream.test_over_http import BROKEN, COVERING, LOOK_UPS, lower_the_caps, wanted_of

OURS = "14fc0b"
NAME = "RA-64523"
KEYS = sorted((*COVERING, *LOOK_UPS))
LIVE = [key for key in KEYS if ADAPTERS[key].source.kind == "live"]
DAYS = [key for key in KEYS if key not in LIVE and key not in LOOK_UPS]
MINUTE = Interval(t_from=NOON - timedelta(minutes=1), t_to=NOON)
OUTCOME = {
    **{fault: {"failed"} for fault in BROKEN},
    "too_many": {"refused"},
    "refused": {"refused"},
    "broken_off": {"truncated"},
    "reset_midway": {"truncated", "failed"},
}
CUT = {fault: fault in {"broken_off", "reset_midway"} for fault in BROKEN}
FILES = ("registry", "reports")
"""A part of a file that can be had again is not kept; a part of a moment is."""
UNREAD = ("web_page", "nothing", "cut_short", "bomb")


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    """One server for all these tests, without faults at the start of each."""
    with upstream(World()) as up:
        yield up


@pytest.fixture
def up(server: Upstream) -> Upstream:
    """The hand-made sky, and one flight from Vnukovo to Minsk in every archive."""
    server.recover()
    world = World(approved=True, now=lambda: NOON)
    landed = FLOWN + timedelta(minutes=74)
    world.add_flight(OURS, FLOWN, landed, origin="UUWW", destination="UMMS")
    rows = [row(60.0 * i, gs=140.5 + i) for i in range(74)]
    world.traces[FLOWN.date(), OURS] = packed(trace(rows, timestamp=FLOWN.timestamp()))
    server.world = world
    return server


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    with fresh_desk(migrated_sqlite, tmp_path, Hands()) as desk:
        yield desk


@pytest.fixture
def asker(desk: Desk, up: Upstream) -> Iterator[Asker]:
    with asking_of(desk, up) as asker:
        yield asker


def target_of(key: str) -> str:
    return "*" if key == "opensky_flightlist" else OURS


def window_of(key: str) -> Interval:
    wanted = wanted_of(key)
    if wanted.t_from is None or wanted.t_to is None:
        return MINUTE
    return Interval(t_from=wanted.t_from, t_to=wanted.t_to)


def ask(asker: Asker, key: str) -> Asked:
    return asker.ask(key, wanted_of(key), target_of(key), window=window_of(key))


def no_byte_is_lost(desk: Desk) -> int:
    """How many receptions are kept, each with its bytes."""
    receptions = stored(desk.engine)
    assert all(desk.captures.verify(capture.sha256) for capture in receptions)
    return len(receptions)


# a good day


@pytest.mark.parametrize("key", KEYS)
def test_on_a_good_day_the_row_says_data_and_names_the_page(key: str, asker: Asker) -> None:
    asked = ask(asker, key)
    window = window_of(key)
    said, *others = asked.ledger
    assert (said.source, said.target, said.outcome) == (key, target_of(key), "data")
    assert [row.target for row in others] == (["*"] if key == "readsb_local" else [])
    if key in DAYS and key != "opensky_flightlist":  # that one answers for a month
        assert (said.t_from, said.t_to) == (window.t_from, window.t_to)
    assert [said] == ledger_of(asker.desk, window, target_of(key))
    assert said.capture in {capture.sha256 for capture in stored(asker.desk.engine)}
    assert no_byte_is_lost(asker.desk)
    with reading(asker.desk.engine) as conn:
        assert counts(conn) == {}


@pytest.mark.parametrize("key", [key for key in KEYS if key not in LOOK_UPS])
def test_fixes_are_indexed_and_derived(key: str, asker: Asker) -> None:
    adapter = asker.up.moved(ADAPTERS[key])
    ask(asker, key)
    fixes = 0
    for capture in stored(asker.desk.engine):
        with reading(asker.desk.engine) as conn:
            spans = captures_with(
                conn, OURS, key, FLOWN - timedelta(days=1), NOON + timedelta(days=1)
            )
        fixes += len([span for span in spans if span.sha256 == capture.sha256])
    assert (fixes > 0) == (adapter.source.kind in {"live", "history"})


# a bad day


@pytest.mark.parametrize("fault", sorted(BROKEN))
@pytest.mark.parametrize("key", KEYS)
def test_whatever_goes_wrong_is_said_and_nothing_is_concluded(
    key: str, fault: str, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "bomb":
        lower_the_caps(monkeypatch)
    asker.up.fail(key, BROKEN[fault]())
    asked = ask(asker, key)
    window = window_of(key)
    (said,) = asked.ledger
    assert said.outcome in OUTCOME[fault]
    assert (said.target, said.t_from, said.t_to) == (target_of(key), window.t_from, window.t_to)
    assert list(asked.ledger) == ledger_of(asker.desk, window, target_of(key))
    if fault != "reset" and not (CUT[fault] and ADAPTERS[key].source.kind in FILES):
        assert no_byte_is_lost(asker.desk)
    with reading(asker.desk.engine) as conn:
        unread = waiting(conn)
        assert all(asker.desk.captures.verify(page.sha256) for page in unread)
        if fault in UNREAD:
            assert [page.source for page in unread] == [key]
            assert said.capture == unread[0].sha256
            assert unread[0].why in said.note
    on = window.t_from.date()
    for aircraft in (OURS, NAME):
        assert check(asker.desk, aircraft=aircraft, airport="UMMS", on=on).verdict == "no_data"


@pytest.mark.parametrize("key", COVERING)
def test_a_fault_that_passes_is_asked_over_and_both_rows_stay(key: str, asker: Asker) -> None:
    asker.up.fail(key, faults.status(500))
    assert ask(asker, key).ledger[0].outcome == "failed"
    asker.up.recover()
    clock = asker.desk.clock
    assert isinstance(clock, Hands)
    clock.move(seconds=30)
    assert ask(asker, key).ledger[0].outcome == "data"
    window = Interval(t_from=window_of(key).t_from, t_to=window_of(key).t_to + timedelta(minutes=2))
    assert {row.outcome for row in ledger_of(asker.desk, window, target_of(key))} == {
        "failed",
        "data",
    }


# the other outcomes


@pytest.mark.parametrize("key", LIVE)
def test_nobody_heard_is_empty(key: str, asker: Asker) -> None:
    wanted = Wanted(icao24=frozenset(("abcdef",)))
    said, *others = asker.ask(key, wanted, "abcdef", window=MINUTE).ledger
    assert (said.target, said.outcome) == ("abcdef", "empty")
    assert [(row.target, row.outcome) for row in others] == (
        [("*", "data")] if key == "readsb_local" else []
    )


@pytest.mark.parametrize("key", ["opensky_flights", "opensky_tracks"])
def test_openskys_empty_404_is_empty_and_its_recent_day_too_early(key: str, asker: Asker) -> None:
    past = Wanted.on(date(2025, 11, 1), icao24=frozenset((OURS,)))
    assert [row.outcome for row in asker.ask(key, past, OURS).ledger] == ["empty"]
    today = Wanted.on(NOON.date(), icao24=frozenset((OURS,)))
    asked = asker.ask(key, today, OURS)
    assert [row.outcome for row in asked.ledger] == ["too_early"]
    assert today.t_to is not None
    assert asked.retry_at == today.t_to + ADAPTERS[key].source.lag


def test_the_part_of_a_day_that_is_too_early_has_a_row_of_its_own(asker: Asker) -> None:
    day = (NOON - timedelta(days=1)).date()
    wanted = Wanted.on(day, icao24=frozenset((OURS,)))
    asked = asker.ask("opensky_flights", wanted, OURS)
    known = NOON - ADAPTERS["opensky_flights"].source.lag
    assert [(row.outcome, row.t_from, row.t_to) for row in asked.ledger] == [
        ("empty", wanted.t_from, known),
        ("too_early", known, wanted.t_to),
    ]


@pytest.mark.parametrize("key", [key for key in KEYS if ADAPTERS[key].source.secrets])
def test_without_secrets_nothing_is_asked(key: str, asker: Asker) -> None:
    before = len(asker.up.asked())
    asked = asker.ask(key, wanted_of(key), OURS, window=window_of(key), secrets={})
    assert [row.outcome for row in asked.ledger] == ["not_asked"]
    assert asked.ledger[0].note
    assert len(asker.up.asked()) == before


def test_a_closed_source_is_not_asked_and_says_until_when(asker: Asker) -> None:
    asker.up.fail("adsblol", faults.too_many(retry_after="600"), times=1)
    assert ask(asker, "adsblol").ledger[0].outcome == "refused"
    before = len(asker.up.asked())
    asked = ask(asker, "adsblol")
    assert [row.outcome for row in asked.ledger] == ["not_asked"]
    assert asked.retry_at is not None
    assert asked.retry_at >= NOON + timedelta(seconds=599)
    assert len(asker.up.asked()) == before


def test_an_unlisted_day_of_an_open_archive_is_no_silence(asker: Asker) -> None:
    wanted = Wanted.on(FLOWN.date(), icao24=frozenset(("abcdef",)))
    assert [row.outcome for row in asker.ask("adsblol_history", wanted, "abcdef").ledger] == [
        "failed"
    ]


# targets


def test_a_registration_stands_under_its_address(asker: Asker) -> None:
    wanted = Wanted(icao24=frozenset((OURS,)))
    asked = asker.ask("adsblol", wanted, OURS, NAME, window=MINUTE)
    assert [(row.target, row.outcome) for row in asked.ledger] == [(OURS, "data")]


def test_a_registration_that_answered_has_a_row_and_one_that_did_not_has_no_silence(
    asker: Asker,
) -> None:
    wanted = Wanted(registrations=frozenset((NAME, "EW-999XX")))
    asked = asker.ask("adsblol", wanted, NAME, "EW-999XX", window=MINUTE)
    assert [(row.target, row.outcome) for row in asked.ledger] == [
        (NAME, "data"),
        ("EW-999XX", "failed"),
    ]


def test_an_area_is_one_target_and_everybody_in_it_is_derived(asker: Asker) -> None:
    area = Area(lat=53.8825, lon=28.0307, radius_nm=30)
    asked = asker.ask("adsblol", Wanted(area=area), area.target, window=MINUTE)
    assert [(row.target, row.outcome) for row in asked.ledger] == [(area.target, "data")]
    with reading(asker.desk.engine) as conn:
        window = (NOON - timedelta(hours=1), NOON + timedelta(hours=1))
        heard = [
            n for n in ("510001", "510002", OURS) if captures_with(conn, n, "adsblol", *window)
        ]
    assert heard == ["510001", "510002"]
    assert not any(OURS in asked_for.target for asked_for in asker.up.asked()[-1:])


def test_one_unreadable_page_of_several_leaves_no_silence(asker: Asker) -> None:
    days = Wanted(
        icao24=frozenset((OURS,)),
        t_from=FLOWN.replace(hour=0, minute=0),
        t_to=FLOWN.replace(hour=0, minute=0) + timedelta(days=2),
    )
    second = FLOWN.date() + timedelta(days=1)
    asker.up.world.traces[second, OURS] = b"\x1f\x8b not a trace"
    asked = asker.ask("adsblol_history", days, OURS)
    assert [(row.outcome, row.t_from.date()) for row in asked.ledger] == [
        ("data", FLOWN.date()),
        ("failed", second),
    ]
    with reading(asker.desk.engine) as conn:
        assert counts(conn) == {"adsblol_history": 1}


# kills and other workers


def test_work_that_has_passed_on_writes_no_row_and_keeps_the_bytes(asker: Asker) -> None:
    with writing(asker.desk.engine) as conn:
        fence = take(conn, "source:adsblol", "one", now=NOON, for_s=10)
        later = take(conn, "source:adsblol", "two", now=NOON + timedelta(seconds=11), for_s=10)
    assert fence is not None
    assert later is not None
    with pytest.raises(LeaseLost):
        asker.ask("adsblol", wanted_of("adsblol"), OURS, window=MINUTE, fence=fence)
    assert ledger_of(asker.desk, MINUTE, OURS) == []
    assert no_byte_is_lost(asker.desk) == 1
    asked = asker.ask("adsblol", wanted_of("adsblol"), OURS, window=MINUTE, fence=later)
    assert list(asked.ledger) == ledger_of(asker.desk, MINUTE, OURS)


def test_a_damaged_neighbour_stops_nothing_but_the_derivation(asker: Asker) -> None:
    day = FLOWN.date()
    ask(asker, "adsblol_history")
    (first,) = stored(asker.desk.engine)
    asker.desk.captures.path(first.sha256).unlink()
    second = day + timedelta(days=1)
    start = FLOWN + timedelta(days=1)
    asker.up.world.traces[second, OURS] = packed(
        trace([row(60.0 * i) for i in range(30)], timestamp=start.timestamp())
    )
    asked = asker.ask("adsblol_history", Wanted.on(second, icao24=frozenset((OURS,))), OURS)
    (said,) = asked.ledger
    assert said.outcome == "failed"
    assert re.search(first.sha256, asked.note)
    assert len(stored(asker.desk.engine)) == 2
