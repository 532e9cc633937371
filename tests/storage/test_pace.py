"""What is known of each source's patience, and which version of each file we hold."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import StorageError
from service.storage.codec import EPOCH
from service.storage.database import Engine, reading, writing
from service.storage.file_versions import (
    FileVersion,
    file_version,
    file_versions,
    file_was_read,
    keep_file_version,
)
from service.storage.pace import NEVER_ASKED, PaceState, held, save, state_of, states
from tests.storage.helpers import FEW, NOW, undone

MOMENTS = st.integers(0, 4_000_000_000_000_000).map(lambda us: EPOCH + timedelta(microseconds=us))
COUNTS = st.integers(0, 2**40)
STATES = st.builds(
    PaceState,
    next_at=MOMENTS,
    credits_day=MOMENTS.map(lambda moment: moment.date()),
    credits_spent=COUNTS,
    credits_left=st.none() | COUNTS,
    failures=st.integers(0, 2**20),
    closed_until=st.none() | MOMENTS,
    why_closed=st.text(max_size=40).filter(lambda text: "\x00" not in text),
    answered_at=st.none() | MOMENTS,
)
URL = "https://example.org/aircraft.csv"
VERSION = FileVersion(
    source="tar1090db", url=URL, sha256="a" * 64, received_at=NOW, etag='"1"', last_modified="then"
)


def test_a_source_never_asked_has_all_its_patience(database: Engine) -> None:
    with reading(database) as conn:
        assert state_of(conn, "adsblol") == NEVER_ASKED
        assert states(conn) == {}
    with writing(database) as conn:
        assert held(conn, "adsblol") == NEVER_ASKED


@FEW
@given(state=STATES)
def test_a_state_comes_back_as_it_was(database: Engine, state: PaceState) -> None:
    with undone(database) as conn:
        held(conn, "adsblol")
        held(conn, "adsbfi")
        save(conn, "adsblol", state)
        assert state_of(conn, "adsblol") == held(conn, "adsblol") == state
        assert states(conn) == {"adsbfi": NEVER_ASKED, "adsblol": state}


def test_a_state_that_was_not_kept_is_not_there(database: Engine) -> None:
    with undone(database) as conn:
        held(conn, "adsblol")
        save(conn, "adsblol", replace(NEVER_ASKED, failures=3))
    with reading(database) as conn:
        assert states(conn) == {}


def test_who_holds_a_state_holds_it_alone(database: Engine) -> None:
    """Also the first time, when there is no row yet: no asker sees what another is changing."""
    at_once = 4
    together = threading.Barrier(at_once)

    def one_more() -> None:
        together.wait()
        for _ in range(5):
            with writing(database) as conn:
                state = held(conn, "adsblol")
                save(conn, "adsblol", replace(state, credits_spent=state.credits_spent + 1))

    threads = [threading.Thread(target=one_more) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(database) as conn:
        assert state_of(conn, "adsblol").credits_spent == 5 * at_once


def test_a_reason_may_hold_what_no_column_can(database: Engine) -> None:
    with writing(database) as conn:
        held(conn, "adsblol")
        save(conn, "adsblol", replace(NEVER_ASKED, why_closed="a\x00b\ud800"))
        assert state_of(conn, "adsblol").why_closed.startswith("a\ufffdb\ufffd")


def test_a_reader_cannot_hold(database: Engine) -> None:
    if database.dialect.name == "postgresql":
        with pytest.raises(StorageError), reading(database) as conn:
            held(conn, "adsblol")
    else:
        with reading(database) as conn:
            assert state_of(conn, "adsblol") == NEVER_ASKED


# versions of files


def test_a_file_that_came_is_unread_until_somebody_says_so(database: Engine) -> None:
    with writing(database) as conn:
        assert file_version(conn, "tar1090db", URL) is None
        keep_file_version(conn, replace(VERSION, read_at=NOW))
        assert file_version(conn, "tar1090db", URL) == VERSION
        assert file_was_read(conn, "tar1090db", URL, VERSION.sha256, now=NOW)
        assert file_version(conn, "tar1090db", URL) == replace(VERSION, read_at=NOW)
        assert file_versions(conn, "tar1090db") == (replace(VERSION, read_at=NOW),)
        assert file_versions(conn, "faa") == ()


def test_the_same_bytes_stay_read_and_others_are_not(database: Engine) -> None:
    later = NOW + timedelta(days=7)
    same = replace(VERSION, received_at=later, etag='"2"', last_modified="")
    other = replace(same, sha256="b" * 64)
    with writing(database) as conn:
        keep_file_version(conn, VERSION)
        file_was_read(conn, "tar1090db", URL, VERSION.sha256, now=NOW)
        keep_file_version(conn, same)
        assert file_version(conn, "tar1090db", URL) == replace(same, read_at=NOW)
        keep_file_version(conn, other)
        assert file_version(conn, "tar1090db", URL) == other


def test_reading_a_version_that_another_has_replaced_says_nothing(database: Engine) -> None:
    with writing(database) as conn:
        keep_file_version(conn, replace(VERSION, sha256="b" * 64))
        assert not file_was_read(conn, "tar1090db", URL, VERSION.sha256, now=NOW)
        assert not file_was_read(conn, "tar1090db", "https://example.org/none", "b" * 64, now=NOW)
        found = file_version(conn, "tar1090db", URL)
    assert found is not None
    assert found.read_at is None


def test_files_are_told_apart_by_source_and_address(database: Engine) -> None:
    other = replace(VERSION, url=f"{URL}?b", sha256="b" * 64)
    with writing(database) as conn:
        for version in (other, VERSION, replace(VERSION, source="faa")):
            keep_file_version(conn, version)
        assert file_versions(conn, "tar1090db") == (VERSION, other)
