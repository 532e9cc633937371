"""Live polling: the same movements as a day's full trace, nothing asked that tells too much, and
nothing lost when it breaks off."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters._contract import Wanted
from schemas.movements import Movement
from schemas.records import LedgerRow, Track
from schemas.verdicts import Interval
from service.desk import Desk
from service.domain.detection.detect import detect
from service.domain.stays import grouped
from service.domain.track import take
from service.errors import StorageError
from service.ingest.asking import ask_source
from service.ingest.derivation import day_bounds
from service.ingest.following import live
from service.ingest.following.live import IDLE_S
from service.ingest.following.rhythm import CALM_S
from service.ingest.keeping import units_of
from service.ingest.rederiving import rederive
from service.ingest.writing import Writing
from service.storage.capture_index import captures_with
from service.storage.codec import from_us
from service.storage.database import open_database, reading
from service.storage.history import Unit
from service.storage.history import units_of as stored_units
from service.storage.leases import LeaseLost
from service.storage.prepared import PreparedUnit
from service.storage.quarantine import waiting
from tests.adapters.traces import packed, trace_of
from tests.ingest.polling import Poller, flight, polled, polling, renamed
from tests.simulator.campaign import airports
from tests.upstream import World, faults
from tests.upstream.sky import flown

WHOLE = flight(15, "DH8D")
"""Half an hour, from Johannesburg and back."""
TRACK = take(WHOLE, WHOLE.t_us >= WHOLE.t_us[-1] - 12 * 60_000_000)
"""How it came in: most of it is shown by that as well."""
US, OTHER = TRACK.icao24, "40aaaa"
FIELD = "FAOR"
BEGINS = from_us(int(TRACK.t_us[0])) - timedelta(minutes=2)
MIDDLE = from_us(int(TRACK.t_us[len(TRACK) // 2]))
ENDS = from_us(int(TRACK.t_us[-1])) + timedelta(minutes=6)
LANDING = detect(TRACK, airports()).movements
POLL = timedelta(seconds=20)
"""What polling allows: two polls."""


@pytest.fixture
def poller(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Poller]:
    """Two aircraft that come in; nobody is watched yet."""
    shutil.copy(migrated_sqlite, tmp_path / "tailcheck.db")
    engine = open_database(f"sqlite:///{tmp_path / 'tailcheck.db'}")
    world = World(sky=flown([TRACK, renamed(TRACK, OTHER)]))
    with polling(engine, tmp_path, world, BEGINS) as running:
        yield running
    engine.dispose()


def same(found: Sequence[Movement], full: Sequence[Movement] = LANDING) -> bool:
    """The same movements, graded alike, no farther off than polling allows."""
    shown = [(m.move, m.airport, m.grade, m.method) for m in found]
    return shown == [(m.move, m.airport, m.grade, m.method) for m in full] and all(
        abs(one.t_best - other.t_best) <= POLL for one, other in zip(found, full, strict=True)
    )


def paths(poller: Poller, site: str) -> list[str]:
    return [asked.target for asked in poller.up.asked(site)]


# what it shows


def test_a_polled_flight_shows_what_its_whole_trace_shows_and_both_are_one(
    database: Engine, tmp_path: Path
) -> None:
    full = detect(WHOLE, airports()).movements
    assert [m.move for m in full] == ["takeoff", "landing"]
    begins = from_us(int(WHOLE.t_us[0])) - timedelta(minutes=2)
    with polling(database, tmp_path, World(sky=flown([WHOLE])), begins) as poller:
        poller.watch("aircraft", US)
        rounds = poller.until(poller.turn("adsblol"), ENDS)
        assert rounds < len(WHOLE)
        assert same(poller.movements(US, "adsblol"), full)

        poller.up.world.traces[begins.date(), US] = packed(trace_of(WHOLE))
        poller.clock.move(days=1, hours=7)
        t_from, t_to = day_bounds(begins.date())
        asked = ask_source(
            poller.desk,
            poller.fetcher,
            poller.sites["adsblol_history"],
            Wanted.on(begins.date(), icao24=frozenset((US,))),
            {},
            targets=[US],
            window=Interval(t_from=t_from, t_to=t_to),
        )
        assert [row.outcome for row in asked.ledger] == ["data"]
        told = grouped(poller.movements(US))
    assert [group.sources for group in told] == [("adsblol", "adsblol_history")] * len(full)


@pytest.mark.parametrize("first", range(0, 24, 6))
def test_whatever_is_flown_polling_shows_what_the_whole_trace_shows(first: int) -> None:
    """The rhythm alone, over many kinds of flight; the slowest poll on the ground is 55 s apart."""
    kinds = ("B738", "E190", "C172", "SR22", "B350", "R44")
    for seed, kind in zip(range(first, first + 6), kinds, strict=True):
        track = flight(seed, kind, legs=1 + seed % 3, step_s=(5.0, 1.0, 8.0)[seed % 3])
        full = detect(track, airports()).movements
        found = detect(polled(track), airports()).movements
        assert [(m.move, m.airport) for m in found] == [(m.move, m.airport) for m in full]
        for one, other in zip(found, full, strict=True):
            assert abs(one.t_best - other.t_best) <= timedelta(seconds=CALM_S)


def test_the_ledger_says_who_was_looked_for_without_a_hole(poller: Poller) -> None:
    poller.watch("aircraft", US)
    turn = poller.turn("adsblol")
    poller.until(turn, ENDS)
    turn.close()
    rows = poller.ledger(US)
    assert {row.outcome for row in rows} == {"data", "empty"}
    assert rows[0].t_from <= BEGINS
    assert rows[-1].t_to >= ENDS - timedelta(minutes=1)
    reached = rows[0].t_to
    for row in rows[1:]:
        assert row.t_from <= reached, "a moment that nobody looked at"
        reached = max(reached, row.t_to)
    assert all(row.t_to - row.t_from <= timedelta(minutes=5) for row in rows)
    assert len(rows) < 12
    assert [row.outcome for row in rows if row.t_to <= from_us(int(TRACK.t_us[0]))] == ["empty"]
    assert any("polls" in row.note for row in rows)


def test_nothing_is_told_of_a_flight_that_is_still_coming_down(poller: Poller) -> None:
    """A track that ends low because it is being flown is not one that was lost from sight."""
    poller.watch("aircraft", US)
    landed = LANDING[-1].t_best

    def look() -> None:
        if poller.clock() < landed:
            assert not poller.movements(US)

    poller.until(poller.turn("adsblol"), ENDS, look)
    assert same(poller.movements(US))


def test_worked_out_from_memory_or_from_the_captures_it_is_the_same(poller: Poller) -> None:
    poller.watch("aircraft", US)
    poller.watch("airport", FIELD, 40)
    turn = poller.turn("adsblol")
    poller.until(turn, ENDS + timedelta(hours=1, minutes=5))
    turn.close()

    def units() -> list[Unit]:
        with reading(poller.desk.engine) as conn:
            return [unit for icao24 in (US, OTHER) for unit in stored_units(conn, icao24)]

    before = units()
    assert [unit.key.icao24 for unit in before] == [US, OTHER]
    redone = list(rederive(poller.desk, everything=True))
    assert [one.kind for one in redone] == ["unit", "unit"]
    assert not any(one.why for one in redone)
    assert units() == before, "the very same rows: nothing was superseded"


# broken off


@pytest.mark.parametrize("share", [0.1, 0.8, 1.0])
def test_killed_at_any_time_the_next_worker_shows_the_same(poller: Poller, share: float) -> None:
    """Even when it comes hours after the landing: what the first one kept is not forgotten."""
    poller.watch("aircraft", US)
    stop = from_us(int(TRACK.t_us[int((len(TRACK) - 1) * share)]))
    poller.until(poller.turn("adsblol"), stop)  # and no `close`
    if share == 1.0:
        poller.clock.move(hours=9)
    second = poller.turn("adsblol", holder="b")
    poller.until(second, max(ENDS, poller.clock() + timedelta(minutes=2)))
    assert same(poller.movements(US))


@pytest.mark.parametrize("hours", [20, 49.9, 51.8, 200])
def test_taken_up_long_after_nothing_is_worked_out_from_half_of_it(
    poller: Poller, hours: float
) -> None:
    poller.watch("aircraft", US)
    turn = poller.turn("adsblol")
    poller.until(turn, ENDS)
    with reading(poller.desk.engine) as conn:
        before = stored_units(conn, US)
    poller.clock.move(hours=hours)
    poller.until(turn, poller.clock() + timedelta(minutes=3))
    turn.close()
    second = poller.turn("adsblol", holder="b")
    poller.until(second, poller.clock() + timedelta(minutes=3))
    second.close()
    with reading(poller.desk.engine) as conn:
        assert stored_units(conn, US) == before
    assert same(poller.movements(US))


@pytest.mark.parametrize("late", [True, False])
def test_a_damaged_page_does_not_end_the_polling_nor_is_anything_derived_without_it(
    poller: Poller, late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    poller.watch("aircraft", US)
    poller.watch("aircraft", OTHER)
    first = poller.turn("adsblol")
    poller.until(first, MIDDLE)
    first.close()
    with reading(poller.desk.engine) as conn:
        before = stored_units(conn, US)
        spoilt = captures_with(conn, US, "adsblol", BEGINS, ENDS)[-1 if late else 0]
    path = poller.desk.captures.path(spoilt.sha256)
    path.chmod(0o600)
    path.write_bytes(b"{}")
    turn = poller.turn("adsblol", holder="b")
    poller.until(turn, ENDS)
    turn.close()
    with reading(poller.desk.engine) as conn:
        assert stored_units(conn, US) == before
        assert captures_with(conn, US, "adsblol", MIDDLE, ENDS), "what came since is noted"
    _without_a_hole([row for row in poller.ledger(US) if row.t_from > MIDDLE])
    assert "an earlier page: StorageError at captures.py" in caplog.text
    assert US not in caplog.text


def test_killed_between_keeping_a_page_and_noting_whom_it_speaks_of(
    poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    poller.watch("aircraft", US)
    poller.until(poller.turn("adsblol"), MIDDLE)
    dying = poller.turn("adsblol", holder="b")
    with monkeypatch.context() as patch:
        patch.setattr(live, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            dying.round()
    poller.clock.move(seconds=10)
    poller.until(poller.turn("adsblol", holder="c"), ENDS)
    assert same(poller.movements(US))


def test_a_worker_whose_turn_is_over_writes_nothing(poller: Poller) -> None:
    poller.watch("aircraft", US)
    first = poller.turn("adsblol")
    poller.until(first, MIDDLE)
    poller.lease("b")
    before = poller.ledger(US)
    with pytest.raises(LeaseLost):
        first.round()
    with pytest.raises(LeaseLost):
        first.close()
    assert poller.ledger(US) == before


def test_what_could_not_be_written_is_written_next_time(
    poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.")

    poller.watch("aircraft", US)
    turn = poller.turn("adsblol")
    poller.until(turn, MIDDLE)
    with monkeypatch.context() as patch:
        patch.setattr(live, "write", full)
        for _ in range(40):
            with pytest.raises(StorageError):
                turn.round()
            poller.clock.move(seconds=10)
    poller.until(turn, ENDS)
    turn.close()
    assert same(poller.movements(US))
    _without_a_hole(poller.ledger(US))


def _without_a_hole(rows: Sequence[LedgerRow]) -> None:
    reached = rows[0].t_to
    for row in rows:
        assert row.t_from <= reached
        reached = max(reached, row.t_to)


def test_one_odd_track_does_not_hold_up_the_others(
    poller: Poller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:

    def odd(desk: Desk, tracks: Sequence[Track], days: Iterable[date]) -> list[PreparedUnit]:
        if tracks[0].icao24 == OTHER:
            raise ZeroDivisionError(OTHER)
        return units_of(desk, tracks, days)

    poller.watch("aircraft", US)
    poller.watch("aircraft", OTHER)
    monkeypatch.setattr(live, "units_of", odd)
    poller.until(poller.turn("adsblol"), ENDS)
    assert same(poller.movements(US))
    assert not poller.movements(OTHER)
    assert "ZeroDivisionError at test_live.py" in caplog.text
    assert US not in caplog.text
    assert OTHER not in caplog.text


# whom it asks for


def test_nobody_is_named_unless_the_operator_says_so(poller: Poller) -> None:
    poller.watch("aircraft", US)
    turn = poller.turn("adsblol", per_aircraft=False)
    assert turn.round() == IDLE_S
    assert paths(poller, "adsblol") == []
    poller.watch("airport", FIELD, 20)
    poller.clock.move(seconds=IDLE_S)
    turn.round()
    (path,) = paths(poller, "adsblol")
    assert path.startswith("/v2/point/")
    assert US not in path


def test_a_circle_shows_who_comes_and_goes_and_follows_the_watched_in_it(poller: Poller) -> None:
    poller.watch("airport", FIELD, 40)
    poller.watch("aircraft", US)
    turn = poller.turn("adsblol", per_aircraft=False)
    poller.until(turn, ENDS + timedelta(hours=1, minutes=5))
    turn.close()
    assert same(poller.movements(US))
    assert same(poller.movements(OTHER))
    rows = poller.ledger("area:")
    assert {row.outcome for row in rows} == {"data", "empty"}
    assert {row.target for row in rows} == {rows[0].target}
    assert not poller.ledger(US)
    assert not any(name in path for path in paths(poller, "adsblol") for name in (US, OTHER))


@pytest.mark.parametrize("site", ["adsblol", "readsb_local"])
def test_no_circle_stands_for_the_silence_of_somebody_who_waits_to_be_worked_out(
    poller: Poller, site: str
) -> None:
    poller.watch("airport", FIELD, 40)
    turn = poller.turn(site, per_aircraft=False)

    def look() -> None:
        rows = poller.ledger("area:")
        if rows:
            worked_out = {OTHER, US} if poller.movements(OTHER) and poller.movements(US) else set()
            assert worked_out or rows[-1].t_to <= from_us(int(TRACK.t_us[0]))

    poller.until(turn, ENDS + timedelta(hours=1, minutes=5), look)
    turn.close()
    assert same(poller.movements(OTHER))
    assert not poller.ledger("*")
    rows = poller.ledger("area:")
    assert rows[0].t_from <= BEGINS
    assert rows[-1].t_to >= ENDS + timedelta(hours=1)
    assert all(one.t_to >= two.t_from for one, two in itertools.pairwise(rows))


def test_no_circle_stands_for_the_silence_of_a_track_that_cannot_be_worked_out(
    poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:

    def odd(desk: Desk, tracks: Sequence[Track], days: Iterable[date]) -> list[PreparedUnit]:
        raise ZeroDivisionError

    poller.watch("airport", FIELD, 40)
    turn = poller.turn("adsblol", per_aircraft=False)
    monkeypatch.setattr(live, "units_of", odd)
    poller.until(turn, ENDS + timedelta(hours=1, minutes=5))
    turn.close()
    first, last = from_us(int(TRACK.t_us[0])), from_us(int(TRACK.t_us[-1]))
    assert not any(row.t_to > first and row.t_from < last for row in poller.ledger("area:"))


def test_the_own_receiver_tells_everything_unasked(poller: Poller) -> None:
    poller.watch("aircraft", US)
    turn = poller.turn("readsb_local", per_aircraft=True)
    poller.until(turn, ENDS)
    turn.close()
    assert same(poller.movements(US, "readsb_local"))
    assert not poller.movements(OTHER)
    # The reply was about everybody, but only of the watched it was worked out what they did.
    assert {row.target for row in poller.ledger("*", "area:", US, OTHER)} == {US}
    assert set(paths(poller, "readsb_local")) == {"/data/aircraft.json"}


def test_openskys_credits_last_the_day(poller: Poller) -> None:
    poller.up.world.credits = 1_000
    poller.watch("aircraft", US)
    turn = poller.turn("opensky_states", per_aircraft=False)
    pauses = []
    for _ in range(3):
        pauses.append(turn.round())
        poller.clock.move(seconds=pauses[-1])
    left_s = (day_bounds(BEGINS.date())[1] - BEGINS).total_seconds()
    assert pauses[-1] == pytest.approx(left_s / 1_000, rel=0.02)
    assert {asked.target for asked in poller.up.asked("opensky_states")} == {"/states/all"}


def test_nobody_watched_nobody_asked(poller: Poller) -> None:
    assert poller.turn("adsblol").round() == IDLE_S
    assert poller.up.asked() == []


# what goes wrong


def test_a_page_that_cannot_be_read_is_kept_and_polling_goes_on(poller: Poller) -> None:
    poller.watch("aircraft", US)
    turn = poller.turn("adsblol")
    poller.until(turn, MIDDLE)
    poller.up.fail("adsblol", faults.web_page(), times=1)
    turn.round()
    poller.clock.move(seconds=10)
    poller.until(turn, ENDS)
    turn.close()
    with reading(poller.desk.engine) as conn:
        (page,) = waiting(conn, "adsblol")
    assert poller.desk.captures.exists(page.sha256)
    failed = [row for row in poller.ledger(US) if row.outcome == "failed"]
    assert [row.capture for row in failed] == [page.sha256]
    assert same(poller.movements(US))


def test_a_source_that_refuses_is_left_alone_until_it_says(poller: Poller) -> None:
    poller.watch("aircraft", US)
    turn = poller.turn("adsblol")
    poller.up.fail("adsblol", faults.too_many(retry_after="900"), times=1)
    assert turn.round() == pytest.approx(900, abs=2)
    turn.close()
    (row,) = poller.ledger(US)
    assert row.outcome == "refused"
    assert row.t_to <= poller.clock()


def test_an_outage_is_told_and_nothing_else(poller: Poller) -> None:
    poller.watch("aircraft", US)
    poller.up.fail("adsblol", faults.status(500))
    turn = poller.turn("adsblol")
    poller.until(turn, ENDS)
    turn.close()
    assert {row.outcome for row in poller.ledger(US)} <= {"failed", "refused", "not_asked"}
    assert not poller.movements(US)


def test_what_is_kept_of_a_round_is_kept_at_once(
    poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page's bytes are there before anything reads them, whatever happens next."""
    seen: list[Writing] = []
    monkeypatch.setattr(live, "write", lambda desk, what, fence: seen.append(what))
    poller.watch("aircraft", US)
    turn = poller.turn("adsblol")
    poller.clock.move(minutes=5)
    turn.round()
    (span,) = seen[0].spans
    assert span.icao24 == US
    assert poller.desk.captures.exists(span.sha256)
