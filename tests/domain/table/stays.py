"""Stays between two observations, and what ends them."""

from __future__ import annotations

from tests.domain.asking import ask
from tests.domain.cases import (
    MINSK,
    OLD_MINSK,
    VILNIUS,
    at,
    leg,
    movement,
    observed,
    off,
    on,
    parked,
    rival,
    span,
)
from tests.domain.rows import row

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


ROWS = (
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
