"""What reports say, which of them are one voice, and which cannot both be true."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from schemas.places import Airport
from schemas.records import Report
from schemas.verdicts import Interval
from service.domain.verdict.reports import (
    ReportedVisit,
    clashes,
    independent_groups,
    names_of,
    origins_of,
    visits_at,
    visits_of,
    voices_of,
)
from tests.domain.asking import report
from tests.domain.cases import HEATHROW, MINSK, airport, at, off

DAY = Interval(t_from=at("00:00"), t_to=at("24:00"))


def told_by(publisher: str, *rests_on: str, url: str = "", source: str = "press") -> Report:
    made = report(at("14:17"), publisher=publisher, rests_on=rests_on, source=source)
    return replace(made, url=url)


def test_an_airport_goes_by_many_codes() -> None:
    known = replace(MINSK, iata="MSQ", local="", aliases=("UMM2",))
    assert names_of(known) == {"UMMS", "MSQ", "UMM2"}
    assert names_of(replace(known, local="MSQ2")) == {"UMMS", "MSQ", "UMM2", "MSQ2"}


def test_a_flight_is_two_visits_in_time_order() -> None:
    flight = report(at("14:17"), t_off=at("13:00"))
    found = visits_of([flight])
    assert [(v.role, v.code, v.t) for v in found] == [
        ("departed", "UUWW", at("13:00")), ("arrived", "UMMS", at("14:17")),
    ]  # fmt: skip


def test_an_end_needs_both_an_airport_and_a_time() -> None:
    assert visits_of([report(None, t_off=None)]) == ()
    assert visits_of([report(at("14:17"), "", t_off=at("13:00"), origin="")]) == ()


def test_visits_at_an_airport_within_the_interval() -> None:
    def visits(clock: str, code: str = "UMMS", place: Airport = MINSK) -> int:
        return len(visits_at(place, visits_of([report(at(clock), code)]), DAY))

    assert visits("14:17") == 1
    assert visits("00:00") == 1
    assert visits("24:00") == 0
    assert visits("14:17", "EGLL") == 0
    assert visits("14:17", "MSQ", replace(MINSK, iata="MSQ")) == 1


def test_a_report_rests_on_what_it_cites_or_on_its_publisher() -> None:
    assert origins_of(told_by("dolce24.ru", "Flightradar24")) == {"flightradar24"}
    assert origins_of(told_by("Dolce24.ru")) == {"dolce24"}
    assert origins_of(told_by("dolce24.ru", " ", "")) == {"dolce24"}
    assert origins_of(told_by("", url="https://www.b.by/news?id=1")) == {"b"}
    assert origins_of(told_by("", source="opensky_flightlist")) == {"opensky_flightlist"}
    assert voices_of(told_by("dolce24.ru", "Flightradar24")) == {"flightradar24", "dolce24"}


def test_one_origin_has_one_spelling() -> None:
    for spelling in (
        "Flightradar24",
        "FLIGHTRADAR24.com",
        " https://www.flightradar24.com/data/x",
        "www.flightradar24.com",
    ):
        assert origins_of(told_by("a", spelling)) == {"flightradar24"}


def test_reports_that_share_a_voice_are_one_group() -> None:
    a, b = told_by("a", "fr24"), told_by("b", "FR24")
    c, copy_of_a = told_by("c", "tower"), told_by("d", "a.ru")
    assert [len(group) for group in independent_groups([a])] == [1]
    assert {frozenset(g) for g in independent_groups([a, b, c])} == {
        frozenset({a, b}), frozenset({c}),
    }  # fmt: skip
    assert [set(g) for g in independent_groups([a, copy_of_a])] == [{a, copy_of_a}]
    assert independent_groups([]) == ()


def test_a_report_that_joins_two_groups_makes_them_one() -> None:
    a, b = told_by("a", "fr24"), told_by("b", "tower")
    both = told_by("z", "fr24", "tower")
    for order in permutations((a, b, both)):
        (group,) = independent_groups(order)
        assert set(group) == {a, b, both}


def clashing(minutes_apart: str, run_nm: float, v_max_kt: float = 720.0) -> bool:
    """Whether a report at Minsk at 14:00 clashes with one of a place so far away."""
    there = airport("XXXX", *off(MINSK, 90, run_nm), "UTC")
    ours = visits_of([report(at("14:00"), publisher="a")])
    other = visits_of([report(at(minutes_apart), "XXXX", publisher="b")])
    return bool(clashes(ours, other, MINSK, {"XXXX": there}, v_max_kt))


def test_reports_clash_when_no_aircraft_can_have_done_both() -> None:
    # Half an hour of each is given away, 4 NM around each airport, 0.6 % of the way: 728 NM and
    # 0.6 % in an hour.
    assert clashing("14:00", 733.0)
    assert not clashing("14:00", 731.8)
    assert clashing("14:10", 853.5)
    assert clashing("13:50", 853.5)
    assert not clashing("14:10", 852.0)
    assert not clashing("13:50", 852.0)
    assert not clashing("14:00", 733.0, v_max_kt=721.0)
    assert not clashing("14:00", 0.0)


def test_reports_of_one_voice_do_not_clash() -> None:
    ours = visits_of([told_by("a", "fr24")])
    other = visits_of([replace(told_by("b", "fr24"), destination="EGLL")])
    stranger = visits_of([replace(told_by("b", "tower"), destination="EGLL")])
    assert clashes(ours, other, MINSK, {"EGLL": HEATHROW}, 720.0) == ()
    assert clashes(ours, stranger, MINSK, {"EGLL": HEATHROW}, 720.0) == ((ours[0], stranger[0]),)


def test_a_place_nobody_knows_clashes_with_nothing() -> None:
    ours = visits_of([report(at("14:00"), publisher="a")])
    other = visits_of([report(at("14:00"), "EGLL", publisher="b")])
    assert clashes(ours, other, MINSK, {}, 720.0) == ()


def test_every_pair_is_told() -> None:
    ours = visits_of([report(at("14:00"), publisher="a"), report(at("14:05"), publisher="c")])
    other = visits_of([report(at("14:00"), "EGLL", publisher="b")])
    found = clashes(ours, other, MINSK, {"EGLL": HEATHROW}, 720.0)
    assert found == ((ours[0], other[0]), (ours[1], other[0]))
    assert all(isinstance(visit, ReportedVisit) for pair in found for visit in pair)
