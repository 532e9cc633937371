"""Fits, but not seen on the ground: how close it came, stays between observations, reports."""

from __future__ import annotations

from tests.domain.cases import (
    HEATHROW,
    MINSK,
    OLD_MINSK,
    VILNIUS,
    ask,
    asked,
    at,
    heard,
    identity,
    known_as,
    leg,
    movement,
    observed,
    off,
    on,
    parked,
    passed,
    report,
    rival,
    row,
    segment,
    span,
)

LANDED = observed("landing", at("12:00", 8))
LEFT = observed("takeoff", at("12:00", 12))
STAY = (LANDED, LEFT)
"""Over two days on both sides of the day asked about."""


def lost(height_ft: float | None, **more: object) -> object:
    """Lost on descent towards Minsk at noon, so high above the field."""
    return movement("landing", at("12:00"), height_ft=height_ft, **more)  # type: ignore[arg-type]


def away(distance_nm: float, t_from: str = "10:00", t_to: str = "10:10", day: int = 10) -> object:
    """Heard in the air, so far from Minsk."""
    place = off(MINSK, 45, distance_nm)
    return leg(at(t_from, day), at(t_to, day), place, place)


ON_8 = span(at("12:00", 8), at("12:05", 8))
ON_12 = span(at("12:00", 12), at("12:05", 12))

SEVERAL = (rival(MINSK), rival(OLD_MINSK))
"""Lost before any one field stood out."""

