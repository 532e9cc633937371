"""Hypothesis strategies: recipes that shrink towards one plain flight in full coverage."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.simulator.day import Day, simulate
from tests.simulator.kinds import KINDS
from tests.simulator.recipe import FAULTS, HAPPENINGS, Fault, Happening, Recipe

SEEDS = st.integers(0, 9999)


def recipes(
    *,
    legs: int = 3,
    happenings: Sequence[Happening] = HAPPENINGS,
    faults: Sequence[Fault] = FAULTS,
    floors_ft: tuple[float, float] = (0.0, 5000.0),
) -> st.SearchStrategy[Recipe]:
    """Any recipe within the bounds; the first choice of everything is the harmless one."""
    return st.builds(
        Recipe,
        type_code=st.sampled_from(tuple(KINDS)),
        legs=st.integers(1, legs),
        script=st.lists(st.sampled_from(tuple(happenings)), max_size=2).map(tuple)
        if happenings
        else st.just(()),
        start_h=st.integers(0, 23).map(float),
        step_s=st.sampled_from((5.0, 1.0, 8.0, 12.0, 18.0)),
        floor_ft=st.sampled_from((floors_ft[0], 300.0, 1000.0, floors_ft[1])).map(
            lambda x: min(max(x, floors_ft[0]), floors_ft[1])
        ),
        surface=st.sampled_from(("full", "patchy", "none")),
        en_route_floor_ft=st.sampled_from((1000.0, 3000.0, 8000.0)),
        drop=st.sampled_from((0.0, 0.05, 0.3)),
        outages=st.integers(0, 2),
        qnh_hpa=st.sampled_from((1013.25, 970.0, 990.0, 1030.0, 1045.0)),
        warm=st.sampled_from((1.0, 0.94, 1.06)),
        geometric=st.booleans(),
        nav_qnh=st.booleans(),
        faults=st.lists(st.sampled_from(tuple(faults)), max_size=2, unique=True).map(tuple)
        if faults
        else st.just(()),
    )


def days(recipe: st.SearchStrategy[Recipe] | None = None) -> st.SearchStrategy[Day]:
    """Simulated days of such recipes."""
    return st.builds(simulate, SEEDS, recipe if recipe is not None else recipes())


def single_flights(
    *, faults: Sequence[Fault] = (), happenings: Sequence[Happening] = ()
) -> st.SearchStrategy[Day]:
    """One leg each, in coverage down to the ground, with at most the given trouble."""
    return days(recipes(legs=1, happenings=happenings, faults=faults, floors_ft=(0.0, 0.0)))
