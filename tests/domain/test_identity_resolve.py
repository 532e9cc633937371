"""Which aircraft is meant on a date, when sources agree, disagree, or say nothing."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import IdentityStatement, StatementBasis
from service.domain.identity.resolve import lookup, resolve, resolve_over, rule_icao24
from service.errors import UnknownAircraft
from tests.realdata import shared

DAY = date(2020, 8, 18)


def says(
    source: str,
    registration: str,
    icao24: str,
    *,
    since: date | None = None,
    until: date | None = None,
    type_code: str = "",
    basis: StatementBasis = "registry",
) -> IdentityStatement:
    return IdentityStatement(
        source=source,
        registration=registration,
        icao24=icao24,
        type_code=type_code,
        valid_from=since,
        valid_to=until,
        basis=basis,
    )


def test_a_statement_establishes_the_aircraft() -> None:
    found = resolve("РА64523", DAY, [says("db", "RA-64523", "14fc0b", type_code="T204")])
    assert found.asked_by == "registration"
    assert found.registration == "RA-64523"
    assert found.established is not None
    assert found.established.icao24 == "14fc0b"
    assert found.established.type_code == "T204"
    assert not found.established.by_rule
    assert found.note == ""


def test_without_a_statement_the_rule_speaks_and_says_so() -> None:
    found = resolve("RA-64523", DAY, [])
    assert found.established is not None
    assert found.established.icao24 == "14fc0b"
    assert found.established.by_rule
    assert [s.basis for s in found.established.statements] == ["rule"]
    assert "fallback and no fact" in found.note


def test_without_a_statement_or_a_rule_nothing_is_established() -> None:
    found = resolve("EW-001PA", DAY, [says("db", "EW-002PA", "510002")])
    assert found.candidates == ()
    assert found.established is None
    assert "No source we hold gives EW-001PA an address" in found.note


def test_sources_that_disagree_are_kept_and_named() -> None:
    found = resolve(
        "RA-64524",
        DAY,
        [says("tar1090-db", "RA-64524", "15fc0c"), says("plane-alert-db", "RA-64524", "14fc0c")],
    )
    assert found.established is None
    assert [c.icao24 for c in found.candidates] == ["14fc0c", "15fc0c"]
    assert not any(c.by_rule for c in found.candidates)
    assert "14fc0c (plane-alert-db), 15fc0c (tar1090-db)" in found.note


def test_a_statement_beats_the_rule_and_the_note_tells() -> None:
    found = resolve("RA-64524", DAY, [says("tar1090-db", "RA-64524", "15fc0c")])
    assert found.established is not None
    assert found.established.icao24 == "15fc0c"
    assert "numbering rule would say 14fc0c" in found.note


def test_the_date_picks_among_two_addresses_of_one_registration() -> None:
    handover = date(2018, 5, 1)
    known = [
        says("reg", "EI-ABC", "4ca001", until=handover),
        says("reg", "EI-ABC", "4ca002", since=handover),
    ]
    for day, icao24 in [
        (handover - timedelta(days=1), "4ca001"),
        (handover, "4ca002"),
        (DAY, "4ca002"),
    ]:
        found = resolve("EI-ABC", day, known)
        assert found.established is not None
        assert found.established.icao24 == icao24


def test_the_date_picks_among_two_registrations_of_one_address() -> None:
    handover = date(2018, 5, 1)
    known = [
        says("reg", "EI-ABC", "4ca001", until=handover),
        says("reg", "EI-XYZ", "4ca001", since=handover),
    ]
    before = resolve("4ca001", handover - timedelta(days=1), known)
    after = resolve("4CA001", handover, known)
    assert (before.registration, after.registration) == ("EI-ABC", "EI-XYZ")
    assert before.established is not None
    assert after.established is not None
    assert resolve("EI-ABC", DAY, known).established is None
    assert (
        "only for other times: 4ca001 (reg until 2018-05-01)" in resolve("EI-ABC", DAY, known).note
    )


NEXT = DAY + timedelta(days=1)


def test_a_look_up_on_either_utc_date_of_a_local_day_speaks_for_it() -> None:
    known = [says("trace", "RA-64523", "14fc0b", since=NEXT, until=NEXT + timedelta(days=1))]
    alone = resolve("RA-64523", DAY, known).established
    assert alone is not None
    assert alone.by_rule
    for days in ([DAY, NEXT], [NEXT, NEXT + timedelta(days=1)]):
        found = resolve_over("RA-64523", days, known).established
        assert found is not None
        assert not found.by_rule
        assert found.statements == tuple(known)
    by_address = resolve_over("14fc0b", [DAY, NEXT], known)
    assert by_address.registration == "RA-64523"


def test_two_utc_dates_that_disagree_leave_it_open() -> None:
    known = [
        says("a", "EI-ABC", "4ca001", until=NEXT),
        says("b", "EI-ABC", "4ca002", since=NEXT),
    ]
    found = resolve_over("EI-ABC", [DAY, NEXT], known)
    assert [candidate.icao24 for candidate in found.candidates] == ["4ca001", "4ca002"]
    disputed = [*known, says("c", "EI-ABC", "4ca003", since=NEXT)]
    assert resolve_over("EI-ABC", [DAY, NEXT], disputed).established is None


def test_an_address_renamed_on_that_day_is_still_the_aircraft() -> None:
    known = [
        says("reg", "EI-ABC", "4ca001", until=NEXT, type_code="B738"),
        says("reg", "EI-XYZ", "4ca001", since=NEXT),
    ]
    found = resolve_over("4ca001", [DAY, NEXT], known)
    assert found.registration == ""
    assert found.established is not None
    assert found.established.icao24 == "4ca001"
    assert set(found.established.statements) == set(known)


def test_over_one_date_it_is_as_on_that_date() -> None:
    known = [says("db", "RA-64523", "14fc0b", type_code="T204")]
    assert resolve_over("RA-64523", [DAY], known) == resolve("RA-64523", DAY, known)
    assert resolve_over("RA-64523", [DAY], []) == resolve("RA-64523", DAY, [])


def test_an_answer_that_names_its_day_is_given_for_each() -> None:
    note = resolve_over("4ca001", [DAY, NEXT], [says("db", "", "4ca001")]).note
    assert f"For {DAY} no source names" in note
    assert f"For {NEXT} no source names" in note


def test_an_undated_listing_gives_way_where_it_is_explained() -> None:
    known = [
        says("reg", "EI-ABC", "4ca001", since=date(2015, 1, 1), until=date(2021, 1, 1)),
        says("reg", "EI-ABC", "4ca002", since=date(2021, 1, 1)),
        says("snapshot", "EI-ABC", "4ca002"),
    ]
    found = resolve("EI-ABC", DAY, known)
    assert found.established is not None
    assert found.established.icao24 == "4ca001"
    assert "4ca002 (snapshot) is undated" in found.note


def test_an_undated_listing_that_nobody_explains_is_a_disagreement() -> None:
    known = [
        says("reg", "EI-ABC", "4ca001", since=date(2015, 1, 1)),
        says("db", "EI-ABC", "4ca002"),
    ]
    found = resolve("EI-ABC", DAY, known)
    assert found.established is None
    assert [c.icao24 for c in found.candidates] == ["4ca001", "4ca002"]


def test_an_undated_listing_does_not_silently_override_dates() -> None:
    known = [
        says("reg", "EI-ABC", "4ca001", until=date(2019, 1, 1)),
        says("db", "EI-ABC", "4ca001"),
    ]
    found = resolve("EI-ABC", DAY, known)
    assert found.established is not None
    assert [s.source for s in found.established.statements] == ["db"]
    assert "rests on undated statements (db), and reg dates it until 2019-01-01" in found.note


def test_the_rule_does_not_silently_override_dates() -> None:
    found = resolve("RA-64523", DAY, [says("reg", "RA-64523", "14fc0b", until=date(2019, 1, 1))])
    assert found.established is not None
    assert found.established.by_rule
    assert "only for other times: 14fc0b (reg until 2019-01-01)" in found.note


def test_the_rule_establishes_nothing_where_it_failed_at_another_time() -> None:
    found = resolve("RA-64524", DAY, [says("reg", "RA-64524", "15fc0c", until=date(2019, 1, 1))])
    assert found.established is None
    assert {(c.icao24, c.by_rule) for c in found.candidates} == {
        ("14fc0c", True),
        ("15fc0c", False),
    }


def test_the_rule_establishes_nothing_where_its_address_is_somebody_elses() -> None:
    found = resolve("RA-64523", DAY, [says("db", "RF-64523", "14fc0b")])
    assert found.established is None
    assert {c.registration for c in found.candidates} == {"RA-64523", "RF-64523"}
    assert "Address 14fc0b is also given to RF-64523 (db)" in found.note


def test_an_address_that_bears_two_registrations_establishes_neither() -> None:
    known = [says("a", "EI-ABC", "4ca001"), says("b", "EI-XYZ", "4ca001")]
    for typed in ("EI-ABC", "EI-XYZ"):
        found = resolve(typed, DAY, known)
        assert found.established is None
        assert {c.registration for c in found.candidates} == {"EI-ABC", "EI-XYZ"}


def test_an_address_alone_is_an_aircraft_without_a_name() -> None:
    found = resolve("icao:14fc0b", DAY, [])
    assert found.asked_by == "icao24"
    assert found.registration == ""
    assert found.established is not None
    assert found.established.registration == ""
    assert not found.established.by_rule
    assert "RA-64523 (or RF-64523, a state aircraft): no fact" in found.note


def test_an_address_with_a_disputed_name_stays_the_aircraft_asked_about() -> None:
    found = resolve("4ca001", DAY, [says("a", "EI-ABC", "4ca001"), says("b", "EI-XYZ", "4ca001")])
    assert found.established is not None
    assert found.established.registration == ""
    assert len(found.established.statements) == 2
    assert "EI-ABC (a), EI-XYZ (b)" in found.note


def test_a_name_that_is_also_listed_elsewhere_is_told() -> None:
    known = [says("a", "RA-64524", "14fc0c"), says("b", "RA-64524", "15fc0c")]
    found = resolve("14fc0c", DAY, known)
    assert found.registration == "RA-64524"
    assert "also listed under 15fc0c (b)" in found.note


def test_addresses_with_a_tilde_never_match() -> None:
    known = [says("db", "RA-64523", "~14fc0b"), says("db", "EW-001PA", "~510001")]
    assert resolve("EW-001PA", DAY, known).candidates == ()
    by_rule = resolve("RA-64523", DAY, known).established
    assert by_rule is not None
    assert by_rule.by_rule
    assert resolve("14fc0b", DAY, known).registration == ""


def test_statements_that_can_say_nothing_are_left_out() -> None:
    known = [
        says("db", "EW-001PA", "000000"),
        says("db", "EW-001PA", "zzzzzz"),
        says("db", "EW-001PA", "510001", since=DAY, until=DAY),
        says("db", "EW-001PA", "510001", since=DAY, until=DAY - timedelta(days=9)),
        says("rule", "EW-001PA", "510001", basis="rule"),
    ]
    assert resolve("EW-001PA", DAY, known).candidates == ()


def test_sources_spell_registrations_differently() -> None:
    found = resolve(
        "UK-32011", DAY, [says("a", "UK32011", "507c01"), says("b", "uk-32011 ", "507C01")]
    )
    assert found.established is not None
    assert len(found.established.statements) == 2


def test_types_that_disagree_are_all_carried() -> None:
    known = [
        says("a", "EI-ABC", "4ca001", type_code="B738", basis="lookup"),
        says("b", "EI-ABC", "4ca001", type_code="B737"),
        says("c", "", "4ca001", type_code="B739", basis="lookup"),
    ]
    candidate = resolve("EI-ABC", DAY, known).established
    assert candidate is not None
    assert candidate.type_code == "B737"
    assert {s.type_code for s in candidate.statements} == {"B737", "B738", "B739"}


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("~14fc0b", "is not an ICAO address"),
        ("zzzzzz", "neither a registration"),
        ("ffffff", "nobody's"),
        ("", "neither a registration"),
        ("../../etc/passwd", "neither a registration"),
        ("x" * 500, "too long"),
        ("a\x1b[31mb\u202e/", "a?[31mb?/"),
        ("165834", "write reg:165834 or icao:165834"),
        ("B12345", "write reg:B-12345 or icao:b12345"),
        ("ЕW-001РА", "write reg:EW-001PA or reg:EW-001RA"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(typed: str, part: str) -> None:
    with pytest.raises(UnknownAircraft) as caught:
        resolve(typed, DAY, [])
    assert part in str(caught.value)
    assert str(caught.value).isprintable()


def test_two_readings_are_decided_by_what_sources_know() -> None:
    navy = says("db", "165834", "ae1234")
    russian = says("db", "RF-90001", "165834")
    as_serial = resolve("165834", DAY, [navy])
    assert as_serial.established is not None
    assert as_serial.established.icao24 == "ae1234"
    assert "more than one way" in as_serial.note
    as_address = resolve("165834", DAY, [russian])
    assert as_address.established is not None
    assert as_address.established.icao24 == "165834"
    assert resolve("165834", DAY, [navy, russian]).established is None
    lukashenko = resolve("ЕW-001РА", DAY, [says("db", "EW-001PA", "510001")])
    assert lukashenko.registration == "EW-001PA"
    assert lukashenko.established is not None


def test_what_to_fetch_statements_by() -> None:
    assert lookup("ра-64523").registrations == ("RA-64523",)
    assert lookup("ра-64523").icao24s == ("14fc0b",)
    assert lookup("14fc0b").icao24s == ("14fc0b",)
    assert lookup("165834").registrations == ("165834",)
    with pytest.raises(UnknownAircraft):
        lookup("zzzzzz")


# --- properties ---------------------------------------------------------------------------------

days = st.one_of(st.none(), st.dates(date(2019, 1, 1), date(2022, 1, 1)))
a_statement = st.builds(
    says,
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["RA-64523", "RA-64524", "RF-64523", "ra64523", "EW-001PA", ""]),
    st.sampled_from(["14fc0b", "14fc0c", "15fc0c", "510001", "~14fc0b", "14FC0B", "zzzzzz"]),
    since=days,
    until=days,
    type_code=st.sampled_from(["", "T204", "B738"]),
    basis=st.sampled_from(["registry", "lookup", "report", "rule"]),
)
known_sets = st.lists(a_statement, max_size=8)
asked = st.sampled_from(["RA-64523", "РА64524", "EW-001PA", "14fc0b", "15fc0c", "icao:510001"])


@given(asked, st.dates(date(2018, 6, 1), date(2022, 6, 1)), known_sets, st.randoms())
def test_order_and_doubles_change_nothing(
    typed: str, on: date, known: list[IdentityStatement], random: object
) -> None:
    shuffled = known + known[:2]
    assert hasattr(random, "shuffle")
    random.shuffle(shuffled)
    assert resolve(typed, on, shuffled) == resolve(typed, on, known)


@given(asked, st.dates(date(2018, 6, 1), date(2022, 6, 1)), known_sets)
def test_what_is_established_is_said_for_the_date_and_contradicted_by_nobody(
    typed: str, on: date, known: list[IdentityStatement]
) -> None:
    found = resolve(typed, on, known)
    one = found.established
    assert "~" not in "".join(c.icao24 for c in found.candidates)
    if found.asked_by == "icao24":
        assert one is not None
        assert one.icao24 == typed.removeprefix("icao:")
        assert not one.by_rule
    if one is None:
        return
    for s in one.statements:
        assert s.valid_from is None or s.valid_from <= on
        assert s.valid_to is None or on < s.valid_to
        assert s.icao24.lower() == one.icao24
    if found.asked_by == "registration":
        assert one.registration == found.registration
        assert one.by_rule or one.statements
        for s in known:
            in_force = (
                s.basis != "rule"
                and s.valid_from is not None
                and s.valid_to is not None
                and s.valid_from <= on < s.valid_to
                and len(s.icao24) == 6
                and s.icao24 != "zzzzzz"
                and s.registration.upper().replace("-", "") == one.registration.replace("-", "")
            )
            # Whoever dates this registration to this day, dates it to this address.
            assert not in_force or s.icao24.lower() == one.icao24


@given(asked, st.dates(date(2018, 6, 1), date(2022, 6, 1)), known_sets)
def test_the_rule_speaks_only_where_no_statement_does(
    typed: str, on: date, known: list[IdentityStatement]
) -> None:
    found = resolve(typed, on, known)
    by_rule = [c for c in found.candidates if c.by_rule]
    for c in by_rule:
        assert c.icao24 == rule_icao24(found.registration)
        assert "no fact" in found.note
        undated = [s for s in known if s.registration == c.registration and s.basis != "rule"]
        assert not any(
            s.icao24.lower() in ("14fc0b", "14fc0c", "15fc0c", "510001")
            and s.valid_from is None
            and s.valid_to is None
            for s in undated
        )


@given(st.text(max_size=80), known_sets)
def test_any_text_resolves_or_is_refused_by_name(
    typed: str, known: list[IdentityStatement]
) -> None:
    try:
        told = resolve(typed, DAY, known).note
    except UnknownAircraft as refused:
        told = str(refused)
        assert told
    assert told.isprintable()


# --- real registers -----------------------------------------------------------------------------


@pytest.mark.realdata
def test_the_real_disagreement_about_ra_64524() -> None:
    register = json.loads(shared("registry/tar1090db_ru_by.json").read_text())
    known = [
        says("tar1090-db", row[0], icao24.lower(), type_code=row[1] or "")
        for icao24, row in register.items()
        if row[0]
    ]
    with shared("registry/plane-alert-db_RU_BY.csv").open(encoding="utf-8") as lines:
        known += [
            says(
                "plane-alert-db", r["$Registration"], r["$ICAO"].lower(), type_code=r["$ICAO Type"]
            )
            for r in csv.DictReader(lines)
        ]
    disputed = resolve("РА-64524", DAY, known)
    assert disputed.established is None
    assert [c.icao24 for c in disputed.candidates] == ["14fc0c", "15fc0c"]
    assert "14fc0c (plane-alert-db, tar1090-db)" in disputed.note
    assert "15fc0c (tar1090-db)" in disputed.note
    mission = resolve("RA-64523", DAY, known).established
    assert mission is not None
    assert (mission.icao24, mission.type_code, mission.by_rule) == ("14fc0b", "T204", False)
    assert resolve("14fc0b", DAY, known).registration == "RA-64523"
    again = [replace(s, source="copy") for s in known if s.registration == "RA-64523"]
    assert resolve("RA-64523", DAY, known + again).established is not None


@given(asked, st.dates(date(2018, 6, 1), date(2022, 6, 1)), known_sets)
def test_over_several_dates_nothing_is_established_that_is_disputed_on_one(
    typed: str, on: date, known: list[IdentityStatement]
) -> None:
    each = [resolve(typed, day, known) for day in (on, on + timedelta(days=1))]
    over = resolve_over(typed, [on, on + timedelta(days=1)], known)
    stated = {
        one.established.icao24 for one in each if one.established and not one.established.by_rule
    }
    if over.established is not None and not over.established.by_rule:
        assert stated == {over.established.icao24}
    for one in each:
        if len(one.candidates) > 1 and not any(c.by_rule for c in one.candidates):
            assert over.established is None


@given(asked, st.dates(date(2018, 6, 1), date(2022, 6, 1)), known_sets)
def test_a_day_asked_twice_is_asked_once(
    typed: str, on: date, known: list[IdentityStatement]
) -> None:
    once = resolve(typed, on, known)
    assert resolve_over(typed, [on, on], known) == resolve_over(typed, [on], known)
    if once.established is not None and not once.established.by_rule:
        assert resolve_over(typed, [on, on], known) == once