STAYS = (
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
    row(
        "landed two days before, left two days after",
        ask(STAY),
        "consistent bracketed_stay",
        "bracketed_stay",
        kinds="movement movement",
        says=("there at 2024-05-08 12:00:00Z and again at 2024-05-12 12:00:00Z",),
    ),
    row(
        "on the ground before and after",
        ask(ON_8, ON_12),
        "consistent bracketed_stay",
        "bracketed_stay",
        kinds="ground_span ground_span",
        says=("there at 2024-05-08 12:05:00Z and again at 2024-05-12 12:00:00Z",),
    ),
    row(
        "landed before, on the ground after",
        ask(LANDED, ON_12),
        "consistent bracketed_stay",
        "bracketed_stay",
        kinds="ground_span movement",
    ),
    row(
        "on the ground before, left after",
        ask(ON_8, LEFT),
        "consistent bracketed_stay",
        "bracketed_stay",
    ),
    row("landed before, not heard again", ask(LANDED), "no_data none", "not_asked"),
    row(
        "left before, landed after: it was away",
        ask(observed("takeoff", at("12:00", 8)), observed("landing", at("12:00", 12))),
        "no_data none",
        "not_asked",
    ),
    row(
        "left twice, and nobody saw it come back",
        ask(observed("takeoff", at("12:00", 8)), LEFT),
        "no_data none",
        "not_asked",
    ),
    row(
        "landed twice, and nobody saw it leave",
        ask(LANDED, observed("landing", at("12:00", 12))),
        "no_data none",
        "not_asked",
    ),
    row(
        "left at the very moment it landed, another source says",
        ask(LANDED, LEFT, movement("takeoff", at("12:00", 8), source="opensky")),
        "no_data none",
        "not_asked",
    ),
    row(
        "a single fix is no stay",
        ask(span(at("12:00"), at("12:00"), times=())),
        "consistent ground_unconfirmed",
        "thin_ground",
    ),
    row(
        "stays on the days around",
        ask(LANDED, observed("takeoff", at("20:00", 9)), observed("landing", at("21:30")), LEFT),
        "no_data none",
        "not_asked",
        other="consistent",
    ),
    row(
        "left exactly at the midnight before",
        ask(LANDED, span(at("20:00", 9), at("21:00", 9), times=(at("20:00", 9),), tied=False)),
        "consistent ground_unconfirmed",
        "thin_ground",
        other="no_data",
    ),
    row(
        "the stay ends exactly at the midnight before",
        ask(ON_8, span(at("21:00", 9), at("21:00", 9), times=())),
        "consistent ground_unconfirmed",
        "thin_ground",
        other="no_data",
    ),
    row(
        "the stay begins exactly at the midnight after",
        ask(span(at("21:00"), at("21:00"), times=()), ON_12),
        "no_data none",
        "not_asked",
        other="consistent",
    ),
    row("seen away in between", ask(STAY, away(100)), "no_data none", "coverage_unknown"),
    row(
        "seen away in between, days before",
        ask(STAY, away(100, day=9)),
        "no_data none",
        "not_asked",
    ),
    row(
        "seen overhead in between is not away",
        ask(STAY, away(5.4)),
        "consistent bracketed_stay",
        "bracketed_stay",
    ),
    row("seen just beyond overhead is", ask(STAY, away(5.6)), "no_data none", "coverage_unknown"),
    row(
        "an unusable track away in between does not end the stay",
        ask(STAY, parked(at("10:00"), at("10:10"), on(VILNIUS), usable=False)),
        "consistent bracketed_stay",
        "bracketed_stay",
    ),
    row(
        "landed elsewhere in between",
        ask(STAY, movement("landing", at("03:00"), VILNIUS)),
        "no_data none",
        "not_asked",
    ),
    row(
        "landed off any airport in between",
        ask(STAY, movement("landing", at("03:00"), None)),
        "no_data none",
        "not_asked",
    ),
    row(
        "a belied landing elsewhere in between",
        ask(STAY, movement("landing", at("03:00"), VILNIUS, marks=("jump",))),
        "consistent bracketed_stay",
        "bracketed_stay",
    ),
    row(
        "doubtfully on the ground here in between",
        ask(STAY, span(at("12:00", 9), at("12:05", 9), marks=("low_integrity",))),
        "consistent bracketed_stay",
        "bracketed_stay",
    ),
    row(
        "on the ground elsewhere in between",
        ask(STAY, span(at("03:00"), at("03:05"), VILNIUS)),
        "no_data none",
        "not_asked",
    ),
    row(
        "belied on the ground elsewhere in between",
        ask(STAY, span(at("03:00"), at("03:05"), VILNIUS, marks=("jump",))),
        "consistent bracketed_stay",
        "bracketed_stay",
    ),
    row(
        "took off in between, and nobody saw it come back",
        ask(STAY, movement("takeoff", at("18:00", 8))),
        "no_data none",
        "not_asked",
    ),
    row(
        "landed again in between: the later landing counts",
        ask(STAY, observed("takeoff", at("14:00", 8)), observed("landing", at("20:00", 8))),
        "consistent bracketed_stay",
        "bracketed_stay",
        says=("there at 2024-05-08 20:00:00Z",),
    ),
    row(
        "a landing that was inferred brackets nothing",
        ask(movement("landing", at("12:00", 8)), LEFT),
        "no_data none",
        "not_asked",
    ),
    row(
        "a take-off that was inferred brackets nothing",
        ask(LANDED, movement("takeoff", at("12:00", 12))),
        "no_data none",
        "not_asked",
    ),
    row(
        "a landing with a rival brackets nothing",
        ask(
            movement(
                "landing",
                at("12:00", 8),
                method="ground",
                grade="observed",
                rivals=(rival(OLD_MINSK),),
            ),
            LEFT,
        ),
        "no_data none",
        "not_asked",
    ),
    row(
        "a doubted landing brackets nothing",
        ask(
            movement(
                "landing",
                at("12:00", 8),
                method="ground",
                grade="observed",
                marks=("low_integrity",),
            ),
            LEFT,
        ),
        "no_data none",
        "not_asked",
    ),
    row(
        "a doubted span brackets nothing",
        ask(span(at("12:00", 8), at("12:05", 8), marks=("stale",)), LEFT),
        "no_data none",
        "not_asked",
    ),
    row(
        "a span with a rival brackets nothing",
        ask(span(at("12:00", 8), at("12:05", 8), rivals=(rival(OLD_MINSK),)), LEFT),
        "no_data none",
        "not_asked",
    ),
    row(
        "landed here, left another field",
        ask(LANDED, observed("takeoff", at("12:00", 12), VILNIUS)),
        "no_data none",
        "not_asked",
    ),
    row(
        "on the ground at another field before and after",
        ask(
            span(at("12:00", 8), at("12:05", 8), VILNIUS),
            span(at("12:00", 12), at("12:05", 12), VILNIUS),
        ),
        "no_data none",
        "not_asked",
    ),
    row(
        "a stay, and lost high on descent that day",
        ask(STAY, lost(5_000.0)),
        "consistent bracketed_stay",
        "bracketed_stay lost_low",
    ),
    row(
        "a stay, and lost low on descent that day",
        ask(STAY, lost(1_000.0)),
        "consistent followed_low",
        "lost_low bracketed_stay",
    ),
)

CLOSE = (
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
)

UUWW_UMMS = report(at("14:17"), t_off=at("13:00"), rests_on=("Flightradar24",))
SECOND = report(at("14:20"), publisher="natpress.mirtesen.ru", rests_on=("flightradar24.com",))

