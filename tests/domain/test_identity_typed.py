"""An aircraft as people type it."""

from __future__ import annotations

import csv
import gzip
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.domain.identity.registrations import readings
from service.domain.identity.resolve import (
    normalise_registration,
    parse_icao24,
    registration_key,
    rule_icao24,
)
from tests.realdata import shared


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("RA64523", "RA-64523"),
        ("ra-64523", "RA-64523"),
        ("RA 64523", "RA-64523"),
        ("RA - 64 523", "RA-64523"),
        ("ra_64523", "RA-64523"),
        ("РА-64523", "RA-64523"),  # Cyrillic
        ("РА64523", "RA-64523"),
        ("РA-64523", "RA-64523"),  # one Cyrillic letter among Latin ones
        ("ра64523", "RA-64523"),
        ("рф-93645", "RF-93645"),
        ("СССР-86000", "CCCP-86000"),
        ("RA–64523", "RA-64523"),  # en dash
        ("RA−64523", "RA-64523"),  # minus
        ("RA‑64523", "RA-64523"),  # non-breaking hyphen
        ("RA-64523.", "RA-64523"),
        ("«RA-64523»,", "RA-64523"),
        ("“ra-64523”", "RA-64523"),
        ("(RA-64523)", "RA-64523"),
        ("RA-64523\u200b", "RA-64523"),
        ("\ufeffRA-64523\n", "RA-64523"),
        ("ＲＡ－６４５２３", "RA-64523"),
        ("reg: ra64523", "RA-64523"),
        ("RA-0217G", "RA-0217G"),
        ("ra0217g", "RA-0217G"),
        ("n899dn", "N899DN"),
        ("N-899DN", "N899DN"),
        ("N 899 DN", "N899DN"),
        ("N1", "N1"),
        ("ja13xj", "JA13XJ"),
        ("JA-13XJ", "JA13XJ"),
        ("HL-7200", "HL7200"),
        ("UK-32011", "UK32011"),
        ("EW001PA", "EW-001PA"),
        ("daiba", "D-AIBA"),
        ("gabcd", "G-ABCD"),
        ("cfabc", "C-FABC"),
        ("cstnp", "CS-TNP"),
        ("fgxxx", "F-GXXX"),
        ("hbjmf", "HB-JMF"),
        ("tcjvf", "TC-JVF"),
        ("bhxa", "B-HXA"),
        ("a6eda", "A6-EDA"),
        ("9vswa", "9V-SWA"),
        ("rpc1234", "RP-C1234"),
        ("cut1234", "CU-T1234"),
        ("21512", "21512"),
        ("09-0540", "09-0540"),
        ("60+01", "60+01"),
        ("T.18-1", "T.18-1"),
        ("mm62293", "MM62293"),
        ("927", "927"),
        ("C172", "C172"),
    ],
)
def test_a_registration_is_written_as_on_paper(typed: str, meant: str) -> None:
    assert normalise_registration(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-",
        "—",
        "A",
        "Moscow",
        "TWR",
        "zzzzzz",
        "14FC0B",
        "AC134A",
        "~14fc0b",
        "000000",
        "FFFFFF",
        "../../etc/passwd",
        "RA-64523/../x",
        "RA-64523; DROP TABLE",
        "RA-64523\x00",
        "RA-64523 (Tu-214)",
        "http://x/RA-64523",
        "RA-645231234567",
        "N" * 1000,
        "ЩЖ-12345",
        "RA-٦٤٥٢٣",
        "ß1",
        "🛩",
        "ЕW-001РА",  # EW-001PA by look, EW-001RA by sound: two registrations
    ],
)
def test_what_is_no_registration_gives_none(typed: str) -> None:
    assert normalise_registration(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "14FC0B",
        "14fc0b",
        " 14fc0b ",
        "0x14FC0B",
        "icao:14fc0b",
        "ICAO 14FC0B",
        "icao24=0x14fc0b",
        "hex: 14fc0b",
        "“14fc0b”",
        "14FС0В",  # Cyrillic С and В
        "１４ＦＣ０Ｂ",
    ],
)
def test_an_address_as_typed(typed: str) -> None:
    assert parse_icao24(typed) == "14fc0b"


