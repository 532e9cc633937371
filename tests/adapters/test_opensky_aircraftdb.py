"""The OpenSky aircraft database: two ways of quoting, and months."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._contract import UnreadablePage, Wanted
from adapters.opensky_aircraftdb import adapter
from schemas.records import IdentityStatement, Rejected
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Reply, play
from tests.upstream.files import AIRCRAFT_DB, AIRCRAFT_DB_DATED

HEADER = "icao24,registration,typecode,serialnumber,operator,owner\n"
Read = tuple[list[IdentityStatement], dict[str, int]]


def read(content: str | bytes, url: str = "") -> Read:
    data = content.encode() if isinstance(content, str) else content
    records = list(adapter.parse(page("opensky_aircraftdb", data, url=url)))
    return (
        [record for record in records if isinstance(record, IdentityStatement)],
        {record.why: record.count for record in records if isinstance(record, Rejected)},
    )


def test_the_undated_file() -> None:
    (ours, swiss), rejected = read(AIRCRAFT_DB, "https://example.org/aircraftDatabase.csv")
    assert (ours.registration, ours.icao24, ours.type_code) == ("RA-64523", "14fc0b", "T204")
    assert (ours.serial, ours.operator) == ("44524023", "Rossiya, SLO")
    assert (ours.valid_from, ours.valid_to) == (None, None)
    assert swiss.operator == "Swiss"
    assert rejected == {}


def test_a_dated_file_speaks_for_its_month_and_no_other() -> None:
    url = "https://example.org/aircraft-database-complete-2020-08.csv"
    (ours,), rejected = read(AIRCRAFT_DB_DATED, url)
    assert (ours.registration, ours.serial) == ("RA-64523", "44524023")
    assert ours.operator == "Special 'Rossiya', SLO"
    assert (ours.valid_from, ours.valid_to) == (date(2020, 8, 1), date(2020, 9, 1))
    assert rejected == {"without a registration": 1}


@pytest.mark.parametrize(
    ("month", "until"), [("2024-12", date(2025, 1, 1)), ("2024-02", date(2024, 3, 1))]
)
def test_months_end_where_they_end(month: str, until: date) -> None:
    (ours,), _ = read(AIRCRAFT_DB_DATED, f"aircraft-database-complete-{month}.csv")
    assert ours.valid_to == until


@pytest.mark.parametrize("month", ["2024-13", "0000-01", "9999-12"])
def test_a_month_that_does_not_exist_dates_nothing(month: str) -> None:
    (ours,), _ = read(AIRCRAFT_DB_DATED, f"aircraft-database-complete-{month}.csv")
    assert (ours.valid_from, ours.valid_to) == (None, None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("zzzzzz,RA-1,,,,", "address is not six hex digits"),
        ("14fc0b,??,,,,", "registration cannot be one"),
        ("14fc0b,RA-1,,,", "row is not as long as the header"),
        ('14fc0b,"RA-1,,,,', "row is not as long as the header"),
    ],
)
def test_odd_rows_cost_themselves_only(row: str, reason: str) -> None:
    statements, rejected = read(f"{HEADER}{row}\na00001,N1,GLF4,,,\n")
    assert [s.registration for s in statements] == ["N1"]
    assert rejected == {reason: 1}


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"icao24,reg\n", b"\x1f\x8b", HEADER[1:].encode()]
)
def test_what_is_no_such_table_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadablePage) as error:
        read(content)
    assert_sentence(error.value)


@settings(max_examples=80)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1)))
def test_any_lines_are_statements_or_are_counted(rows: list[str]) -> None:
    statements, rejected = read(HEADER + "\n".join([*rows, "a00001,N1,GLF4,,,"]))
    assert "N1" in {s.registration for s in statements}
    assert len(statements) + sum(rejected.values()) <= len(rows) + 1


def test_months_are_asked_for_one_by_one_and_otherwise_the_undated_file() -> None:
    wanted = Wanted.on(date(2020, 8, 18))
    assert play(adapter, wanted, lambda _: Reply(404)).urls == [
        f"{adapter.source.url}/aircraft-database-complete-2020-08.csv"
    ]
    assert play(adapter, Wanted(), lambda _: Reply(404)).urls == [
        f"{adapter.source.url}/aircraftDatabase.csv"
    ]
