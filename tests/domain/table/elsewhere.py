"""Could not have been there: every way a visit might hide, just not or just so."""

from __future__ import annotations

from tests.domain.asking import ask, asked, identity, known_as
from tests.domain.cases import (
    HEATHROW,
    MINSK,
    VILNIUS,
    at,
    away_all_day,
    flight_of,
    leg,
    movement,
    observed,
    off,
    on,
    parked,
    passed,
    segment,
    span,
)
from tests.domain.rows import row

HALF_HOUR_OFF = off(MINSK, 270, flight_of(30))
"""Thirty minutes from Minsk at 720 kt."""


def silent(t_from: str, t_to: str) -> tuple[object, ...]:
    """Heard all day half an hour off, but for one silence."""
    return (
        parked(at("20:00", 9), at(t_from), HALF_HOUR_OFF),
        parked(at(t_to), at("25:00"), HALF_HOUR_OFF),
    )


ROWS = (
    row(
        "tracked elsewhere throughout",
        ask(away_all_day()),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(),
        kinds="segment",
    ),
    row(
        "a silence too short both ways",
        ask(silent("10:00", "10:57:50")),
        "elsewhere out_of_reach",
        "no_time",
        possible=(False,),
        says=("both ways",),
    ),
    row(
        "a silence just long enough",
        ask(silent("10:00", "10:58:10")),
        "no_data none",
        "coverage_unknown",
        possible=(True,),
    ),
    row(
        "ten minutes of silence are still throughout",
        ask(silent("10:00", "10:10")),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(False,),
    ),
    row(
        "more than that is not",
        ask(silent("10:00", "10:10:01")),
        "elsewhere out_of_reach",
        "no_time",
        possible=(False,),
    ),
    row(
        "ten minutes of a longer silence lie within the day",
        ask(
            parked(at("20:00", 9), at("20:31", 9), HALF_HOUR_OFF),
            parked(at("21:10", 9), at("25:00"), HALF_HOUR_OFF),
        ),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(False,),
    ),
    row(
        "more than ten minutes of it do",
        ask(
            parked(at("20:00", 9), at("20:31", 9), HALF_HOUR_OFF),
            parked(at("21:10:01", 9), at("25:00"), HALF_HOUR_OFF),
        ),
        "elsewhere out_of_reach",
        "no_time",
        possible=(False,),
    ),
    row(
        "short silences are not told",
        ask(silent("10:00", "10:04:59")),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(),
    ),
    row(
        "five minutes are told",
        ask(silent("10:00", "10:05")),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(False,),
    ),
    row(
        "not heard again, and too late to get there",
        ask(parked(at("20:00", 9), at("20:31:10"), HALF_HOUR_OFF)),
        "elsewhere out_of_reach",
        "no_time",
        other="no_data",
        possible=(False,),
        says=("one way",),
    ),
    row(
        "not heard again, just in time",
        ask(parked(at("20:00", 9), at("20:30:50"), HALF_HOUR_OFF)),
        "no_data none",
        "coverage_unknown",
        possible=(True,),
    ),
    row(
        "first heard too soon to have left",
        ask(parked(at("21:28:50", 9), at("25:00"), HALF_HOUR_OFF)),
        "elsewhere out_of_reach",
        "no_time",
        possible=(False,),
    ),
    row(
        "first heard just late enough",
        ask(parked(at("21:29:10", 9), at("25:00"), HALF_HOUR_OFF)),
        "no_data none",
        "coverage_unknown",
        other="elsewhere",
        possible=(True,),
    ),
    row(
        "time enough, but only after the date",
        ask(silent("20:45", "23:45")),
        "elsewhere out_of_reach",
        "no_time",
        other="no_data",
        possible=(False,),
        says=("within that date", "no sooner than 2024-05-10 21:14:00Z"),
    ),
    row(
        "a track that begins after the day",
        ask(parked(at("22:00"), at("23:00"), on(HEATHROW))),
        "no_data none",
        "not_asked",
        possible=(True,),
    ),
    row(
        "a fix before the day alone refutes what it is too far for",
        ask(
            parked(at("20:00", 9), at("20:59", 9), on(HEATHROW)),
            parked(at("22:15", 10), at("23:00"), on(HEATHROW)),
        ),
        "no_data none",
        "not_asked",
        possible=(True,),
    ),
    row(
        "nothing usable refutes nothing",
        ask(parked(at("20:00", 9), at("25:00"), on(HEATHROW), usable=False)),
        "no_data none",
        "coverage_unknown",
        possible=(True,),
        says=("too doubtful",),
    ),
    row(
        "another aircraft's track refutes nothing",
        ask(segment((at("20:00", 9), on(HEATHROW)), (at("25:00"), on(HEATHROW)), icao24="abcdef")),
        "no_data none",
        "not_asked",
        kinds="",
    ),
    row(
        "an inferred landing gives way to another source's track",
        ask(away_all_day(source="opensky"), movement("landing", at("12:00"))),
        "elsewhere tracked_throughout",
        "no_time",
        conflicts=("movement_against_track",),
        kinds="movement segment",
    ),
    row(
        "a go-around gives way to it too",
        ask(away_all_day(source="opensky"), passed("go_around", at("12:00"))),
        "elsewhere tracked_throughout",
        "no_time",
        kinds="pass segment",
    ),
    row(
        "a spoofed landing followed along the runway does not",
        ask(
            away_all_day(),
            movement("landing", at("12:00"), method="runway", marks=("spoof_suspected",)),
        ),
        "conflicting marked_positions",
        "placed_against_reach",
    ),
    row(
        "the airport's own fixes are never elsewhere",
        ask(away_all_day(), span(at("12:00"), at("12:05"), marks=("spoof_suspected",))),
        "conflicting marked_positions",
        "placed_against_reach",
        kinds="ground_span segment",
    ),
    row(
        "nor is a touch-and-go",
        ask(away_all_day(), passed("touch_and_go", at("12:00"))),
        "conflicting marked_positions",
        "placed_against_reach",
    ),
    row(
        "seen at another field, tracked throughout",
        ask(
            away_all_day(VILNIUS),
            span(at("12:00"), at("12:05"), VILNIUS),
            observed("landing", at("12:00"), VILNIUS),
        ),
        "elsewhere tracked_throughout",
        "no_time",
        kinds="segment",
    ),
    row(
        "an unknown type may be as fast as a MiG-31",
        ask(*silent("10:00", "10:57:50"), identity=identity(known_as(type_code=""))),
        "no_data none",
        "coverage_unknown",
        possible=(True,),
    ),
    row(
        "a piston seen faster than a piston can be is of no known type",
        ask(*silent("10:00", "10:57:50"), identity=identity(known_as(type_code="C172"))),
        "no_data none",
        "coverage_unknown",
        possible=(True,),
    ),
    row(
        "a slow type needs longer",
        ask(
            parked(at("20:00", 9), at("10:00"), HALF_HOUR_OFF, max_gs_kt=100.0),
            parked(at("11:50"), at("25:00"), HALF_HOUR_OFF, max_gs_kt=None),
            identity=identity(known_as(type_code="C172")),
        ),
        "elsewhere out_of_reach",
        "no_time",
        possible=(False,),
    ),
    row(
        "two types stated: the faster one counts",
        ask(
            parked(at("20:00", 9), at("10:00"), HALF_HOUR_OFF, max_gs_kt=100.0),
            parked(at("11:50"), at("25:00"), HALF_HOUR_OFF, max_gs_kt=None),
            identity=identity(
                known_as(type_code="C172", statements=known_as(type_code="T204").statements)
            ),
        ),
        "no_data none",
        "coverage_unknown",
        possible=(True,),
    ),
    row(
        "a source that was down does not undo a track",
        ask(away_all_day(), asked("failed")),
        "elsewhere tracked_throughout",
        "no_time",
    ),
    row(
        "two silences, one of them long enough",
        ask(
            parked(at("20:00", 9), at("05:00"), HALF_HOUR_OFF),
            parked(at("05:30"), at("10:00"), HALF_HOUR_OFF),
            parked(at("11:30"), at("25:00"), HALF_HOUR_OFF),
        ),
        "no_data none",
        "coverage_unknown",
        possible=(False, True),
    ),
    row(
        "two silences, one of them longer than ten minutes",
        ask(
            parked(at("20:00", 9), at("05:00"), HALF_HOUR_OFF),
            parked(at("05:06"), at("10:00"), HALF_HOUR_OFF),
            parked(at("10:20"), at("25:00"), HALF_HOUR_OFF),
        ),
        "elsewhere out_of_reach",
        "no_time",
        possible=(False, False),
    ),
    row(
        "a silence on the day before is not told",
        ask(
            parked(at("10:00", 9), at("12:00", 9), HALF_HOUR_OFF),
            parked(at("20:00", 9), at("25:00"), HALF_HOUR_OFF),
        ),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(),
    ),
    row(
        "air and ground here in a track that was elsewhere",
        ask(
            away_all_day(),
            movement("landing", at("12:00"), method="ground", marks=("spoof_suspected",)),
        ),
        "conflicting marked_positions",
        "placed_against_reach",
    ),
    row(
        "as fast as the type can be is no faster",
        ask(
            parked(at("20:00", 9), at("10:00"), HALF_HOUR_OFF, max_gs_kt=720.0),
            parked(at("10:57:50"), at("25:00"), HALF_HOUR_OFF),
        ),
        "elsewhere out_of_reach",
        "no_time",
    ),
    row(
        "faster than the type can be, in one of its stretches",
        ask(
            parked(at("20:00", 9), at("10:00"), HALF_HOUR_OFF),
            parked(at("10:57:50"), at("25:00"), HALF_HOUR_OFF, max_gs_kt=721.0),
        ),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "faster than anything that flies",
        ask(
            parked(at("20:00", 9), at("10:00"), HALF_HOUR_OFF, max_gs_kt=2_000.0),
            parked(at("10:20:30"), at("25:00"), HALF_HOUR_OFF),
        ),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "the other source's track fills the silence",
        ask(*silent("10:00", "12:00"), parked(at("09:30"), at("12:30"), HALF_HOUR_OFF, "opensky")),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(),
    ),
    row(
        "a nested segment opens no silence",
        ask(away_all_day(), parked(at("11:00"), at("12:00"), on(HEATHROW), "opensky")),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(),
    ),
    row(
        "a leg ends where the next begins",
        ask(
            leg(at("20:00", 9), at("10:00"), HALF_HOUR_OFF, HALF_HOUR_OFF),
            leg(at("10:00"), at("25:00"), HALF_HOUR_OFF, HALF_HOUR_OFF),
        ),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(),
    ),
)