@pytest.mark.parametrize(
    "typed",
    ["", "zzzzzz", "14fc0", "14fc0b0", "1234567", "~14fc0b", "icao:~14fc0b", "000000", "ffffff",
     "0x000000", "icao:FFFFFF", "14fc-0b", "14 fc 0b", "0x", "../../etc/passwd", "14fc0g",
     "-4fc0b"],
)  # fmt: skip
def test_what_is_no_address_gives_none(typed: str) -> None:
    assert parse_icao24(typed) is None


@pytest.mark.parametrize(
    ("typed", "registrations", "icao24"),
    [
        ("AC134A", (), "ac134a"),  # no register writes like this: an address
        ("C172", ("C172",), None),
        ("165834", ("165834",), "165834"),  # a US Navy serial, or an address
        ("B12345", ("B-12345",), "b12345"),  # Taiwan, or an address
        ("3DCABC", ("3DC-ABC",), "3dcabc"),  # Eswatini, or an address
        ("B-12345", ("B-12345",), None),
        ("reg:165834", ("165834",), None),
        ("reg:14fc0b", ("14FC0B",), None),
        ("icao:165834", (), "165834"),
        ("ЕW-001РА", ("EW-001PA", "EW-001RA"), None),
        ("reg:EW-001PA", ("EW-001PA",), None),
    ],
)
def test_every_reading_is_told(
    typed: str, registrations: tuple[str, ...], icao24: str | None
) -> None:
    found = readings(typed)
    assert (found.registrations, found.icao24) == (registrations, icao24)


typed_text = st.one_of(
    st.text(max_size=80),
    st.from_regex(r"[A-Za-zА-я0-9~ .+«»–−-]{0,14}", fullmatch=True),
    st.from_regex(r"(?:0x|icao:|~|reg:)?[0-9a-fA-F]{5,7}", fullmatch=True),
)


@given(typed_text)
@example("ŉ-1")
@example("İ1")
@example("ﬁ-12")
def test_any_text_is_read_without_raising_and_reading_again_changes_nothing(typed: str) -> None:
    registration = normalise_registration(typed)
    icao24 = parse_icao24(typed)
    if registration is not None:
        assert registration.isascii()
        assert registration == registration.upper()
        assert 2 <= len(registration_key(registration)) <= 12
        # Six hex digits read as a registration only where the asker said so.
        assert normalise_registration(f"reg:{registration}") == registration
        assert normalise_registration(registration) in (registration, None)
    if icao24 is not None:
        assert len(icao24) == 6
        assert set(icao24) <= set("0123456789abcdef")
        assert "~" not in typed
        assert parse_icao24(icao24) == icao24


@given(st.integers(0, 99_999), st.sampled_from(["-", "", " ", "–", " - "]), st.booleans())
def test_every_russian_number_in_every_spelling(number: int, hyphen: str, cyrillic: bool) -> None:
    typed = f"{'РА' if cyrillic else 'ra'}{hyphen}{number:05d}"
    assert normalise_registration(typed) == f"RA-{number:05d}"
    assert rule_icao24(f"RA-{number:05d}") == f"{0x140000 + number:06x}"


@pytest.mark.realdata
def test_real_registries_keep_their_spelling() -> None:
    flat = json.loads(shared("registry/tar1090db_ru_by.json").read_text())
    shard = json.loads(gzip.decompress(shared("registry/tar1090db_3.js").read_bytes()))
    with shared("registry/plane-alert-db_RU_BY.csv").open(encoding="utf-8") as lines:
        fleets = [row["$Registration"] for row in csv.DictReader(lines)]
    shard.pop("children")
    listed = [row[0] for rows in (flat, shard) for row in rows.values() if row[0]] + fleets
    assert len(listed) > 21_000
    kept = [r for r in listed if normalise_registration(r) == r]
    # The rest are towers, ground vehicles, first names and single digits.
    assert len(kept) / len(listed) > 0.99
    without = [r for r in kept if "-" in r and normalise_registration(r.replace("-", "")) == r]
    hyphened = [r for r in kept if "-" in r]
    # The rest are military serials, whose hyphen nobody can guess.
    print(f"kept {len(kept)}/{len(listed)}; hyphen restored {len(without)}/{len(hyphened)}")
    assert len(without) / len(hyphened) > 0.98