REPORTS = (
    row(
        "a report alone",
        ask(UUWW_UMMS),
        "consistent reports_alone",
        "reported",
        kinds="report",
        says=(
            "Only reports place",
            "1 report, one origin (flightradar24)",
            "citing Flightradar24",
            "no positions are held",
        ),
    ),
    row(
        "two reports on one origin are one voice",
        ask(UUWW_UMMS, SECOND),
        "consistent reports_alone",
        "reported",
        says=("2 reports, one origin (flightradar24)",),
    ),
    row(
        "two reports on two origins",
        ask(UUWW_UMMS, report(at("14:20"), publisher="b.by", rests_on=("airport staff",))),
        "consistent reports_alone",
        "reported",
        says=("2 reports, 2 origins",),
    ),
    row(
        "a report that cites another report",
        ask(UUWW_UMMS, report(at("14:20"), publisher="b.by", rests_on=("dolce24.ru",))),
        "consistent reports_alone",
        "reported",
        says=("2 reports, one origin",),
    ),
    row(
        "two reports that cite nobody",
        ask(report(at("14:17")), report(at("14:17"), publisher="b.by")),
        "consistent reports_alone",
        "reported",
        says=("2 origins (b; dolce24)",),
    ),
    row(
        "one report of arrival and departure",
        ask(report(at("14:17"), t_off=at("16:00"), origin="UMMS")),
        "consistent reports_alone",
        "reported",
        says=("1 report, ",),
        kinds="report report",
    ),
    row(
        "a report of a departure",
        ask(report(None, t_off=at("14:17"), origin="UMMS")),
        "consistent reports_alone",
        "reported",
        says=("leaving UMMS",),
    ),
    row(
        "a report by the airport's IATA code and the old code",
        ask(report(at("14:17"), "MSQ"), place=MINSK),
        "no_data none",
        "not_asked",
    ),
    row(
        "a report exactly at the midnight before",
        ask(report(at("21:00", 9))),
        "consistent reports_alone",
        "reported",
        other="no_data",
    ),
    row(
        "a report exactly at the midnight after",
        ask(report(at("21:00"))),
        "no_data none",
        "not_asked",
        other="consistent",
    ),
    row("a report without a time", ask(report(None)), "no_data none", "not_asked"),
    row(
        "a report of another aircraft",
        ask(report(at("14:17"), registration="RA-64524")),
        "no_data none",
        "not_asked",
    ),
    row(
        "a report that names only the address",
        ask(report(at("14:17"), registration="", icao24="14fc0b")),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "a report that names another address only",
        ask(report(at("14:17"), registration="", icao24="abcdef")),
        "no_data none",
        "not_asked",
    ),
    row(
        "a report that its own track refutes",
        ask(UUWW_UMMS, parked(at("20:00", 9), at("25:00"), on(HEATHROW))),
        "elsewhere tracked_throughout",
        "no_time",
        conflicts=("report_against_track",),
    ),
    row(
        "a report at a time when its track was elsewhere",
        ask(UUWW_UMMS, parked(at("13:00"), at("15:00"), on(VILNIUS))),
        "no_data none",
        "coverage_unknown",
        conflicts=("report_against_track",),
    ),
    row(
        "a report that may be half an hour off",
        ask(UUWW_UMMS, parked(at("14:00"), at("15:00"), on(VILNIUS))),
        "consistent reports_alone",
        "reported",
    ),
    row(
        "a report that would have to be more than half an hour off",
        ask(UUWW_UMMS, parked(at("13:54"), at("15:00"), on(VILNIUS))),
        "no_data none",
        "coverage_unknown",
        conflicts=("report_against_track",),
    ),
    row(
        "a report borne out by a low approach",
        ask(UUWW_UMMS, movement("landing", at("14:16"), height_ft=180.0)),
        "consistent followed_to_runway",
        "lost_low reported",
    ),
    row(
        "a report, and its own track passes by at that time",
        ask(
            UUWW_UMMS,
            leg(at("14:10"), at("14:20"), off(MINSK, 90, 2), off(MINSK, 90, 2)),
            parked(at("20:00", 9), at("14:00"), off(MINSK, 90, 40)),
            parked(at("14:30"), at("25:00"), off(MINSK, 90, 40)),
        ),
        "near passed",
        "came_near",
    ),
    row(
        "positions are held, and do not show it there",
        ask(UUWW_UMMS, parked(at("09:00"), at("09:10"), on(VILNIUS))),
        "consistent reports_alone",
        "reported",
        says=("citing Flightradar24 has it arriving at UMMS at 2024-05-10 14:17:00Z.",),
    ),
    row(
        "asked by address, the report names the registration",
        ask(UUWW_UMMS, identity=identity(known_as(), asked_by="icao24", registration="")),
        "consistent reports_alone",
        "reported",
    ),
)

ROWS = (*STAYS, *CLOSE, *REPORTS)
