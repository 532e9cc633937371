"""Which legs an aircraft flies on its day, and what happens on them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from tests.simulator.kinds import KINDS, Kind
from tests.simulator.places import Place, World, parking, true_elevation_ft, world
from tests.simulator.recipe import Happening, Recipe
from tests.simulator.route import Event, EventForm
from tests.simulator.sphere import bearing_deg, destination, distance_nm, distances_nm

ANTIMERIDIAN = ("NFFN", "NSFA", "NGFU", "NFNM", "NZAA")
APPROACHES: dict[Happening, tuple[EventForm, tuple[float, ...]]] = {
    "go_around": ("go_around", (50.0, 80.0, 100.0, 200.0, 400.0, 800.0, 1500.0)),
    "touch_and_go": ("touch_and_go", (0.0,)),
    "low_pass": ("low_pass", (50.0, 100.0, 200.0, 300.0)),
}
"""Form and the heights above the field it may be flown at."""


@dataclass(slots=True)
class Leg:
    """One flight to be."""

    dep: Place
    arr: Place
    events: tuple[Event, ...] = ()
    crash: bool = False
    silent: tuple[str, ...] = ()
    """``oceanic`` (in the middle), ``end`` (from mid-cruise on), ``begin`` (until mid-cruise)."""
    brief: bool = False
    """Off again after minutes."""


@dataclass(slots=True)
class Planner:
    """Chooses legs for one aircraft; the dice are its own."""

    kind: Kind
    rng: np.random.Generator
    w: World = field(default_factory=world)
    usable: list[int] = field(init=False)
    """Flown airports that the kind can use."""

    def __post_init__(self) -> None:
        kind = self.kind
        high = kind.cruise_ft[1]
        ceiling = min(20000.0 if high > 20000.0 else 7000.0, high - 1500.0)
        self.usable = [
            i
            for i, a in enumerate(self.w.flown)
            if max(e.length_ft for e in a.runways) >= kind.runway_ft
            and true_elevation_ft(a) < ceiling
        ]

    def at(self, index: int, *, any_runway: bool = False) -> Place:
        """A stand and a landing direction at a flown airport."""
        airport = self.w.flown[index]
        least = 0.0 if any_runway else self.kind.runway_ft
        ends = [e for e in airport.runways if e.length_ft >= least]
        end = ends[int(self.rng.integers(len(ends)))]
        lat, lon = parking(airport, end, float(self.rng.random()))
        return Place(lat, lon, true_elevation_ft(airport), airport.ident, end)

    def other_end(self, place: Place) -> Place:
        """The same stand, perhaps another landing direction."""
        if place.airport is None:
            return place
        return replace(self.at(self.w.index(place.airport)), lat=place.lat, lon=place.lon)

    def within(self, here: int, least_nm: float, most_nm: float) -> int | None:
        """Another usable airport at such a distance."""
        d = self.w.distance_nm[here, self.usable]
        fits = np.flatnonzero((d >= least_nm) & (d <= most_nm) & (d > 0.0))
        return self.usable[int(self.rng.choice(fits))] if len(fits) else None

    def onward(self, here: int) -> int:
        """Where to fly next; the same airport where nothing is in reach."""
        there = self.within(here, *self.kind.legs_nm)
        return here if there is None else there

    def spot(
        self, point: tuple[float, float], reach_nm: tuple[float, float], clear_nm: float
    ) -> Place | None:
        """A place in the field around a point, so far from every airport; None if crowded."""
        for _ in range(12):
            at = destination(
                *point, float(self.rng.uniform(0, 360)), float(self.rng.uniform(*reach_nm))
            )
            airport, away = self.w.nearest(*at)
            ends = airport.runways
            clear = all(distance_nm(*at, e.lat, e.lon) > min(clear_nm, 1.2) for e in ends)
            if away > clear_nm and clear:
                rise = float(self.rng.uniform(0.0, 60.0 * min(away, 5.0)))
                return Place(*at, true_elevation_ft(airport) + rise)
        return None

    def index_near(self, place: Place) -> int:
        """The flown airport a place belongs to, or the nearest one."""
        if place.airport is not None:
            return self.w.index(place.airport)
        n = len(self.w.flown)
        d = distances_nm(place.lat, place.lon, self.w.lat[:n], self.w.lon[:n])
        return int(np.argmin(d))

    def first(self, recipe: Recipe) -> int:
        """Where the day begins."""
        if recipe.home:
            return self.w.index(recipe.home)
        if "antimeridian" in recipe.script:
            there = [i for i in map(self.w.index, ANTIMERIDIAN) if i in self.usable]
            if there:
                return int(self.rng.choice(there))
        return int(self.rng.choice(self.usable))

    def destination_of(self, here: int, happening: Happening | None) -> int:
        """Where a leg goes."""
        if happening == "local":
            return here
        if happening == "antimeridian":
            others = [
                i
                for i in map(self.w.index, ANTIMERIDIAN)
                if i in self.usable and 0.0 < self.w.distance_nm[here, i] < 1500.0
            ]
            if others:
                return int(self.rng.choice(others))
        return self.onward(here)


def legs_of(recipe: Recipe, rng: np.random.Generator) -> list[Leg]:
    """The day's legs; each thing of the script happens on a leg of its own."""
    p = Planner(KINDS[recipe.type_code], rng)
    todo: list[Happening | None] = [*recipe.script]
    todo += [None] * (recipe.legs - len(todo))
    todo = [todo[int(i)] for i in rng.permutation(len(todo))]
    here = p.first(recipe)
    start = p.at(here)
    legs: list[Leg] = []
    for happening in todo:
        there = p.destination_of(here, happening)
        leg = Leg(p.other_end(start), p.at(there))
        if there == here:
            via = p.spot((leg.arr.lat, leg.arr.lon), (5.0, 25.0), 2.0) or leg.arr
            leg.events = (Event("overflight", via, float(rng.uniform(1500.0, 3000.0))),)
        legs.append(leg)
        if happening is not None:
            legs.extend(_happen(p, leg, happening, there))
        if legs[-1].crash:
            return legs
        start, here = legs[-1].arr, p.index_near(legs[-1].arr)
    if start.airport is None:
        legs.append(Leg(start, p.at(here)))
    return legs


