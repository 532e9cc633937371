"""plane-alert-db: notable aircraft; the real list of Russia and Belarus."""

from __future__ import annotations

import pytest

from adapters._contract import UnreadablePage, Wanted
from adapters.plane_alert_db import adapter
from schemas.records import IdentityStatement, Rejected
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Reply, play
from tests.realdata import shared
from tests.upstream.files import PLANE_ALERT

Read = tuple[list[IdentityStatement], dict[str, int]]


def read(content: bytes) -> Read:
    records = list(adapter.parse(page("plane_alert_db", content)))
    return (
        [record for record in records if isinstance(record, IdentityStatement)],
        {record.why: record.count for record in records if isinstance(record, Rejected)},
    )


def test_a_row_is_an_undated_statement_and_odd_ones_are_counted() -> None:
    (ours,), rejected = read(PLANE_ALERT.encode())
    assert (ours.registration, ours.icao24, ours.type_code) == ("RA-64523", "14fc0b", "T204")
    assert (ours.operator, ours.basis, ours.valid_from) == ("Russian FSB", "registry", None)
    assert rejected == {"address is not six hex digits": 1, "registration cannot be one": 1}


@pytest.mark.parametrize("content", [b"", b"<html>", b"ICAO,Registration\n"])
def test_what_is_no_such_table_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadablePage) as error:
        read(content)
    assert_sentence(error.value)


def test_the_whole_list_is_asked_for() -> None:
    played = play(adapter, Wanted(icao24=frozenset(("14fc0b",))), lambda _: Reply(200, b""))
    assert [url.rsplit("/", 1)[1] for url in played.urls] == ["plane-alert-db.csv"]


@pytest.mark.realdata
def test_the_real_list() -> None:
    statements, rejected = read(shared("registry/plane-alert-db_RU_BY.csv").read_bytes())
    assert len(statements) == 840
    assert rejected == {"address is not six hex digits": 2}  # two that lost a leading zero
    found = {s.registration: s.icao24 for s in statements}
    assert (found["RA-64523"], found["RA-64524"]) == ("14fc0b", "14fc0c")
