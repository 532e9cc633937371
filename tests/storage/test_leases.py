"""Leases: one holder at a time, and nothing written under one that has passed on."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from service.storage.database import open_database, reading, writing
from service.storage.leases import (
    Lease,
    LeaseLost,
    end_all,
    lease_of,
    must_hold,
    release,
    renew,
    take,
)
from tests.storage.helpers import FEW, NOW, undone

FOR_S = 30.0


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def taken(engine: Engine, holder: str, *, after_s: float = 0, name: str = "live:x") -> Lease | None:
    with writing(engine) as conn:
        return take(conn, name, holder, now=NOW + at(after_s), for_s=FOR_S)


def held(engine: Engine, lease: Lease) -> bool:
    try:
        with writing(engine) as conn:
            must_hold(conn, lease)
    except LeaseLost:
        return False
    return True


def test_one_holder_until_it_runs_out(database: Engine) -> None:
    mine = taken(database, "a")
    assert mine == Lease("live:x", "a", 1, NOW + at(FOR_S))
    assert taken(database, "b", after_s=29.9) is None
    theirs = taken(database, "b", after_s=30)
    assert theirs == Lease("live:x", "b", 2, NOW + at(60))
    assert not held(database, mine)
    assert held(database, theirs)
    with reading(database) as conn:
        assert lease_of(conn, "live:x") == theirs


def test_other_names_are_other_leases(database: Engine) -> None:
    assert taken(database, "a", name="live:x")
    assert taken(database, "b", name="live:y")
    with reading(database) as conn:
        assert lease_of(conn, "live:z") is None


def test_taken_again_by_its_holder_is_the_same(database: Engine) -> None:
    first = taken(database, "a")
    again = taken(database, "a", after_s=10)
    assert first
    assert again
    assert again.epoch == first.epoch
    assert held(database, first)


def test_run_out_and_taken_again_is_a_new_one(database: Engine) -> None:
    """What was begun before the pause may rest on what others have changed since."""
    first = taken(database, "a")
    assert first
    again = taken(database, "a", after_s=31)
    assert again
    assert again.epoch == first.epoch + 1
    assert not held(database, first)


def test_renewed_in_time_and_late_but_not_after_it_passed_on(database: Engine) -> None:
    mine = taken(database, "a")
    assert mine
    with writing(database) as conn:
        longer = renew(conn, mine, now=NOW + at(20), for_s=FOR_S)
    assert longer == Lease("live:x", "a", 1, NOW + at(50))
    with writing(database) as conn:
        assert renew(conn, mine, now=NOW + at(100), for_s=FOR_S)
    assert taken(database, "b", after_s=129) is None
    assert taken(database, "b", after_s=131)
    with writing(database) as conn:
        assert renew(conn, mine, now=NOW + at(132), for_s=FOR_S) is None


def test_released_is_free_at_once_and_fenced(database: Engine) -> None:
    mine = taken(database, "a")
    assert mine
    with writing(database) as conn:
        release(conn, mine)
    theirs = taken(database, "b", after_s=1)
    assert theirs
    assert theirs.epoch == 2
    assert not held(database, mine)
    with writing(database) as conn:
        release(conn, mine)  # no longer ours to give
    assert held(database, theirs)
    assert taken(database, "c", after_s=2) is None


def test_what_the_dead_left_is_free_at_once_and_fenced(database: Engine) -> None:
    first, other = taken(database, "a"), taken(database, "a", name="live:y")
    assert first
    assert other
    with writing(database) as conn:
        end_all(conn)
    again = taken(database, "b", after_s=1)
    assert again is not None
    assert again.epoch == first.epoch + 1
    assert not held(database, first)
    assert taken(database, "b", after_s=1, name="live:y")


def test_nothing_is_written_under_a_lease_that_passed_on(database: Engine) -> None:
    mine = taken(database, "a")
    assert mine
    assert taken(database, "b", after_s=31)

    def write() -> None:
        with writing(database) as conn:
            take(conn, "live:other", "a", now=NOW, for_s=FOR_S)  # stands for any write
            must_hold(conn, mine)

    with pytest.raises(LeaseLost, match="Another worker"):
        write()
    with reading(database) as conn:
        assert lease_of(conn, "live:other") is None


def test_a_lease_nobody_took_is_not_held(database: Engine) -> None:
    assert not held(database, Lease("live:x", "a", 1, NOW))


def test_who_writes_under_it_keeps_it_however_long_it_takes(database_url: str) -> None:
    """Run out, and yet not to be had before the write is done; the holder may renew meanwhile."""
    ours, theirs = open_database(database_url), open_database(database_url)
    mine = taken(ours, "a")
    assert mine
    done = threading.Event()
    got: list[Lease | None] = []

    def other() -> None:
        got.append(taken(theirs, "b", after_s=99))
        done.set()

    with writing(ours) as conn:
        must_hold(conn, mine)
        thread = threading.Thread(target=other)
        thread.start()
        if ours.dialect.name == "postgresql":
            assert done.wait(20), "taking waited for the writer"
            assert got == [None]
            with writing(theirs) as second:
                assert renew(second, mine, now=NOW, for_s=FOR_S)
    thread.join(30)
    if ours.dialect.name == "sqlite":  # waited its turn
        assert [lease.epoch for lease in got if lease] == [2]
    else:
        assert taken(theirs, "b", after_s=99)
    ours.dispose()
    theirs.dispose()


@FEW
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["take", "renew", "release", "write"]),
            st.sampled_from(["a", "b", "c"]),
            st.integers(0, 40),
        ),
        max_size=30,
    )
)
def test_only_the_last_who_took_it_ever_writes(
    database: Engine, steps: list[tuple[str, str, int]]
) -> None:
    """Whatever the order: at most one holder can write, and epochs never go back."""
    with undone(database) as conn:
        now, newest = NOW, 0
        mine: dict[str, Lease] = {}
        for step, who, seconds in steps:
            now += at(seconds)
            lease = mine.get(who)
            if step == "take":
                got = take(conn, "n", who, now=now, for_s=FOR_S)
                if got:
                    assert got.epoch >= newest
                    newest = got.epoch
                    mine[who] = got
            elif lease and step == "renew":
                longer = renew(conn, lease, now=now, for_s=FOR_S)
                assert (longer is None) == (lease.epoch != newest)
            elif lease and step == "release":
                release(conn, lease)
            elif lease:
                writes = True
                try:
                    must_hold(conn, lease)
                except LeaseLost:
                    writes = False
                assert writes == (lease.epoch == newest)
        assert len({lease.epoch for lease in mine.values()}) == len(mine)