def _happen(p: Planner, leg: Leg, what: Happening, there: int) -> list[Leg]:
    """Puts a happening on a leg; returns the legs that follow from it."""
    rng, kind = p.rng, p.kind
    arr = leg.arr
    if what in APPROACHES and not kind.vertical:
        form, heights = APPROACHES[what]
        laps = int(rng.integers(1, 4)) if what == "touch_and_go" else 1
        height = float(rng.choice(heights))
        leg.events += tuple(Event(form, p.other_end(arr), height) for _ in range(laps))
    elif what == "overflight":
        flown = np.flatnonzero((p.w.distance_nm[there] > 0.0) & (p.w.distance_nm[there] <= 60.0))
        if len(flown):
            over = p.at(int(rng.choice(flown)), any_runway=True)
            height = float(rng.choice([1200.0, 2000.0, 3000.0]))
            leg.events += (Event("overflight", over, height),)
    elif what == "hold":
        big = kind.turn_nm > 0.5
        course = bearing_deg(arr.lat, arr.lon, leg.dep.lat, leg.dep.lon)
        away = float(rng.uniform(15.0, 40.0)) if big else 6.0
        fix = Place(*destination(arr.lat, arr.lon, course, away), arr.elevation_ft)
        height = float(rng.uniform(3000.0, 9000.0)) if big else 1500.0
        leg.events += (Event("hold", fix, height, laps=int(rng.integers(1, 5))),)
    elif what == "divert" and not kind.vertical:
        other = p.within(there, 0.0, 250.0)
        if other is not None:
            height = float(rng.choice([60.0, 150.0, 300.0, 600.0, 1200.0, 2500.0]))
            leg.events += (Event("go_around", arr, height),)
            leg.arr = p.at(other)
    elif what == "crash":
        d = distance_nm(leg.dep.lat, leg.dep.lon, arr.lat, arr.lon)
        course = bearing_deg(leg.dep.lat, leg.dep.lon, arr.lat, arr.lon)
        run = max(12.0, float(rng.uniform(0.2, 0.9)) * d)
        spot = p.spot(destination(leg.dep.lat, leg.dep.lon, course, run), (0.0, 10.0), 8.0)
        if spot is not None:
            leg.arr, leg.crash, leg.events = spot, True, ()
    elif what == "off_airport" and kind.vertical:
        leg.arr = p.spot((arr.lat, arr.lon), (4.0, 25.0), 3.0) or arr
    elif what == "near_airport" and kind.vertical:
        leg.arr = p.spot((arr.lat, arr.lon), (2.0, 4.0), 2.0) or arr
    elif what == "hidden_visit":
        leg.silent, leg.brief = ("end",), bool(rng.random() < 0.5)
        back = Leg(p.other_end(arr), p.at(p.onward(there)), silent=("begin",))
        return [back]
    elif what in {"oceanic", "antimeridian"}:
        leg.silent = ("oceanic",)
    elif what == "ends_in_cruise":
        leg.silent = ("end",)
    return []
