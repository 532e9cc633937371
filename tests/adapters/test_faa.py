"""The FAA's register: who is in it, who was, and zips that are none."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import faa
from adapters._contract import UnreadablePage, Wanted
from adapters.faa import adapter
from schemas.records import IdentityStatement, Rejected
from tests.adapters.pages import assert_sentence, page
from tests.adapters.play import Reply, play
from tests.upstream.files import registration_zip

MASTER = "N-NUMBER,SERIAL NUMBER,NAME,MODE S CODE,MODE S CODE HEX,\n"
DEREG = "N-NUMBER,SERIAL-NUMBER,NAME,CANCEL-DATE,MODE-S-CODE,MODE-S-CODE-HEX,\n"
Read = tuple[list[IdentityStatement], dict[str, int]]


def read(content: bytes) -> Read:
    records = list(adapter.parse(page("faa", content)))
    return (
        [record for record in records if isinstance(record, IdentityStatement)],
        {record.why: record.count for record in records if isinstance(record, Rejected)},
    )


def test_who_is_registered_is_undated_and_who_was_ends_the_day_after() -> None:
    (master, dereg), rejected = read(registration_zip())
    assert (master.registration, master.icao24, master.serial) == ("N899DN", "ac671b", "31936")
    assert master.operator == "DELTA AIR LINES INC"
    assert (master.valid_from, master.valid_to) == (None, None)
    assert (dereg.registration, dereg.icao24) == ("N100EX", "a00801")
    assert (dereg.valid_from, dereg.valid_to) == (None, date(2015, 6, 2))
    assert {s.type_code for s in (master, dereg)} == {""}
    assert rejected == {"MASTER.txt: without an address": 1}


def test_an_octal_address_serves_where_the_hex_is_missing() -> None:
    (statement,), _ = read(registration_zip(f"{MASTER}899DN,1,X,53063433,,\n", None))
    assert statement.icao24 == "ac671b"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("899DN,1,X,53063433,AC671C,", "Mode S code differs between octal and hex"),
        ("899DN,1,X,,ZZZZZZ,", "address is not six hex digits"),
        ("899DN,1,X,,AC671,", "address is not six hex digits"),
        ("0899D,1,X,,AC671B,", "N-number is none"),
        (",1,X,,AC671B,", "N-number is none"),
        ("899DN,1,SMITH, JOHN,,AC671B,", "row is not as long as the header"),
        ("899DN,1,X", "row is not as long as the header"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(row: str, reason: str) -> None:
    statements, rejected = read(registration_zip(f"{MASTER}{row}\n1,1,FAA,,A00001,\n", None))
    assert [s.registration for s in statements] == ["N1"]
    assert rejected == {reason: 1}


@pytest.mark.parametrize(
    ("cancelled", "reason"),
    [
        ("", "cancelled, and not said when"),
        ("2015-06-01", "cancelled, and not said when"),
        ("20150230", "cancelled on a day that does not exist"),
        ("99991231", "cancelled on a day that does not exist"),
    ],
)
def test_a_cancellation_without_a_day_would_never_end(cancelled: str, reason: str) -> None:
    dereg = f"{DEREG}100EX,1,X,{cancelled},,A00801,\n"
    statements, rejected = read(registration_zip(f"{MASTER}1,1,FAA,,A00001,\n", dereg))
    assert [s.registration for s in statements] == ["N1"]
    assert rejected == {reason: 1}


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.txt", content)
    return held.getvalue()


def encrypted() -> bytes:
    """Marked so in both of its headers."""
    content = bytearray(zipped(MASTER=MASTER.encode()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no zip"),
        (b"<!DOCTYPE html>Access Denied", "by hand"),
        (b"N-NUMBER,NAME\n", "no zip"),
        (registration_zip()[:-30], "damaged or cut short"),
        (registration_zip()[:200], "damaged or cut short"),
        (zipped(ACFTREF=b"CODE,MFR\n"), "no MASTER"),
        (zipped(MASTER=b"TAIL,NAME\n"), "no column N NUMBER"),
        (zipped(MASTER=b"<html>"), "web page"),
        (encrypted(), "cannot be read"),
    ],
)
def test_what_is_not_the_register_is_told_in_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(UnreadablePage, match=says) as error:
        read(content)
    assert_sentence(error.value)


def test_a_zip_that_expands_without_end_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faa, "CAP_BYTES", 2**20)
    rows = b"1,1,FAA,,A00001,\n" * 200_000
    with pytest.raises(UnreadablePage, match="larger than"):
        read(zipped(MASTER=MASTER.encode() + rows))


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=40), st.integers(0, 10_000))
def test_damage_is_told_in_a_sentence(damage: bytes, where: int) -> None:
    content = registration_zip()
    at = where % len(content)
    try:
        read(content[:at] + damage + content[at + len(damage) :])
    except UnreadablePage as error:
        assert_sentence(error)


def test_the_whole_register_is_asked_for() -> None:
    played = play(adapter, Wanted(), lambda _: Reply(503))
    assert played.urls == ["https://registry.faa.gov/database/ReleasableAircraft.zip"]
