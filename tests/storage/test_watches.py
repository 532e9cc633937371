"""Watches: kept with their dates, each thing followed once by each owner, sealed with a key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from schemas.watching import QuietHours, Watch, Wishes
from service.sealing import PLAIN, Sealer
from service.storage.database import reading, writing
from service.storage.watches import (
    add,
    change,
    counts,
    find,
    new_feed_token,
    remove,
    roster_version,
    watch_of,
    watch_of_feed,
    watches,
)
from tests.storage.helpers import NOW
from tests.storage.sealers import KEYED, both_sealers

LATER = NOW + timedelta(days=3)
WISHES = Wishes(
    triggers=frozenset({"landing", "signal_lost"}),
    at=("UMMS", "iso:BY"),
    home="UUWW",
    quiet=QuietHours(from_minute=1320, to_minute=420, zone="Europe/Minsk"),
    digest="daily",
    to=(3, 7),
)


def now_followed(engine: Engine, sealer: Sealer = PLAIN) -> list[tuple[str, str]]:
    with reading(engine) as conn:
        return [(watch.kind, watch.subject) for watch in watches(conn, sealer, now=LATER)]


@both_sealers
def test_added_and_listed(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        aircraft = add(
            conn,
            sealer,
            kind="aircraft",
            subject="RA-64523",
            label="the Minsk flight",
            note="for the story",
            wishes=WISHES,
            expires_at=LATER + timedelta(days=1),
            now=NOW,
        )
        airport = add(conn, sealer, kind="airport", subject="UMMS", radius_nm=30, now=LATER)
    with reading(database) as conn:
        assert watches(conn, sealer, now=LATER) == (aircraft, airport)
        assert watch_of(conn, sealer, aircraft.id) == aircraft
        assert find(conn, sealer, "aircraft", "RA-64523") == aircraft
    assert aircraft == Watch(
        id=aircraft.id,
        kind="aircraft",
        subject="RA-64523",
        label="the Minsk flight",
        note="for the story",
        wishes=WISHES,
        added_at=NOW,
        expires_at=LATER + timedelta(days=1),
    )


@both_sealers
def test_added_again_is_the_same_watch_with_the_rest_changed(
    database: Engine, sealer: Sealer
) -> None:
    with writing(database) as conn:
        first = add(conn, sealer, kind="airport", subject="UMMS", radius_nm=30, now=NOW)
        again = add(conn, sealer, kind="airport", subject="UMMS", radius_nm=50, now=LATER)
    assert (again.id, again.added_at, again.radius_nm) == (first.id, NOW, 50)
    assert now_followed(database, sealer) == [("airport", "UMMS")]


@both_sealers
def test_each_owner_follows_for_themselves(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        ours = add(conn, sealer, kind="aircraft", subject="RA-64523", now=NOW)
        theirs = add(conn, sealer, owner="desk", kind="aircraft", subject="RA-64523", now=NOW)
        assert ours.id != theirs.id
        assert watch_of(conn, sealer, theirs.id, owner="local") is None
        assert not remove(conn, theirs.id, owner="local", now=LATER)
        assert watches(conn, sealer, now=LATER, owner="desk") == (theirs,)
        assert counts(conn, now=LATER) == {"desk": 1, "local": 1}
        assert remove(conn, theirs.id, owner="desk", now=LATER)
        assert counts(conn, now=LATER) == {"local": 1}


def test_an_airport_and_an_aircraft_of_one_name_are_two(database: Engine) -> None:
    with writing(database) as conn:
        aircraft = add(conn, PLAIN, kind="aircraft", subject="KDAB", now=NOW)
        add(conn, PLAIN, kind="airport", subject="KDAB", radius_nm=5, now=NOW)
        assert remove(conn, aircraft.id, now=LATER)
    assert now_followed(database) == [("airport", "KDAB")]


def test_removed_stays_dated_and_can_be_followed_anew(database: Engine) -> None:
    with writing(database) as conn:
        first = add(conn, PLAIN, kind="aircraft", subject="14fc0b", now=NOW)
        assert remove(conn, first.id, now=LATER)
        assert not remove(conn, first.id, now=LATER)
    assert now_followed(database) == []
    with writing(database) as conn:
        add(conn, PLAIN, kind="aircraft", subject="14fc0b", now=LATER)
    with reading(database) as conn:
        ever = watches(conn, PLAIN, now=LATER, ever=True)
    assert [(w.added_at, w.removed_at) for w in ever] == [(NOW, LATER), (LATER, None)]


def test_an_expired_watch_is_no_longer_followed_and_begins_anew(database: Engine) -> None:
    with writing(database) as conn:
        first = add(conn, PLAIN, kind="aircraft", subject="14fc0b", expires_at=LATER, now=NOW)
    assert now_followed(database) == []
    with writing(database) as conn:
        again = add(conn, PLAIN, kind="aircraft", subject="14fc0b", now=LATER + timedelta(days=9))
        former = watch_of(conn, PLAIN, first.id)
    assert again.id != first.id
    assert former is not None
    assert former.removed_at == LATER  # what came between was nobody's to be told


@both_sealers
def test_a_watch_is_changed(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        watch = add(conn, sealer, kind="aircraft", subject="14fc0b", now=NOW)
        wanted = replace(watch, label="new", wishes=WISHES, expires_at=LATER)
        changed = change(conn, sealer, wanted, now=LATER)
        assert changed == replace(wanted, wishes=replace(WISHES, since=LATER))
        assert watch_of(conn, sealer, watch.id) == changed
        assert remove(conn, watch.id, now=LATER)
        assert change(conn, sealer, watch, now=LATER) is None


def test_what_was_not_asked_for_yesterday_is_not_told_of_yesterday(database: Engine) -> None:
    """What is asked for is dated when it changes; how it is sent is not."""
    with writing(database) as conn:
        watch = add(conn, PLAIN, kind="aircraft", subject="14fc0b", now=NOW)
        louder = replace(watch, wishes=replace(watch.wishes, to=(4,), digest="daily"))
        changed = change(conn, PLAIN, louder, now=LATER)
        assert changed is not None
        assert changed.wishes.since is None
        more = replace(watch.wishes, triggers=frozenset({"signal_lost"}))
        again = add(conn, PLAIN, kind="aircraft", subject="14fc0b", wishes=more, now=LATER)
        assert again.wishes == replace(more, since=LATER)
        same = add(
            conn,
            PLAIN,
            kind="aircraft",
            subject="14fc0b",
            wishes=more,
            now=LATER + timedelta(days=1),
        )
        assert same.wishes.since == LATER


def test_every_change_counts_up(database: Engine) -> None:
    versions = []
    with writing(database) as conn:
        versions.append(roster_version(conn))
        watch = add(conn, PLAIN, kind="aircraft", subject="14fc0b", now=NOW)
        versions.append(roster_version(conn))
        change(conn, PLAIN, watch, now=LATER)
        versions.append(roster_version(conn))
        remove(conn, watch.id, now=LATER)
        versions.append(roster_version(conn))
    assert versions == sorted(set(versions))


@both_sealers
def test_a_feed_is_opened_by_its_newest_token_only(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        watch = add(conn, sealer, kind="aircraft", subject="14fc0b", now=NOW)
        other = add(conn, sealer, kind="aircraft", subject="14fc0c", now=NOW)
        former = new_feed_token(conn, watch.id)
        token = new_feed_token(conn, watch.id)
        assert new_feed_token(conn, watch.id, owner="desk") is None
        assert token is not None
        assert former is not None
        assert watch_of_feed(conn, sealer, token, now=NOW) == watch
        for wrong in (former, token[:-1], f"{other.id}{token[1:]}", "", "-", "x-y", "9" * 40):
            assert watch_of_feed(conn, sealer, wrong, now=NOW) is None
        remove(conn, watch.id, now=LATER)
        assert watch_of_feed(conn, sealer, token, now=NOW) is None


def test_an_expired_watch_has_no_feed_and_can_be_removed(database: Engine) -> None:
    """When it was removed does not count: it was over before."""
    moment = timedelta(microseconds=1)
    with writing(database) as conn:
        watch = add(conn, PLAIN, kind="aircraft", subject="14fc0b", expires_at=LATER, now=NOW)
        token = new_feed_token(conn, watch.id)
        assert token is not None
        assert watch_of_feed(conn, PLAIN, token, now=LATER - moment) == watch
        assert watch_of_feed(conn, PLAIN, token, now=LATER) is None
        assert remove(conn, watch.id, now=LATER + timedelta(days=9))
        assert not remove(conn, watch.id, now=LATER + timedelta(days=9))
        former = watch_of(conn, PLAIN, watch.id)
    assert former == replace(watch, removed_at=LATER)


def test_a_sealed_row_does_not_tell(database: Engine) -> None:
    with writing(database) as conn:
        watch = add(conn, KEYED, kind="aircraft", subject="RA-64523", label="canary", now=NOW)
        row = conn.exec_driver_sql("SELECT * FROM watch").one()
        text = repr([bytes(part) if isinstance(part, memoryview) else part for part in row])
        assert "64523" not in text
        assert "canary" not in text
        assert "aircraft" not in text
        assert watch.subject == "RA-64523"
