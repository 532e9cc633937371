"""Seen near, not seen to land; and the rival that fits better."""

from __future__ import annotations

from tests.domain.asking import ask, report
from tests.domain.cases import (
    MINSK,
    OLD_MINSK,
    Place,
    airport,
    at,
    leg,
    movement,
    observed,
    off,
    parked,
    passed,
    rival,
    span,
)
from tests.domain.rows import row

NO_HEIGHT = airport("XXNE", MINSK.lat, MINSK.lon, MINSK.zone, None)
GO_AROUND = passed("go_around", at("12:00"))
CLOSE_BY = off(MINSK, 90, 3)
NORTH_EAST = off(MINSK, 45, 16)
"""Outside the ring, inside the box around it."""
BETTER_THERE = observed("landing", at("12:00"), OLD_MINSK)


def by(distance_nm: float, alt_ft: float | None) -> object:
    """A minute beside the airport, then silence."""
    place: Place = off(MINSK, 90, distance_nm)
    return leg(at("12:00"), at("12:01"), place, place, alt_ft=alt_ft)


def with_rival(place: object = OLD_MINSK, **more: object) -> object:
    """A landing that fits another field better, and Minsk too."""
    return movement("landing", at("12:00"), place, rivals=(rival(MINSK),), **more)  # type: ignore[arg-type]


