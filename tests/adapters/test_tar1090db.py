"""tar1090-db: the table, its shards, and the real ones."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._contract import UnreadablePage, Wanted
from adapters.tar1090db import adapter
from schemas.records import IdentityStatement, Rejected
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Reply, play
from tests.realdata import shared
from tests.upstream.files import TAR1090DB

Read = tuple[list[IdentityStatement], dict[str, int]]


def read(content: bytes | str, url: str = "") -> Read:
    data = content.encode() if isinstance(content, str) else content
    records = list(adapter.parse(page("tar1090db", data, url=url)))
    return (
        [record for record in records if isinstance(record, IdentityStatement)],
        {record.why: record.count for record in records if isinstance(record, Rejected)},
    )


def test_a_row_is_an_undated_statement() -> None:
    statements, rejected = read(TAR1090DB)
    first = statements[0]
    assert (first.registration, first.icao24, first.type_code) == ("RA-64523", "14fc0b", "T204")
    assert first.operator == "ROSSIYA SPECIAL FLIGHT DETACHMENT"
    assert (first.valid_from, first.valid_to, first.basis) == (None, None, "registry")
    assert first.row == 0
    assert rejected == {"without a registration": 1}


def test_quotes_and_commas_mean_nothing_here() -> None:
    last = read(TAR1090DB)[0][-1]
    assert (last.registration, last.operator) == ("N1", "FAA, AVS-100")


def test_one_registration_under_two_addresses_is_two_statements() -> None:
    found = [s.icao24 for s in read(TAR1090DB)[0] if s.registration == "RA-64524"]
    assert found == ["14fc0c", "15fc0c"]


def test_compressed_or_not_with_either_line_end() -> None:
    plain = read(TAR1090DB)
    for content in (
        gzip.compress(TAR1090DB.encode()),
        TAR1090DB.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + TAR1090DB.rstrip().encode(),
    ):
        statements, rejected = read(content)
        assert [s.registration for s in statements] == [s.registration for s in plain[0]]
        assert rejected == plain[1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("zzzzzz;RA-1;;;;;;", "address is not six hex digits"),
        ("14FC0;RA-1;;;;;;", "address is not six hex digits"),
        ("../../etc/passwd;RA-1;;;;;;", "address is not six hex digits"),
        ("000000;RA-1;;;;;;", "address is nobody's"),
        ("14FC0B;????;;;;;;", "registration cannot be one"),
        ("14FC0B;RA-64523\x07;;;;;;", "registration cannot be one"),
        ("14FC0B;RA-64523;T204", "row of the wrong length"),
        ("14FC0B;RA-64523;T204;;;;;;;", "row of the wrong length"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(row: str, reason: str) -> None:
    statements, rejected = read(f"A00001;N1;GLF4;;;;;\n{row}\nA00002;N2;GLF4;;;;;\n")
    assert [s.registration for s in statements] == ["N1", "N2"]
    assert rejected == {reason: 1}


def test_a_type_that_is_no_designator_is_left_out() -> None:
    (statement,) = read("A00001;N1;Gulfstream;;;;;\n")[0]
    assert (statement.registration, statement.type_code) == ("N1", "")


def test_a_shard_has_the_rest_of_its_addresses_in_its_name() -> None:
    shard = {"FC0B": ["RA-64523", "T204", "10", None], "FC0D": [None, None, "00"], "children": []}
    content = gzip.compress(json.dumps(shard).encode())
    for url in ("https://example.org/db/14.js", "db/14.js.gz", "tar1090db_14.json"):
        statements, rejected = read(content, url)
        assert [(s.registration, s.icao24) for s in statements] == [("RA-64523", "14fc0b")]
        assert rejected == {"without a registration": 1}
    assert read(content, "unnamed.js")[1]["address is not six hex digits"] == 2


def test_odd_entries_of_a_shard_are_counted() -> None:
    shard = {"14FC0B": ["RA-64523", "T204"], "14FC0C": "RA-64524", "14FC0D": [1, 2, 3]}
    assert read(json.dumps(shard))[1] == {
        "row of the wrong length": 1,
        "row of the wrong shape": 2,
    }


@pytest.mark.parametrize("content", [b"", b"\n\n", b"<html>", b"{", b"hex,reg\n", b"\x1f\x8b\x08"])
def test_what_is_no_list_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadablePage) as error:
        read(content)
    assert_sentence(error.value)


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    with pytest.raises(UnreadablePage, match="line longer than"):
        read(gzip.compress(b"A00001;N1;;;;;;\n" + b"x" * 3_000_000))


cells = st.text(st.characters(codec="utf-8", exclude_characters="\n\r;"), max_size=12)


@settings(max_examples=80)
@given(st.lists(st.lists(cells, min_size=1, max_size=9), max_size=6))
def test_every_row_is_a_statement_or_is_counted(rows: list[list[str]]) -> None:
    lines = [line for line in (";".join(row) for row in rows) if line]
    statements, rejected = read("\n".join(["A00001;N1;;;;;;", *lines]))
    assert len(statements) + sum(rejected.values()) == len(lines) + 1


def test_the_whole_list_is_asked_for_whoever_is_wanted() -> None:
    wanted = Wanted(icao24=frozenset(("14fc0b",)))
    played = play(adapter, wanted, lambda _: Reply(200, TAR1090DB.encode()))
    assert played.urls == [
        "https://github.com/wiedehopf/tar1090-db/raw/refs/heads/csv/aircraft.csv.gz"
    ]
    assert list(played.covered) == []


@pytest.mark.realdata
def test_a_real_shard() -> None:
    path = shared("registry/tar1090db_3.js")
    statements, rejected = read(path.read_bytes(), path.name)
    assert len(statements) == 17_948
    assert rejected == {"without a registration": 11}
    assert all(s.icao24.startswith("3") for s in statements)


@pytest.mark.realdata
def test_the_real_list_of_russia_and_belarus() -> None:
    statements, rejected = read(shared("registry/tar1090db_ru_by.json").read_bytes())
    assert len(statements) == 2_259
    assert rejected == {"registration cannot be one": 2}
    found = {s.icao24 for s in statements if s.registration == "RA-64524"}
    assert found == {"14fc0c", "15fc0c"}
