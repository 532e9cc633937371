"""What one simulated aircraft-day is made of, as plain values: easy to draw, print and shrink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np

from tests.simulator.kinds import HELICOPTERS, JETS, PISTONS, TURBOPROPS

Happening = Literal[
    "go_around",
    "touch_and_go",
    "low_pass",
    "overflight",
    "hold",
    "divert",  # an approach here, a landing elsewhere
    "local",  # lands where it took off
    "crash",
    "off_airport",  # a helicopter lands in the field
    "near_airport",  # a helicopter lands 2 to 4 NM beside an airport
    "hidden_visit",  # goes silent, lands somewhere, comes back on the air
    "oceanic",  # silent away from both coasts
    "ends_in_cruise",  # silent from cruise to the end of the flight
    "antimeridian",
]
Fault = Literal[
    "no_ground_flag",
    "air_flagged_ground",
    "airborne_blips",
    "stale_repeats",
    "jumps",
    "teleports",
    "frozen",
    "spoof_shift",
    "spoof_circle",
    "spoof_stack",
    "spoof_stack_on_ground",
    "spoof_drift",
    "jamming",
    "clock_back",
    "merged",
    "mlat",
    "bad_qnh",
    "no_integrity",
    "sil_zero",
    "altitude_spikes",
]
Surface = Literal["full", "patchy", "none"]
HAPPENINGS = cast(tuple[Happening, ...], get_args(Happening))
STEPS_S = (1.0, 3.0, 5.0, 8.0, 12.0, 18.0)
STEP_SHARES = (0.03, 0.15, 0.3, 0.3, 0.17, 0.05)
FAULTS = cast(tuple[Fault, ...], get_args(Fault))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that shapes a day except the dice, which the seed throws."""

    type_code: str = "B738"
    home: str = ""
    """Where the day begins; empty = drawn."""
    legs: int = 3
    script: tuple[Happening, ...] = ()
    start_h: float = 6.0
    """Hours after 00:00 UTC of the first day when it first moves."""
    step_s: float = 6.0
    """Usual time between fixes low down; three times that in cruise, 20 s at most."""
    floor_ft: float = 0.0
    """Coverage around every airport begins at this height above the field."""
    surface: Surface = "full"
    """Whether fixes on the ground are received; only where the floor is 0."""
    en_route_floor_ft: float = 3000.0
    drop: float = 0.05
    """Share of fixes lost at random."""
    outages: int = 0
    """Silences of minutes to hours, anywhere."""
    qnh_hpa: float = 1013.25
    warm: float = 1.0
    """True height over indicated height, by temperature."""
    geometric: bool = True
    nav_qnh: bool = True
    faults: tuple[Fault, ...] = ()


def draw(rng: np.random.Generator) -> Recipe:
    """A recipe as the campaign draws them: trouble far more often than in life."""
    u = rng.random()
    kinds = JETS if u < 0.55 else TURBOPROPS if u < 0.7 else PISTONS if u < 0.88 else HELICOPTERS
    kind = kinds[int(rng.integers(len(kinds)))]
    script: list[Happening] = []
    count = int(rng.choice([0, 1, 2, 3], p=[0.4, 0.35, 0.15, 0.1]))
    for _ in range(count):
        h = HAPPENINGS[int(rng.integers(len(HAPPENINGS)))]
        if h in ("off_airport", "near_airport") and not kind.vertical:
            h = "go_around"
        script.append(h)
    troubles = int(rng.choice([0, 1, 2, 4], p=[0.4, 0.3, 0.2, 0.1]))
    picks = sorted(set(rng.integers(len(FAULTS), size=troubles).tolist()))
    faults = tuple(FAULTS[i] for i in picks)
    low = rng.random() < 0.5
    return Recipe(
        type_code=kind.type_code,
        legs=int(rng.integers(1, 5)),
        script=tuple(script),
        start_h=float(rng.uniform(0.0, 24.0)),
        step_s=float(rng.choice(STEPS_S, p=STEP_SHARES)),
        floor_ft=0.0 if low else float(rng.choice([150, 300, 500, 800, 1200, 2000, 3500, 5000])),
        surface=("full", "full", "patchy", "none")[int(rng.integers(4))],
        en_route_floor_ft=float(rng.choice([1000.0, 3000.0, 8000.0, 15000.0])),
        drop=float(rng.choice([0.0, 0.05, 0.2, 0.5])),
        outages=int(rng.choice([0, 1, 3], p=[0.6, 0.3, 0.1])),
        qnh_hpa=float(rng.uniform(970.0, 1045.0)),
        warm=float(rng.uniform(0.93, 1.06)),
        geometric=bool(rng.random() < 0.7),
        nav_qnh=bool(rng.random() < 0.6),
        faults=faults,
    )
