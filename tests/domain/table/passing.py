"""Passing by: what leaves time for a visit between fixes, over antimeridians and poles too."""

from __future__ import annotations

from tests.domain.asking import ask, report
from tests.domain.cases import (
    APIA,
    HEATHROW,
    MINSK,
    NADI,
    SOUTH_POLE,
    airport,
    at,
    movement,
    off,
    on,
    parked,
    segment,
    tour,
    turned,
)
from tests.domain.rows import row

EAST_OF_FIJI = airport("XXXE", -14.0, -179.95, "Pacific/Fiji")
ANTIPODE = airport("XXXW", -14.0, 0.0, "UTC")


ROWS = (
    row("passing by out of reach", ask(tour(6.1)), "elsewhere tracked_throughout", "no_time"),
    row(
        "passing by within reach, too high and far to be near",
        ask(tour(5.7)),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "coarse steps leave time for it",
        ask(tour(64.0, max_step_s=600)),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "coarse steps, farther off",
        ask(tour(66.5, max_step_s=600)),
        "elsewhere tracked_throughout",
        "no_time",
    ),
    row(
        "another source heard it between those steps",
        ask(tour(30.0, max_step_s=600), tour(30.0, source="opensky")),
        "elsewhere tracked_throughout",
        "no_time",
    ),
    row(
        "another source that is as coarse takes nothing away",
        ask(tour(30.0, max_step_s=600), tour(30.0, source="opensky", max_step_s=600)),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "another source that heard the way there only",
        ask(tour(30.0, max_step_s=600), tour(30.0, source="opensky", t_to=at("10:00"))),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "another source never takes away its own fixes at the airport",
        ask(tour(4.5), tour(12.0, source="opensky")),
        "near passed",
        "came_near",
    ),
    row(
        "a wide path error leaves time for it",
        ask(
            segment(
                (at("20:00", 9), off(MINSK, 0, 11)),
                (at("25:00"), off(MINSK, 0, 11)),
                path_error_nm=6.0,
            )
        ),
        "no_data none",
        "coverage_unknown",
    ),
    row(
        "over the antimeridian and far from it",
        ask(parked(at("10:00", 9), at("25:00"), on(NADI)), place=APIA),
        "elsewhere tracked_throughout",
        "no_time",
    ),
    row(
        "over the antimeridian, too short a silence",
        ask(
            parked(at("10:00", 9), at("01:00"), on(NADI)),
            parked(at("02:30"), at("25:00"), on(NADI)),
            place=APIA,
        ),
        "elsewhere out_of_reach",
        "no_time",
        possible=(False,),
    ),
    row(
        "over the antimeridian, long enough a silence",
        ask(
            parked(at("10:00", 9), at("01:00"), on(NADI)),
            parked(at("02:50"), at("25:00"), on(NADI)),
            place=APIA,
        ),
        "no_data none",
        "coverage_unknown",
        possible=(True,),
    ),
    row(
        "a leg over the antimeridian passes what lies on it",
        ask(
            segment((at("20:00", 8), (-14.0, 179.0)), (at("25:00"), (-14.0, -179.0))),
            place=EAST_OF_FIJI,
        ),
        "near passed",
        "came_near",
    ),
    row(
        "a leg over the antimeridian is not the long way round",
        ask(
            segment((at("20:00", 8), (-14.0, 179.0)), (at("25:00"), (-14.0, -179.0))),
            place=ANTIPODE,
        ),
        "elsewhere tracked_throughout",
        "no_time",
    ),
    row(
        "over the pole",
        ask(
            segment(
                (at("10:00", 9), (-89.0, 0.0)),
                (at("00:00"), (-89.99, 0.0)),
                (at("00:01"), (-89.99, 180.0)),
                (at("25:00"), (-89.0, 180.0)),
            ),
            place=SOUTH_POLE,
        ),
        "near passed",
        "came_near",
    ),
    row(
        "round the pole",
        ask(
            segment(
                *((at(f"{h}:00", 9), (-85.0, turned(20.0 * h))) for h in range(10, 50)),
            ),
            place=SOUTH_POLE,
        ),
        "elsewhere tracked_throughout",
        "no_time",
    ),
    row(
        "fast leg past, sampled between its points",
        ask(
            segment(
                (at("20:00", 9), on(HEATHROW), None),
                (at("08:00"), off(MINSK, 300, 60)),
                (at("08:50"), off(MINSK, 120, 60)),
                (at("12:00"), on(HEATHROW), None),
                (at("25:00"), on(HEATHROW), None),
            )
        ),
        "near passed",
        "came_near",
        says=("within 0.",),
    ),
    row(
        "near in the earlier part of a longer track only",
        ask(
            segment(
                (at("19:00", 9), off(MINSK, 270, 3), 2_000.0),
                (at("20:20", 9), off(MINSK, 270, 3), 2_000.0),
                (at("20:30", 9), off(MINSK, 270, 100)),
                (at("25:00"), off(MINSK, 270, 300)),
            )
        ),
        "elsewhere tracked_throughout",
        "no_time",
        possible=(),
    ),
    row(
        "a landing in the middle of its own track",
        ask(tour(1.0, 900.0), movement("landing", at("10:00"), method="runway", height_ft=200.0)),
        "consistent followed_to_runway",
        "runway",
    ),
    row(
        "a report while its own track passes",
        ask(tour(1.0, 900.0), report(at("10:20"))),
        "near passed",
        "came_near",
    ),
    row(
        "a report long after its own track has passed",
        ask(tour(1.0, 900.0), report(at("10:40"))),
        "near passed",
        "came_near",
        conflicts=("report_against_track",),
    ),
)