ROWS = (
    row(
        "a go-around",
        ask(GO_AROUND),
        "near went_around",
        "go_around",
        kinds="pass",
        says=("not seen to land", "went around"),
    ),
    row(
        "a touch-and-go",
        ask(passed("touch_and_go", at("12:00"))),
        "near went_around",
        "touch_and_go",
    ),
    row("a low pass", ask(passed("low_pass", at("12:00"))), "near passed", "low_pass"),
    row(
        "an overflight",
        ask(passed("overflight", at("12:00"), height_ft=30_000)),
        "near passed",
        "overflight",
    ),
    row(
        "the lowest of several passes is named",
        ask(
            passed("overflight", at("10:00"), height_ft=30_000),
            GO_AROUND,
            passed("low_pass", at("14:00"), height_ft=None),
        ),
        "near went_around",
        "go_around",
    ),
    row(
        "a pass that is belied",
        ask(passed("go_around", at("12:00"), marks=("jump",))),
        "no_data none",
        "not_asked",
        kinds="pass",
    ),
    row(
        "a pass of another airport",
        ask(passed("go_around", at("12:00"), OLD_MINSK)),
        "no_data none",
        "not_asked",
        kinds="",
    ),
    row(
        "a pass at the last moment of the day",
        ask(passed("low_pass", at("20:59:59"))),
        "near passed",
        "low_pass",
    ),
    row(
        "a pass exactly at the midnight after",
        ask(passed("low_pass", at("21:00"))),
        "no_data none",
        "not_asked",
        other="near",
    ),
    row(
        "a pass exactly at the midnight before",
        ask(passed("low_pass", at("21:00", 9))),
        "near passed",
        "low_pass",
        other="no_data",
    ),
    row(
        "a go-around, and then a landing that nobody saw",
        ask(GO_AROUND, movement("landing", at("12:20"))),
        "consistent followed_low",
        "lost_low",
    ),
    row(
        "a go-around, and thin fixes on the ground",
        ask(GO_AROUND, span(at("12:20"), at("12:20:30"), times=(at("12:20"), at("12:20:30")))),
        "consistent ground_unconfirmed",
        "thin_ground",
    ),
    row(
        "a go-around within a stay",
        ask(GO_AROUND, observed("landing", at("12:00", 8)), observed("takeoff", at("12:00", 12))),
        "consistent bracketed_stay",
        "bracketed_stay",
    ),
    row(
        "a go-around, and a report that it landed",
        ask(GO_AROUND, report(at("12:30"))),
        "near went_around",
        "go_around",
        kinds="pass report",
    ),
    row(
        "overhead at any height",
        ask(by(5.4, 35_000.0)),
        "near passed",
        "came_near",
        says=("within 5.4 NM", "at 35,000 ft above sea level"),
    ),
    row("almost overhead and high", ask(by(5.6, 35_000.0)), "no_data none", "coverage_unknown"),
    row(
        "near early in the local day, then heard elsewhere before the UTC day",
        ask(
            leg(at("21:10", 9), at("21:20", 9), CLOSE_BY, CLOSE_BY),
            leg(at("23:00", 9), at("23:30", 9), off(MINSK, 90, 100), off(MINSK, 90, 100)),
        ),
        "near passed",
        "came_near",
        other="no_data",
    ),
    row(
        "heard elsewhere after the local day, then near late in the UTC day",
        ask(
            leg(at("21:30"), at("22:00"), off(MINSK, 90, 100), off(MINSK, 90, 100)),
            leg(at("23:30"), at("23:40"), CLOSE_BY, CLOSE_BY),
        ),
        "no_data none",
        "not_asked",
        other="near",
    ),
    row("low in the ring", ask(by(14.9, 5_670.0)), "near passed", "came_near"),
    row("not quite low in the ring", ask(by(14.9, 5_671.0)), "no_data none", "coverage_unknown"),
    row(
        "low outside the ring, to the north-east",
        ask(leg(at("12:00"), at("12:01"), NORTH_EAST, NORTH_EAST, alt_ft=2_000.0)),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "another aircraft's go-around",
        ask(passed("go_around", at("12:00"), icao24="abcdef")),
        "no_data none",
        "not_asked",
        kinds="",
    ),
    row("low outside the ring", ask(by(15.1, 2_000.0)), "no_data none", "coverage_unknown"),
    row(
        "on the ground in the ring, or at no known height",
        ask(by(14.9, None)),
        "near passed",
        "came_near",
        says=("on the ground or at unknown height",),
    ),
    row("on the ground outside the ring", ask(by(15.1, None)), "no_data none", "coverage_unknown"),
    row(
        "field height unknown, height known",
        ask(by(10.0, 2_000.0), place=NO_HEIGHT),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "field height unknown, on the ground",
        ask(by(10.0, None), place=NO_HEIGHT),
        "near passed",
        "came_near",
    ),
    row(
        "near on the day before only",
        ask(leg(at("20:00", 9), at("20:59", 9), off(MINSK, 90, 3), off(MINSK, 90, 3))),
        "no_data none",
        "not_asked",
    ),
    row(
        "near until exactly the midnight before",
        ask(leg(at("20:00", 9), at("21:00", 9), off(MINSK, 90, 3), off(MINSK, 90, 3))),
        "near passed",
        "came_near",
        other="no_data",
    ),
    row(
        "near from exactly the midnight after",
        ask(leg(at("21:00"), at("22:00"), off(MINSK, 90, 3), off(MINSK, 90, 3))),
        "no_data none",
        "not_asked",
        other="near",
    ),
    row(
        "closest of two",
        ask(
            by(4.0, 3_000.0),
            leg(at("15:00"), at("15:01"), off(MINSK, 0, 9), off(MINSK, 0, 9), alt_ft=2_000.0),
        ),
        "near passed",
        "came_near",
        says=("within 4.0 NM",),
    ),
    row(
        "an unusable track brings it near to nothing",
        ask(leg(at("12:00"), at("12:01"), off(MINSK, 90, 3), off(MINSK, 90, 3), usable=False)),
        "no_data none",
        "coverage_unknown",
        says=("too doubtful",),
        kinds="segment",
    ),
    row(
        "a landing that fits another field better",
        ask(with_rival()),
        "near other_field_fits",
        "other_field_fits",
        rivals=("UMMM",),
        kinds="movement",
        says=("fits UMMM better (UMMS: 2 NM farther)",),
    ),
    row(
        "a landing that fits a place off any airport better",
        ask(with_rival(None, method="ground")),
        "near other_field_fits",
        "other_field_fits",
        says=("a place off any airport",),
    ),
    row(
        "a landing at another field without a doubt",
        ask(BETTER_THERE),
        "no_data none",
        "not_asked",
        kinds="",
    ),
    row(
        "a belied landing that fits another field better",
        ask(with_rival(marks=("spoof_suspected",))),
        "no_data none",
        "not_asked",
    ),
    row(
        "a landing elsewhere that the track leaves no room for here",
        ask(with_rival(), parked(at("11:00"), at("13:00"), off(MINSK, 90, 100))),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "on the ground at another field, and Minsk fits too",
        ask(span(at("12:00"), at("12:05"), OLD_MINSK, rivals=(rival(MINSK),))),
        "near other_field_fits",
        "other_field_fits",
        rivals=("UMMM",),
        kinds="ground_span",
        says=("positions on the ground",),
    ),
    row(
        "belied on the ground at another field",
        ask(span(at("12:00"), at("12:05"), OLD_MINSK, rivals=(rival(MINSK),), marks=("jump",))),
        "no_data none",
        "not_asked",
    ),
    row(
        "a rival landing on the day after",
        ask(movement("landing", at("21:00"), OLD_MINSK, rivals=(rival(MINSK),))),
        "no_data none",
        "not_asked",
        other="near",
    ),
    row(
        "a rival span on the day after",
        ask(span(at("21:00"), at("21:05"), OLD_MINSK, rivals=(rival(MINSK),))),
        "no_data none",
        "not_asked",
        other="near",
    ),
    row(
        "a go-around, and a landing at the other field",
        ask(GO_AROUND, with_rival()),
        "near went_around",
        "go_around",
        rivals=("UMMM",),
    ),
    row(
        "overflown, and a landing that fits another field better",
        ask(passed("overflight", at("11:00")), with_rival()),
        "near other_field_fits",
        "other_field_fits",
        rivals=("UMMM",),
    ),
    row(
        "Minsk asked, the old field is the rival",
        ask(movement("landing", at("12:00"), rivals=(rival(OLD_MINSK),))),
        "consistent followed_low",
        "lost_low",
        rivals=("UMMM",),
        says=("UMMM would fit too",),
    ),
    row(
        "a rival of both",
        ask(movement("landing", at("12:00"), rivals=(rival(OLD_MINSK),)), with_rival()),
        "consistent followed_low",
        "lost_low",
        rivals=("UMMM",),
    ),
)
