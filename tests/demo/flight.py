"""The flight that is played: Vnukovo to Minsk by the simulator, under the name of RA-64523."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from schemas.records import Track
from service.domain.track import in_order
from service.storage.codec import to_us
from tests.simulator.day import simulate, to_track
from tests.simulator.recipe import Recipe

REGISTRATION, ICAO24 = "RA-64523", "14fc0b"
ORIGIN, DESTINATION = "UUWW", "UMMS"
DAY = datetime(2026, 1, 15, tzinfo=UTC)
"""A day on which nothing of the kind is known to have happened."""
SEED = 201
"""The dice fall so that the one leg from Vnukovo leads to Minsk."""
RECIPE = Recipe(home=ORIGIN, legs=1, start_h=12.8, step_s=3.0, drop=0.02, en_route_floor_ft=1000.0)


def flight() -> Track:
    """What a receiver hears of it, from stand to stand."""
    day = simulate(SEED, RECIPE)
    assert [move.airport for move in day.plan.truth.movements] == [ORIGIN, DESTINATION]
    track = in_order(to_track(day))
    return replace(track, icao24=ICAO24, t_us=track.t_us + to_us(DAY) - to_us(day.start))
