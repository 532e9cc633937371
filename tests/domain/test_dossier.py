"""What is held on one aircraft: whose it is, and how much of its track is looked at."""

from __future__ import annotations

from datetime import timedelta

from schemas.movements import Segment
from schemas.verdicts import Evidence, Identity, Interval
from service.domain.verdict.dossier import Dossier
from service.domain.verdict.speeds import ANY, JET
from tests.domain.asking import (
    BY_RULE,
    ESTABLISHED,
    NOBODY,
    TWO_ADDRESSES,
    asked,
    evidence,
    heard,
    identity,
    known_as,
    report,
)
from tests.domain.cases import MINSK, NOW, OTHER, VNUKOVO, at, on, parked, segment, span

PERIOD = Interval(t_from=at("06:00"), t_to=at("18:00"))


def dossier(*items: object, who: Identity = ESTABLISHED) -> Dossier:
    held: Evidence = evidence(*items, identity=who)
    return Dossier(MINSK, held, NOW, PERIOD)


def stretch(t_from: str, t_to: str, source: str = "adsblol") -> Segment:
    return parked(at(t_from), at(t_to), on(MINSK), source)


def looked_at(*clocks: tuple[str, str]) -> list[str]:
    """When the stretches begin that are looked at closely."""
    return [f"{p.segment.first.t:%H:%M}" for p in dossier(*(stretch(*c) for c in clocks)).usable]


def test_the_track_in_the_period_and_next_to_it_is_looked_at() -> None:
    every = [("01:00", "01:30"), ("02:00", "02:30"), ("07:00", "08:00"), ("10:00", "11:00"),
             ("19:00", "20:00"), ("21:00", "22:00")]  # fmt: skip
    assert looked_at(*every) == ["02:00", "07:00", "10:00", "19:00"]


def test_what_touches_the_periods_edge_lies_in_it() -> None:
    assert looked_at(("01:00", "01:30"), ("05:00", "06:00")) == ["01:00", "05:00"]
    assert looked_at(("18:00", "19:00"), ("20:00", "21:00")) == ["18:00", "20:00"]
    assert looked_at(("05:00", "19:00")) == ["05:00"]


def test_the_last_before_is_the_one_that_ends_last() -> None:
    assert looked_at(("01:00", "05:00"), ("02:00", "03:00")) == ["01:00"]


def test_with_nothing_in_the_period_the_neighbours_are_looked_at() -> None:
    assert looked_at(("01:00", "02:00"), ("03:00", "04:00"), ("19:00", "20:00")) == [
        "03:00",
        "19:00",
    ]
    assert looked_at() == []


def test_speed_counts_from_the_whole_track() -> None:
    slow = stretch("10:00", "11:00")
    fast = parked(at("01:00"), at("02:00"), on(MINSK), max_gs_kt=900.0)
    assert dossier(slow).speed_class == JET
    assert dossier(slow).v_max_kt == JET.v_max_kt
    assert dossier(slow, fast, stretch("03:00", "04:00")).speed_class == ANY
    assert dossier(slow, fast, stretch("03:00", "04:00")).v_max_kt == ANY.v_max_kt
    faster = parked(at("01:00"), at("02:00"), on(MINSK), max_gs_kt=2_000.0)
    assert dossier(slow, faster).v_max_kt == 2_000.0
    unheard = parked(at("01:00"), at("02:00"), on(MINSK), max_gs_kt=None)
    assert dossier(unheard).v_max_kt == JET.v_max_kt
    assert dossier(slow, who=NOBODY).speed_class == ANY


def test_an_unusable_track_is_held_and_not_looked_at() -> None:
    doubtful = parked(at("10:00"), at("11:00"), on(MINSK), usable=False)
    assert len(dossier(doubtful).segments) == 1
    assert dossier(doubtful).usable == ()


def test_who_is_established() -> None:
    assert dossier().is_established
    assert not dossier(who=BY_RULE).is_established
    assert not dossier(who=NOBODY).is_established
    assert not dossier(who=TWO_ADDRESSES).is_established
    assert not dossier(who=identity(known_as(""))).is_established
    assert dossier(who=identity(known_as(by_rule=True), asked_by="icao24")).is_established


def test_what_is_held_by_address() -> None:
    def held(*items: object, who: Identity = TWO_ADDRESSES) -> bool:
        return dossier(*items, who=who).has_anything_by_address

    assert held(stretch("10:00", "11:00"))
    assert held(span(at("10:00"), at("11:00")))
    assert not held(segment((at("10:00"), on(MINSK)), icao24=OTHER))
    assert not held(segment((at("10:00"), on(MINSK)), icao24=""), who=identity(known_as("")))
    assert held(report(at("10:00"), registration="", icao24="14fc0b"))
    assert not held(report(at("10:00"), registration="", icao24=OTHER))
    assert not held(report(at("10:00"), icao24="14fc0b"))
    assert not held()


def test_whose_reports_they_are() -> None:
    def ours(who: Identity, **names: str) -> bool:
        return bool(dossier(report(at("10:00"), **names), who=who).reports)  # type: ignore[arg-type]

    assert ours(ESTABLISHED, registration="RA-64523")
    assert ours(ESTABLISHED, registration="", icao24="14fc0b")
    assert not ours(ESTABLISHED, registration="RA-64524", icao24="14fc0b")
    assert not ours(ESTABLISHED, registration="", icao24=OTHER)
    assert not ours(ESTABLISHED, registration="", icao24="")
    assert ours(NOBODY, registration="RA-64523")
    assert not ours(NOBODY, registration="", icao24="14fc0b")
    nameless = identity(known_as(registration=""), asked_by="icao24", registration="")
    assert not ours(nameless, registration="RA-64523")
    named = identity(known_as(), asked_by="icao24", registration="")
    assert ours(named, registration="RA-64523")


def test_whose_questions_the_ledger_holds() -> None:
    here, away = "area:53.8825,28.0307,30", "area:53.8825,28.0307,5"
    names = ("14fc0b", "RA-64523", "*", "area:1", here, away, OTHER, "")
    rows = [asked(target=target) for target in names]
    assert {row.target for row in dossier(*rows).ledger} == {"14fc0b", "RA-64523", "*", here}
    assert {row.target for row in dossier(*rows, who=NOBODY).ledger} == {"RA-64523", "*", here}


def test_an_answer_needs_its_track() -> None:
    row = asked("data", at("09:00"), at("12:00"))
    assert dossier(row).answers == ()
    assert dossier(row, stretch("10:00", "11:00")).answers == (row,)


def test_others_heard_are_others() -> None:
    hour = at("10:00"), at("10:00") + timedelta(minutes=1)
    others, own = heard(*hour), heard(*hour, icao24="14fc0b")
    summed = heard(*hour, icao24="")
    assert dossier(others, own, summed).others_heard == (*others, *summed)
    assert dossier(summed, who=NOBODY).others_heard == summed
    assert dossier(heard(*hour, place=VNUKOVO)).others_heard == ()


def test_who_has_no_address_has_nothing_that_names_none() -> None:
    nameless = report(at("12:00"), registration="", icao24="")
    assert dossier(nameless, who=identity(known_as(icao24=""))).reports == ()
