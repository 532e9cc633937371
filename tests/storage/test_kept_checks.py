"""Kept checks: one for each Idempotency-Key, and every answer stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from service.sealing import Sealer
from service.storage.database import reading, writing
from service.storage.kept_checks import (
    Asked,
    KeptCheck,
    Revision,
    add_check,
    add_revision,
    check_ids,
    check_of,
    check_once,
    checks,
    newest_of,
    revision_of,
    revisions_of,
)
from tests.storage.helpers import NOW
from tests.storage.sealers import both_sealers

ASKED = Asked(aircraft="RA-64523", airport="UMMS", date="2020-08-18", zone="Europe/Minsk")
LATER = NOW + timedelta(days=1)


@both_sealers
def test_kept_once(database: Engine, sealer: Sealer) -> None:
    with writing(database) as conn:
        assert check_once(conn, sealer, "local", "k\x00") is None
        first, is_new = add_check(conn, sealer, "local", ASKED, once="k\x00", said="a", now=NOW)
        assert is_new
        again = add_check(conn, sealer, "local", ASKED, once="k\x00", said="b", now=LATER)
        assert again == (first, False)
        assert check_once(conn, sealer, "local", "k\x00") == first
        others = [
            add_check(conn, sealer, owner, ASKED, once=once, now=NOW)[0]
            for owner, once in (("local", ""), ("local", ""), ("local", "l"), ("desk", "k\x00"))
        ]
        assert len({first.id, *(each.id for each in others)}) == 5
        assert check_of(conn, sealer, first.id) == first
        assert check_of(conn, sealer, "nothing") is None
        assert set(check_ids(conn)) == {first.id, *(other.id for other in others)}
    assert (first.asked, first.said) == (ASKED, "a")
    assert len(first.id) == 32


@both_sealers
def test_an_owners_list_comes_in_pages_and_has_nobody_elses(
    database: Engine, sealer: Sealer
) -> None:
    with writing(database) as conn:
        mine = [
            add_check(conn, sealer, "anna", ASKED, now=NOW + timedelta(minutes=n // 3))[0]
            for n in range(10)
        ]
        for _ in range(4):
            add_check(conn, sealer, "boris", ASKED, now=NOW + timedelta(minutes=1))
    seen: list[KeptCheck] = []
    after: KeptCheck | None = None
    with reading(database) as conn:
        while page := checks(conn, sealer, "anna", after=after, limit=3):
            seen += page
            after = page[-1]
        assert checks(conn, sealer, "clara", limit=3) == ()
    assert seen == sorted(mine, key=lambda check: (check.created_at, check.id), reverse=True)


@both_sealers
def test_every_answer_stays(database: Engine, sealer: Sealer) -> None:
    first = Revision(number=1, at=NOW, document=b"{}")
    second = Revision(number=2, at=LATER, document=b"[]", because="Late data.")
    with writing(database) as conn:
        check, _ = add_check(conn, sealer, "local", ASKED, now=NOW)
        assert revisions_of(conn, sealer, check.id) == ()
        assert newest_of(conn, sealer, check.id) is None
        assert add_revision(conn, sealer, check.id, 1, b"{}", at=NOW)
        assert not add_revision(conn, sealer, check.id, 1, b"[]", at=LATER)
        assert add_revision(conn, sealer, check.id, 2, b"[]", because="Late data.", at=LATER)
        assert revisions_of(conn, sealer, check.id) == (first, second)
        assert newest_of(conn, sealer, check.id) == second
        assert revision_of(conn, sealer, check.id, 1) == first
        for number in (-1, 0, 3, 2**31, 2**70):
            assert revision_of(conn, sealer, check.id, number) is None
