"""What silence means: answers, coverage by hour, and why nothing can be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from schemas.movements import Heard
from schemas.sources import Reach
from schemas.verdicts import CoverageHour, Interval
from service.domain.verdict.coverage import (
    answered_throughout,
    circle_holds,
    coverage_hours,
    covering_sources,
    is_answer,
    reaching_sources,
    why_silent,
    without_exceptions,
)
from tests.domain.asking import asked, heard, source
from tests.domain.cases import MINSK, NOW, OTHER, at, on, parked

MORNING = Interval(t_from=at("06:00"), t_to=at("09:00"))


def hour(clock: str, icao24: str = OTHER, aircraft: int = 1, source: str = "adsblol") -> Heard:
    (one,) = heard(at(clock), at(clock) + timedelta(minutes=1), icao24=icao24, source=source)
    return replace(one, aircraft=aircraft)


def test_an_aircraft_heard_twice_in_an_hour_is_one() -> None:
    found = coverage_hours([hour("06:00"), hour("06:00"), hour("06:00", "aaaaaa")])
    assert found == (CoverageHour(source="adsblol", hour=at("06:00"), aircraft=2),)


def test_what_storage_added_up_counts_as_it_says() -> None:
    found = coverage_hours([hour("06:00", "", 7), hour("06:00", OTHER, 7)])
    assert [item.aircraft for item in found] == [8]


def test_hours_are_told_apart_by_source_and_time() -> None:
    found = coverage_hours([hour("07:00"), hour("06:00"), hour("06:00", source="opensky")])
    assert [(item.source, item.hour) for item in found] == [
        ("adsblol", at("06:00")), ("adsblol", at("07:00")), ("opensky", at("06:00")),
    ]  # fmt: skip


def test_no_data_rows_are_no_answer() -> None:
    for outcome in ("too_early", "truncated", "refused", "failed", "not_asked"):
        assert not is_answer(asked(outcome), [])
    assert is_answer(asked("empty"), [])


EVERYBODY = ("*", "area:53.8825,28.0307,30")


def test_what_could_not_be_read_is_an_exception_to_what_is_said_of_everybody() -> None:
    for target in EVERYBODY:
        said = asked("data", target=target)
        for outcome in ("truncated", "refused", "failed"):
            lost = asked(outcome)
            assert without_exceptions([said, lost]) == (lost,)
            assert without_exceptions([lost, said]) == (lost,)


def test_only_the_very_same_asking_makes_an_exception() -> None:
    said = asked("data", at("06:00"), at("09:00"), target="*")
    for other in (
        replace(asked("failed"), source="opensky"),
        replace(asked("failed"), asked_at=NOW),
        asked("failed", at("09:00"), at("10:00")),
        asked("failed", at("05:00"), at("06:00")),
        asked("failed", target="area:53.8825,28.0307,30"),
        asked("failed", target="*"),
        asked("empty"),
        asked("not_asked"),
    ):
        assert without_exceptions([said, other]) == (said, other)
    for edge in (
        asked("failed", at("08:59"), at("10:00")),
        asked("failed", at("05:00"), at("06:01")),
    ):
        assert without_exceptions([said, edge]) == (edge,)


def test_what_is_said_of_the_aircraft_itself_stands() -> None:
    rows = (asked("data", at("06:00"), at("07:00")), asked("failed"))
    assert without_exceptions(rows) == rows


def test_a_circle_answers_for_everybody() -> None:
    assert is_answer(asked("data", target="area:53.8825,28.0307,30"), [])
    assert is_answer(asked("empty", target="area:-53.8825,-28.0307,30"), [])
    assert not is_answer(asked("failed", target="area:53.8825,28.0307,30"), [])
    assert not is_answer(asked("data", target="area:1"), [])


def test_a_circle_holds_what_lies_in_it_as_a_whole() -> None:
    here = f"area:{MINSK.lat},{MINSK.lon}"
    assert circle_holds(f"{here},5.5", MINSK, 5.5)
    assert not circle_holds(f"{here},5.4", MINSK, 5.5)
    # Half a degree away is 30.02 NM, at most 30.20 on the ellipsoid.
    south = f"area:{MINSK.lat - 0.5},{MINSK.lon}"
    assert circle_holds(f"{south},35.25", MINSK, 5.0)
    assert not circle_holds(f"{south},35.15", MINSK, 5.0)
    for other in ("*", "14fc0b", "area:", "area:1,2", f"{here},5.5,1", f"x{here},99", ""):
        assert not circle_holds(other, MINSK, 0.0)


def test_data_that_we_do_not_hold_is_no_answer() -> None:
    row = asked("data", at("06:00"), at("09:00"))
    assert not is_answer(row, [])
    assert is_answer(row, [parked(at("07:00"), at("08:00"), on(MINSK))])
    assert is_answer(row, [parked(at("05:00"), at("06:00"), on(MINSK))])
    assert is_answer(row, [parked(at("08:59:59"), at("12:00"), on(MINSK))])
    assert not is_answer(row, [parked(at("09:00"), at("12:00"), on(MINSK))])
    assert not is_answer(row, [parked(at("05:00"), at("05:59:59"), on(MINSK))])
    assert not is_answer(row, [parked(at("07:00"), at("08:00"), on(MINSK), "opensky")])


def test_a_dump_of_everything_answers_without_a_track() -> None:
    assert is_answer(asked("data", target="*"), [])
    assert not is_answer(asked("truncated", target="*"), [])


def test_answers_must_join() -> None:
    def covers(*clocks: tuple[str, str], source: str = "adsblol") -> bool:
        rows = [asked("empty", at(a), at(b)) for a, b in clocks]
        return answered_throughout(MORNING, rows, source)

    assert covers(("06:00", "09:00"))
    assert covers(("05:00", "10:00"))
    assert covers(("07:00", "09:00"), ("06:00", "07:00"))
    assert covers(("06:00", "08:00"), ("06:30", "07:00"), ("07:30", "09:00"))
    assert not covers()
    assert not covers(("06:00", "08:59"))
    assert not covers(("06:01", "09:00"))
    assert not covers(("06:00", "07:00"), ("07:01", "09:00"))
    assert not covers(("06:00", "09:00"), source="opensky")


def test_a_single_moment_must_be_answered_too() -> None:
    moment = Interval(t_from=at("06:00"), t_to=at("06:00"))

    def covers(a: str, b: str) -> bool:
        return answered_throughout(moment, [asked("empty", at(a), at(b))], "adsblol")

    assert not answered_throughout(moment, [], "adsblol")
    assert covers("06:00", "07:00")
    assert covers("05:00", "06:00:01")
    assert not covers("05:00", "06:00")
    assert not covers("06:00:01", "07:00")


def covering(window: Interval, *hours: str, aircraft: int = 1) -> tuple[str, ...]:
    told = [CoverageHour(source="adsblol", hour=at(h), aircraft=aircraft) for h in hours]
    return covering_sources(window, [asked("empty")], told)


def test_every_hour_that_the_window_touches_must_be_covered() -> None:
    assert covering(MORNING, "06:00", "07:00", "08:00") == ("adsblol",)
    assert covering(MORNING, "06:00", "08:00") == ()
    assert covering(MORNING, "07:00", "08:00", "09:00") == ()
    assert covering(MORNING, "06:00", "07:00", "08:00", aircraft=0) == ()
    to_the_minute = Interval(t_from=at("06:59"), t_to=at("08:01"))
    assert covering(to_the_minute, "06:00", "07:00", "08:00") == ("adsblol",)
    assert covering(to_the_minute, "06:00", "07:00") == ()
    assert covering(to_the_minute, "07:00", "08:00") == ()


def test_a_moment_needs_its_hour() -> None:
    for clock, needs in (("06:00", "06:00"), ("06:30", "06:00"), ("06:59", "06:00")):
        moment = Interval(t_from=at(clock), t_to=at(clock))
        assert covering(moment, needs) == ("adsblol",)
        assert covering(moment, "05:00", "07:00") == ()


def test_why_it_was_silent() -> None:
    def why(*rows: object, heard_itself: bool = False) -> str:
        return why_silent(MORNING, rows, {}, NOW, heard_itself=heard_itself)  # type: ignore[arg-type]

    whole = (at("06:00"), at("09:00"))
    part = (at("06:00"), at("07:00"))
    assert why(heard_itself=True) == "coverage_unknown"
    assert why(asked("empty", *whole)) == "aircraft_silent"
    assert why(asked("data", *whole)) == "aircraft_silent"
    assert why(asked("empty", *whole), asked("failed", *whole)) == "aircraft_silent"
    assert why(asked("empty", *part), asked("failed", *whole)) == "source_down"
    assert why(asked("empty", *part), asked("too_early", *whole)) == "too_early"
    assert why(asked("empty", *part)) == "aircraft_silent"
    assert why(asked("empty", at("05:00"), at("06:00"))) == "not_asked"
    assert why(asked("empty", at("09:00"), at("10:00"))) == "not_asked"
    assert why(asked("failed", at("05:00"), at("06:00:01"))) == "source_down"
    assert why(asked("failed", at("08:59:59"), at("10:00"))) == "source_down"
    assert why(asked("not_asked", *whole)) == "not_asked"
    assert why() == "not_asked"


def test_open_archives_are_named_first() -> None:
    known = [
        source("b", open_archive=True), source("a"), source("c", kind="live", open_archive=True),
        source("d", kind="reports", open_archive=True), source("e", kind="reports"),
    ]  # fmt: skip
    found = reaching_sources(MORNING, {s.key: s for s in known}, NOW)
    assert [s.key for s in found] == ["b", "d", "a"]


def test_a_source_must_reach_one_of_the_days() -> None:
    def reaches(reach: Reach, t_from: datetime, t_to: datetime) -> bool:
        interval = Interval(t_from=t_from, t_to=t_to)
        return bool(reaching_sources(interval, {"a": source("a", reach=reach)}, NOW))

    night = (datetime(2024, 5, 9, 21, tzinfo=UTC), datetime(2024, 5, 10, 21, tzinfo=UTC))
    assert reaches(Reach(last_day=date(2024, 5, 9)), *night)
    assert reaches(Reach(first_day=date(2024, 5, 10)), *night)
    assert not reaches(Reach(first_day=date(2024, 5, 11)), *night)
    assert not reaches(Reach(last_day=date(2024, 5, 8)), *night)
    whole = (datetime(2024, 5, 9, tzinfo=UTC), datetime(2024, 5, 10, tzinfo=UTC))
    assert reaches(Reach(last_day=date(2024, 5, 9)), *whole)
    assert not reaches(Reach(first_day=date(2024, 5, 10)), *whole)
