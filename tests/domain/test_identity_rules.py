"""The states' numbering formulas, against themselves and against real registers."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.identity.address_rules import rule_icao24, rule_registration
from tests.realdata import shared, traffic_sample


@pytest.mark.parametrize(
    ("registration", "icao24"),
    [
        ("RA-64523", "14fc0b"),
        ("RA-00000", "140000"),
        ("CU-T1234", "0b04d2"),
        # Real tracks and reports (data/truth.csv).
        ("N899DN", "ac671b"),
        ("N8774Q", "ac134a"),
        ("N359DG", "a4068e"),
        ("N7499A", "aa178d"),
        ("N3423Q", "a3c78c"),
        ("JA13XJ", "8467d8"),
        ("TC-JVF", "4baac6"),
        # Both ends of the N block.
        ("N1", "a00001"),
        ("N1A", "a00002"),
        ("N1AA", "a00003"),
        ("N99999", "adf7c7"),
        ("D-AAAA", "3c4421"),
        ("D-APAA", "3c0001"),
        ("C-FAAA", "c00001"),
        ("HL7200", "71ba00"),
        ("HL7799", "71bf99"),
        ("HL8000", "71c000"),
        ("JA0000", "840000"),
        ("JA00AA", "840154"),
    ],
)
def test_known_pairs_both_ways(registration: str, icao24: str) -> None:
    assert rule_icao24(registration) == icao24
    assert rule_registration(icao24) == registration


@pytest.mark.parametrize(
    "registration",
    ["", "RA-6452", "RA-645230", "RA64523", "RA-0217G", "RF-64523", "EW-001PA", "N0", "N01", "NI1",
     "N1I", "N1O", "N123456", "N1234AB", "N12345A", "HL7800", "HL8100", "HL9999", "CU-T0999",
     "CU-T2000", "D-XAAA", "D-KAAA", "JA0", "JAAAAA", "G-ABCD", "21512", "ra-64523"],
)  # fmt: skip
def test_no_formula_no_address(registration: str) -> None:
    assert rule_icao24(registration) is None


@pytest.mark.parametrize(
    "icao24", ["", "zzzzzz", "14FC0B", "14fc0b0", "000000", "ffffff", "71ba0a", "adf7c8", "510000"]
)
def test_no_formula_no_registration(icao24: str) -> None:
    assert rule_registration(icao24) is None


blocks = [0x0B03E8, 0x140000, 0x380000, 0x390000, 0x3A0000, 0x3C0000, 0x3C4000, 0x3C8000, 0x3CC000,
          0x3D0000, 0x3D8000, 0x3E0000, 0x448000, 0x458000, 0x460000, 0x468000, 0x490000, 0x4A0000,
          0x4B8000, 0x71BA00, 0x71C000, 0x740000, 0x760000, 0x768000, 0x778000, 0x840000, 0x860000,
          0xA00000, 0xA80000, 0xAD0000, 0xC00000, 0xC04000, 0xE01000]  # fmt: skip


@given(
    st.one_of(
        st.integers(0, 0xFFFFFF),
        st.tuples(st.sampled_from(blocks), st.integers(0, 0x1FFFF)).map(sum),
    )
)
def test_an_address_comes_back_from_its_registration(address: int) -> None:
    icao24 = f"{address:06x}"
    registration = rule_registration(icao24)
    if registration is not None:
        assert rule_icao24(registration) == icao24


letters = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
registrations = st.one_of(
    st.from_regex(r"RA-[0-9]{5}", fullmatch=True),
    st.from_regex(r"CU-T1[0-9]{3}", fullmatch=True),
    st.from_regex(r"N[1-9][0-9]{0,4}[A-HJ-NP-Z]{0,2}", fullmatch=True),
    st.from_regex(r"JA[0-9]{2}(?:[0-9][0-9A-HJ-NP-Z]|[A-HJ-NP-Z]{2})", fullmatch=True),
    st.from_regex(r"HL[78][0-9]{3}", fullmatch=True),
    st.tuples(
        st.sampled_from(
            ["F-B", "F-I", "F-G", "F-H", "F-O", "D-A", "D-B", "D-C", "D-E", "D-F", "D-G", "D-H",
             "D-I", "OO-", "OY-", "OH-", "SX-", "CS-", "YR-", "TC-", "JY-", "AP-", "9V-", "YK-",
             "C-F", "C-G", "LV-"]
        ),
        letters,
    ).map("".join),
)  # fmt: skip


@given(registrations)
def test_a_registration_comes_back_from_its_address(registration: str) -> None:
    icao24 = rule_icao24(registration)
    if icao24 is None:
        # Only shapes that the sketch above draws too wide.
        assert registration.startswith(("N", "HL"))
    else:
        assert rule_registration(icao24) == registration


def test_every_n_number_has_its_own_address_without_holes() -> None:
    sample = range(0xA00001, 0xADF7C8, 97)
    names = [rule_registration(f"{address:06x}") for address in sample]
    assert None not in names
    assert len(set(names)) == len(sample)


@pytest.mark.realdata
def test_the_russian_rule_against_the_register() -> None:
    """1,780 of 1,832 five-digit RA- registrations: a fallback, not a fact."""
    register = json.loads(shared("registry/tar1090db_ru_by.json").read_text())
    listed = [
        (icao24.lower(), row[0])
        for icao24, row in register.items()
        if re.fullmatch("RA-[0-9]{5}", row[0])
    ]
    kept = [pair for pair in listed if rule_icao24(pair[1]) == pair[0]]
    print(f"Russia: {len(kept)} of {len(listed)} follow the rule")
    assert (len(kept), len(listed)) == (1780, 1832)
    # One registration stands under two addresses: the register contradicts itself.
    assert {a for a, r in listed if r == "RA-64524"} == {"14fc0c", "15fc0c"}
    assert rule_icao24("RA-64524") == "14fc0c"


@pytest.mark.realdata
def test_a_russian_address_does_not_tell_its_registration() -> None:
    """State aircraft (RF-) follow the same formula, so the way back is no name to print."""
    with shared("registry/plane-alert-db_RU_BY.csv").open(encoding="utf-8") as lines:
        fleets = [(r["$ICAO"].lower(), r["$Registration"]) for r in csv.DictReader(lines)]
    state = [(a, r) for a, r in fleets if re.fullmatch("RF-[0-9]{5}", r)]
    shared_formula = [a for a, r in state if a == f"{0x140000 + int(r[3:]):06x}"]
    print(f"RF-: {len(shared_formula)} of {len(state)} stand where the rule puts RA-")
    assert len(shared_formula) == 496
    assert all(rule_registration(a) not in {r for _, r in state} for a in shared_formula)


@pytest.mark.realdata
def test_the_german_and_french_rules_against_the_register() -> None:
    shard = json.loads(gzip.decompress(shared("registry/tar1090db_3.js").read_bytes()))
    shard.pop("children")
    outcome: Counter[tuple[str, bool]] = Counter()
    for rest, row in shard.items():
        ruled = rule_icao24(row[0] or "")
        if ruled is not None:
            outcome[row[0][0], ruled == f"3{rest.lower()}"] += 1
    print(f"Germany and France: {dict(outcome)}")
    assert outcome["D", True] == 2517
    assert outcome["D", False] == 7
    assert outcome["F", True] == 889
    assert outcome["F", False] == 10


@pytest.mark.realdata
def test_the_us_rule_against_real_receivers() -> None:
    heard: set[tuple[str, str]] = set()
    for number in range(1, 7):
        text = shared(f"live/readsb_aircraft_json/aircraft_{number}.json").read_text()
        for item in json.loads(text)["aircraft"]:
            if re.fullmatch("N[1-9][0-9A-Z]*", item.get("r", "")):
                heard.add((item["hex"], item["r"]))
    kept = [pair for pair in heard if rule_icao24(pair[1]) == pair[0]]
    print(f"United States: {len(kept)} of {len(heard)} follow the rule")
    assert len(heard) > 100
    assert len(kept) == len(heard)


def test_the_rule_against_a_real_trace_header() -> None:
    trace = json.loads(traffic_sample("readsb/trace_full_ac671b.json").read_bytes())
    assert rule_icao24(trace["r"]) == trace["icao"]
