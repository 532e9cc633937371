"""Fits, but not seen on the ground: how close it came."""

from __future__ import annotations

from tests.domain.asking import ask, asked, heard
from tests.domain.cases import (
    MINSK,
    OLD_MINSK,
    VILNIUS,
    at,
    movement,
    off,
    on,
    parked,
    passed,
    rival,
    segment,
)
from tests.domain.rows import row


def lost(height_ft: float | None, **more: object) -> object:
    """Lost on descent towards Minsk at noon, so high above the field."""
    return movement("landing", at("12:00"), height_ft=height_ft, **more)  # type: ignore[arg-type]


SEVERAL = (rival(MINSK), rival(OLD_MINSK))
"""Lost before any one field stood out."""


ROWS = (
    row(
        "followed to 180 ft",
        ask(lost(180.0)),
        "consistent followed_to_runway",
        "lost_low",
        kinds="movement",
        says=("nobody saw it on the ground", "180 ft above the field"),
    ),
    row("followed to 300 ft", ask(lost(300.0)), "consistent followed_to_runway", "lost_low"),
    row("followed to just above", ask(lost(301.0)), "consistent followed_low", "lost_low"),
    row("followed to 1,500 ft", ask(lost(1_500.0)), "consistent followed_low", "lost_low"),
    row("lost just above", ask(lost(1_501.0)), "consistent lost_or_found_high", "lost_low"),
    row("lost at no known height", ask(lost(None)), "consistent lost_or_found_high", "lost_low"),
    row(
        "followed along the runway",
        ask(lost(200.0, method="runway")),
        "consistent followed_to_runway",
        "runway",
    ),
    row(
        "found low",
        ask(movement("takeoff", at("12:00"), method="found_low")),
        "consistent followed_low",
        "found_low",
    ),
    row(
        "air and ground at no known height",
        ask(lost(None, method="ground")),
        "consistent ground_unconfirmed",
        "ground",
    ),
    row(
        "air and ground, the air far up",
        ask(lost(1_600.0, method="ground")),
        "consistent ground_unconfirmed",
        "ground",
    ),
    row(
        "air and ground, low",
        ask(lost(100.0, method="ground")),
        "consistent followed_to_runway",
        "ground",
    ),
    row(
        "a stop that nobody saw",
        ask(lost(200.0, method="inferred_stop", earliest=at("06:00"), latest=at("14:00"))),
        "consistent inferred_stop",
        "inferred_stop",
    ),
    row(
        "low, but of low integrity",
        ask(lost(180.0, marks=("low_integrity",))),
        "consistent lost_or_found_high",
        "lost_low",
    ),
    row(
        "low, but stale",
        ask(lost(1_000.0, marks=("stale",))),
        "consistent lost_or_found_high",
        "lost_low",
    ),
    row(
        "air and ground, but the flag is doubted",
        ask(lost(None, method="ground", marks=("ground_flag_doubted",))),
        "consistent lost_or_found_high",
        "ground",
    ),
    row(
        "180 ft by uncorrected pressure",
        ask(lost(180.0, marks=("baro_uncorrected",))),
        "consistent followed_low",
        "lost_low",
        says=("marked baro_uncorrected",),
    ),
    row(
        "1,000 ft by uncorrected pressure",
        ask(lost(1_000.0, marks=("baro_uncorrected",))),
        "consistent followed_low",
        "lost_low",
    ),
    row(
        "low, but spoofed",
        ask(lost(180.0, marks=("spoof_suspected",))),
        "no_data none",
        "not_asked",
        kinds="movement",
    ),
    row(
        "a crash is not a landing",
        ask(lost(180.0, marks=("crash_suspected",))),
        "no_data none",
        "not_asked",
    ),
    row(
        "of several, the closest counts",
        ask(lost(5_000.0), lost(1_000.0), lost(100.0)),
        "consistent followed_to_runway",
        "lost_low lost_low lost_low",
    ),
    row(
        "another aircraft's landing",
        ask(lost(180.0, icao24="abcdef")),
        "no_data none",
        "not_asked",
        kinds="",
    ),
    row(
        "a landing at another airport",
        ask(movement("landing", at("12:00"), VILNIUS)),
        "no_data none",
        "not_asked",
        kinds="",
    ),
    row(
        "lost before midnight, landed perhaps after it",
        ask(lost(1_000.0, earliest=at("20:58", 9), latest=at("21:00", 9))),
        "consistent followed_low",
        "lost_low",
        other="no_data",
    ),
    row(
        "landed before midnight at the latest",
        ask(movement("landing", at("20:58", 9), latest=at("20:59:59", 9))),
        "no_data none",
        "not_asked",
    ),
    row(
        "landed after the day at the earliest",
        ask(movement("landing", at("21:10"), earliest=at("21:00"), latest=at("21:20"))),
        "no_data none",
        "not_asked",
        other="consistent",
    ),
    row(
        "landed in the day at the earliest",
        ask(movement("landing", at("21:10"), earliest=at("20:59:59"), latest=at("21:20"))),
        "consistent followed_low",
        "lost_low",
    ),
    row(
        "an inferred landing, while another source heard it at another field",
        ask(lost(1_000.0), parked(at("11:00"), at("13:00"), on(VILNIUS), "opensky")),
        "no_data none",
        "coverage_unknown",
        conflicts=("movement_against_track",),
    ),
    row(
        "an inferred landing that may have been after that",
        ask(
            lost(1_000.0, latest=at("13:30")),
            parked(at("11:00"), at("13:00"), on(VILNIUS), "opensky"),
        ),
        "consistent followed_low",
        "lost_low",
    ),
    row(
        "its own track ends over the runway",
        ask(
            lost(180.0),
            segment((at("11:00"), off(MINSK, 90, 200)), (at("12:00"), on(MINSK), 850.0)),
        ),
        "consistent followed_to_runway",
        "lost_low",
    ),
    row(
        "fits, and would be called not seen without it",
        ask(lost(180.0), asked(), heard(at("21:00", 9), at("25:00"))),
        "consistent followed_to_runway",
        "lost_low",
    ),
    row(
        "lost on descent towards one of several fields",
        ask(movement("landing", at("12:00"), None, rivals=SEVERAL)),
        "consistent one_of_several_fields",
        "lost_low",
        rivals=("UMMM",),
        kinds="movement",
        says=("towards one of several fields", "UMMS, UMMM would fit"),
    ),
    row(
        "out of one of several fields after a stop nobody saw",
        ask(movement("takeoff", at("12:00"), None, method="inferred_stop", rivals=SEVERAL)),
        "consistent one_of_several_fields",
        "inferred_stop",
        rivals=("UMMM",),
    ),
    row(
        "first heard climbing out of one of several fields",
        ask(movement("takeoff", at("12:00"), None, method="found_low", rivals=SEVERAL)),
        "consistent one_of_several_fields",
        "found_low",
        rivals=("UMMM",),
    ),
    row(
        "a go-around, and lost on descent towards one of several fields",
        ask(
            passed("go_around", at("11:50")),
            movement("landing", at("12:00"), None, rivals=SEVERAL),
        ),
        "consistent one_of_several_fields",
        "lost_low",
        rivals=("UMMM",),
    ),
    row(
        "first heard climbing out of one of several fields, a day later",
        ask(movement("takeoff", at("12:00", 12), None, method="found_low", rivals=SEVERAL)),
        "no_data none",
        "not_asked",
    ),
)
