"""Times, durations, and one flight between: each result that they can have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.judging import RESULTS
from schemas.movements import GroundSpan, Movement, Segment
from service.domain.judging.judge import whole
from tests.domain.asking import (
    NOBODY,
    report,
)
from tests.domain.cases import (
    HEATHROW,
    MINSK,
    VILNIUS,
    VNUKOVO,
    at,
    away_all_day,
    leg,
    movement,
    observed,
    on,
    rival,
    segment,
)
from tests.domain.judging.claims import article, flown, judged, known, results, said

TOLD = report(at("14:17"), t_off=at("13:00"))
FLOWN = flown()
LANDED_LOW = leg(at("10:00"), at("14:16"), on(HEATHROW), on(MINSK), alt_ft=900.0)


@pytest.mark.parametrize(
    ("clock", "zones", "result", "grade"),
    [
        ("16:00", ("Europe/Moscow",), "holds", "seen"),
        ("16:09", ("Europe/Moscow",), "holds", "seen"),
        ("15:30", ("Europe/Moscow",), "fits", "block_time"),
        ("16:11", ("Europe/Moscow",), "does_not_fit", "tracked_then"),
        ("13:00", ("Europe/Moscow",), "cannot_tell", "not_seen_then"),
        ("13:00", ("UTC",), "holds", "seen"),
        ("16:00", ("Europe/Moscow", "UTC"), "fits", "zone_unsaid"),
        ("13:00", ("Europe/Moscow", "UTC"), "fits", "zone_unsaid"),
        ("16:00", ("Europe/Moscow", "Europe/Minsk"), "holds", "seen"),
        ("03:00", ("Europe/Moscow", "UTC"), "cannot_tell", "not_seen_then"),
        ("16:00", ("Mars/Base",), "cannot_tell", "no_zone"),
    ],
)
def test_the_time_of_departure(clock: str, zones: tuple[str, ...], result: str, grade: str) -> None:
    claim = [said("departure", VNUKOVO, clock=clock, zones=zones)]
    assert results(claim, known(*FLOWN))["departure_time"] == (result, grade)


@pytest.mark.parametrize(
    ("clock", "about", "result", "grade"),
    [
        ("17:17", False, "holds", "seen"),
        ("17:27", False, "holds", "seen"),
        ("17:45", False, "fits", "block_time"),
        ("17:45", True, "holds", "seen"),
        ("17:00", False, "does_not_fit", "tracked_then"),
        ("17:00", True, "holds", "seen"),
        ("23:00", False, "cannot_tell", "not_seen_then"),
    ],
)
def test_the_time_of_arrival(clock: str, about: bool, result: str, grade: str) -> None:
    claim = [said("arrival", MINSK, clock=clock, about=about)]
    assert results(claim, known(*FLOWN))["arrival_time"] == (result, grade)


def test_a_time_is_never_contradicted_through_a_silence() -> None:
    held = known(*(x for x in FLOWN if not isinstance(x, Segment)))
    claim = [said("departure", VNUKOVO, clock="16:30")]
    assert results(claim, held)["departure_time"][0] == "cannot_tell"


def test_a_movement_that_was_not_seen_only_fits() -> None:
    held = known(LANDED_LOW, movement("landing", at("14:17")))
    claim = [said("arrival", MINSK, clock="17:17")]
    assert results(claim, held)["arrival_time"] == ("fits", "lost_low")


def test_a_landing_that_may_be_here_is_no_proof_of_none() -> None:
    open_landing = movement("landing", at("14:00"), None, rivals=(rival(MINSK),))
    held = known(LANDED_LOW, open_landing)
    claim = [said("arrival", MINSK, clock="17:00")]
    assert results(claim, held)["arrival_time"] == ("cannot_tell", "not_seen_then")
    assert results(claim, known(LANDED_LOW))["arrival_time"] == ("does_not_fit", "tracked_then")


def test_a_landing_that_only_the_points_show_is_no_proof_of_none() -> None:
    """On the ground and off again within the time that is meant; no landing was made of it."""
    track = segment(
        (at("12:00"), on(VILNIUS), None),
        (at("12:30"), on(VILNIUS), 3_000.0),
        (at("13:50"), on(MINSK), 3_000.0),
        (at("14:00"), on(MINSK), None),
        (at("14:05"), on(MINSK), None),
        (at("14:06"), on(MINSK), 3_000.0),
        (at("16:00"), on(HEATHROW), 30_000.0),
    )
    elsewhere = observed("takeoff", at("13:30"), VILNIUS)
    claim = [said("arrival", MINSK, clock="17:00")]
    assert results(claim, known(track, elsewhere))["arrival_time"][0] == "cannot_tell"
    told = (observed("landing", at("14:00"), VILNIUS), observed("takeoff", at("14:05"), VILNIUS))
    assert results(claim, known(track, *told))["arrival_time"] == ("does_not_fit", "tracked_then")
    belied = tuple(replace(one, marks=("frozen",)) for one in told)
    assert results(claim, known(track, *belied))["arrival_time"][0] == "cannot_tell"


def test_an_undated_claim_takes_no_bound_from_the_type_of_today() -> None:
    claims = [said("departure", VNUKOVO, day=None), said("arrival", MINSK, day=None)]
    claims.append(said("duration", minutes=22))
    assert results(claims, known())["duration"][0] == "impossible"
    undated = replace(known(), is_dated=False)
    assert results(claims, undated)["duration"][0] == "cannot_tell"


@pytest.mark.parametrize(
    ("clock", "result"), [("16:00", "fits"), ("16:30", "fits"), ("16:31", "cannot_tell")]
)
def test_reports_give_times_too(clock: str, result: str) -> None:
    claim = [said("departure", VNUKOVO, clock=clock)]
    found = results(claim, known(TOLD))
    assert found["departure_time"][0] == result


def test_each_zone_that_was_tried_is_told() -> None:
    claim = [said("departure", VNUKOVO, clock="16:00", zones=("Europe/Moscow", "UTC"))]
    one = judged(claim, known(*FLOWN))["departure_time"]
    assert [(tried.zone, tried.result) for tried in one.tried] == [
        ("Europe/Moscow", "holds"),
        ("UTC", "cannot_tell"),
    ]
    assert "read in Europe/Moscow it fits" in one.sentence


@pytest.mark.parametrize(
    ("minutes", "held", "result", "grade"),
    [
        (77, FLOWN, "holds", "seen"),
        (70, FLOWN, "holds", "seen"),
        (85, FLOWN, "holds", "seen"),
        (120, FLOWN, "fits", "block_time"),
        (300, FLOWN, "does_not_fit", "seen"),
        (60, FLOWN, "does_not_fit", "seen"),
        (20, FLOWN, "impossible", "distance"),
        (20, (), "impossible", "distance"),
        (77, (TOLD,), "fits", "reports_alone"),
        (300, (TOLD,), "cannot_tell", "not_seen"),
        (77, (), "cannot_tell", "not_seen"),
        (77, (away_all_day(),), "cannot_tell", "not_seen"),
    ],
)
def test_the_duration(minutes: int, held: tuple[object, ...], result: str, grade: str) -> None:
    claims = article(duration=said("duration", minutes=minutes))
    assert results(claims, known(*held))["duration"] == (result, grade)


def test_a_duration_across_a_silence_only_fits_and_says_so() -> None:
    """It may have landed in between; so it may where it was on the ground, or moved."""
    seen = tuple(x for x in FLOWN if not isinstance(x, Segment))
    parts = (
        segment((at("12:00"), on(VNUKOVO), None), (at("13:05"), on(VNUKOVO), 9_000.0)),
        segment((at("14:00"), on(MINSK), 9_000.0), (at("15:17"), on(MINSK), None)),
    )
    silent = judged(article(), known(*seen, *parts))["duration"]
    assert (silent.result, silent.grade) == ("fits", "not_one_flight")
    assert "for up to 55 minutes between the two nothing shows where it was" in silent.sentence

    stop = observed("takeoff", at("13:40"), VILNIUS)
    moved = judged(article(), known(*FLOWN, stop))["duration"]
    assert (moved.result, moved.grade) == ("fits", "not_one_flight")
    assert "a take-off at EYVI at 2024-05-10 13:40:00Z lies between the two" in moved.sentence

    down = segment(
        (at("13:30"), on(VILNIUS), 900.0),
        (at("13:31"), on(VILNIUS), None),
        (at("13:33"), on(VILNIUS), 900.0),
        source="opensky",
    )
    grounded = judged(article(), known(*seen, FLOWN[0], down))["duration"]
    assert grounded.result != "holds"


def test_two_times_around_midnight_leave_the_night_and_no_day_more() -> None:
    """One date for both ends: the landing is minutes after the take-off, not a day and minutes."""
    claims = [
        said("departure", HEATHROW, clock="23:30", zones=("Europe/Minsk",)),
        said("arrival", MINSK, clock="00:20", zones=("Europe/Minsk",)),
    ]
    assert results(claims, known())["continuity"] == ("impossible", "distance")


def test_a_flight_that_no_time_picks_out_contradicts_no_duration() -> None:
    """There may have been another one that day."""
    claims = [said("departure", VNUKOVO), said("arrival", MINSK), said("duration", minutes=300)]
    assert results(claims, known(*FLOWN))["duration"] == ("cannot_tell", "not_seen")


@pytest.mark.parametrize(
    ("types", "minutes", "result"),
    [(("T204",), 22, "impossible"), ((), 22, "cannot_tell"), ((), 5, "impossible"),
     (("T204", "ZZZZ"), 22, "cannot_tell"), (("T204",), 30, "cannot_tell")],
)  # fmt: skip
def test_arithmetic_takes_the_bound_of_the_stated_type_or_of_any(
    types: tuple[str, ...], minutes: int, result: str
) -> None:
    claims = [said("departure", VNUKOVO), said("arrival", MINSK), said("duration", minutes=minutes)]
    claims += [said("type", types=types)] if types else []
    assert results(claims, known(identity=NOBODY))["duration"][0] == result


def test_two_times_that_nothing_flies_between_are_impossible() -> None:
    def flight(off: str, arrived: str) -> tuple[str, str]:
        claims = [
            said("type", types=("T204",)),
            said("departure", HEATHROW, clock=off, zones=("UTC",)),
            said("arrival", MINSK, clock=arrived, zones=("UTC",)),
        ]
        return results(claims, known())["continuity"]

    assert flight("12:00", "12:30") == ("impossible", "distance")
    assert flight("12:00", "14:30")[0] == "cannot_tell"
    assert flight("23:30", "01:30")[0] == "cannot_tell"  # the next day


@pytest.mark.parametrize(
    ("held", "result", "grade"),
    [
        (FLOWN, "holds", "tracked"),
        ((*(x for x in FLOWN if not isinstance(x, Segment)),
          segment((at("12:00"), on(VNUKOVO), None), (at("13:05"), on(VNUKOVO), 9_000.0)),
          segment((at("14:00"), on(MINSK), 9_000.0), (at("15:17"), on(MINSK), None))),
         "fits", "with_silences"),
        ((TOLD,), "fits", "reports_alone"),
        ((), "cannot_tell", "not_seen"),
        ((away_all_day(),), "cannot_tell", "not_seen"),
    ],
)  # fmt: skip
def test_one_flight_between(held: tuple[object, ...], result: str, grade: str) -> None:
    assert results(article(), known(*held))["continuity"] == (result, grade)


def test_a_stop_on_the_way_is_not_one_flight() -> None:
    stop = (observed("landing", at("13:30"), VILNIUS), observed("takeoff", at("13:50"), VILNIUS))
    held = known(*FLOWN, *stop)
    assert results(article(), held)["continuity"] == ("does_not_fit", "stopped")
    untimed = article(departure=said("departure", VNUKOVO))
    assert results(untimed, held)["continuity"] == ("cannot_tell", "not_seen")


def test_what_was_seen_in_doubt_is_never_said_to_hold() -> None:
    seen = [x for x in FLOWN if isinstance(x, Movement | GroundSpan | Segment)]
    doubted = tuple(replace(x, marks=("low_integrity",)) for x in seen)
    for result, _ in results(article(), known(*doubted)).values():
        assert result not in {"refuted", "impossible", "does_not_fit"}
    for kind in ("departure", "arrival", "departure_time", "continuity", "duration"):
        assert results(article(), known(*doubted))[kind][0] != "holds"


def test_the_whole_is_the_weakest_and_quotes_it() -> None:
    parts = tuple(judged(article(duration=said("duration", minutes=20)), known(*FLOWN)).values())
    total = whole(parts)
    assert total.result == "impossible"
    assert "20 are stated" in total.sentence
    assert whole(()).result is None
    for one in parts:
        assert whole([one]).result == one.result
    assert RESULTS.index(total.result) == max(RESULTS.index(one.result) for one in parts)


def test_the_articles_flight_as_flown() -> None:
    assert results(article(), known(*FLOWN)) == {
        "aircraft": ("holds", "stated"),
        "type": ("holds", "stated"),
        "departure": ("holds", "single_source"),
        "departure_time": ("holds", "seen"),
        "arrival": ("holds", "single_source"),
        "duration": ("holds", "seen"),
        "continuity": ("holds", "tracked"),
    }
