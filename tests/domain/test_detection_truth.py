"""Real flights whose origin, destination and times are known: every row of truth.csv, and those
of the `traffic` wheel that are known from elsewhere, always. All of it by the embedded table of
airports as it comes, and by the same one with the real runways in it: people have either."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest

from schemas.movements import Derived, Move, Movement
from schemas.records import Track
from service.domain.detection.detect import detect
from service.domain.geo import distance_nm
from service.domain.track import in_order
from tests.domain import samples
from tests.realdata import shared, traffic_sample

SAMPLES = "traffic/data/samples/"
NOW_CALLED = {"KPBI (KDJT in 2026 tables)": "KDJT"}
UNNAMED = {
    ("traces/nevada/trace_full_a4068e.json", "88NV"),  # a helicopter outside the temporary field
    (SAMPLES + "featured/anzac_day.json.gz", "YMAV"),  # low over a town's own airfield: abstained
}
"""Where no airport is named: honest, and never a wrong one."""
UNSEEN = {
    (SAMPLES + "featured/qantas747.json.gz", "KLAX"),  # the signal ends over the Pacific
    (SAMPLES + "noisy/noisy_spoofing.json.gz", "ENGM"),  # spoofed until it ends
}
TOLERANCE_S = 150.0
"""Recorded times are those of the landed event, or of the first altitude above zero."""

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.parametrize("runways", [False, True], ids=["plain", "runways"]),
]


@cache
def track_of(file: str) -> Track:
    if not file.startswith(SAMPLES):
        return samples.readsb(shared(file))
    name = file.removeprefix(SAMPLES)
    if name.startswith("fr24/"):
        return samples.fr24(name.removeprefix("fr24/"))
    if name.startswith("readsb/"):
        return samples.readsb(traffic_sample(name))
    return samples.opensky(name)


@cache
def shown(file: str, runways: bool) -> Derived:
    return detect(in_order(track_of(file)), samples.real_airports(runways=runways))


def found(file: str, move: Move, airport: str, t: str, runways: bool) -> Movement:
    """The movement that a row tells of."""
    named = (airport, None) if (file, airport) in UNNAMED else (airport,)
    ours = [m for m in shown(file, runways).movements if m.move == move and m.airport in named]
    assert ours, (file, move, airport)
    at = moment(t)
    if at is None:
        return ours[0]
    best = min(ours, key=lambda m: abs((m.t_best - at).total_seconds()))
    assert abs((best.t_best - at).total_seconds()) <= TOLERANCE_S, (file, move, best.t_best, at)
    return best


def moment(text: str) -> datetime | None:
    """A time of truth.csv: whole, without seconds, or with an `x` for the last digit."""
    plain = text.strip().lstrip("~").replace("x", "5")
    if not re.match(r"\d{4}-\d\d-\d\dT", plain):
        return None
    return datetime.fromisoformat(plain).astimezone(UTC)


def test_every_row_of_the_truth(runways: bool) -> None:
    with shared("truth.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 29
    landings: dict[str, int] = {}
    for row in rows:
        name = row["file"]
        for move, place, t in (
            ("takeoff", row["dep"], row["dep_time"]),
            ("landing", row["arr"], row["arr_time"]),
        ):
            airport = NOW_CALLED.get(place, place)
            seen = airport not in {"", "?"} and (name, airport) not in UNSEEN
            if move == "landing":
                landings[name] = landings.get(name, 0) + seen
            if seen and not (airport == "LTFM" and "spoofing" in name):
                found(name, "takeoff" if move == "takeoff" else "landing", airport, t, runways)
    for name, count in landings.items():
        told = [m for m in shown(name, runways).movements if m.move == "landing"]
        assert len(told) == count, (name, [(m.airport, m.t_best) for m in told])


@pytest.mark.parametrize(
    ("name", "origin", "destination"),
    [
        ("2ce4f83f", "WMSA", "RCSS"),
        ("3376ab31", "RJCC", "RJTT"),
        ("34a8254b", "LSZH", "MMUN"),
        ("372355e5", "LTFM", "ENGM"),
    ],
)
def test_recorded_flights(name: str, origin: str, destination: str, runways: bool) -> None:
    moves = [(m.move, m.airport) for m in shown(f"{SAMPLES}fr24/{name}.json", runways).movements]
    assert moves == [("takeoff", origin), ("landing", destination)]


def test_no_landing_for_a_flight_that_ends_in_cruise(runways: bool) -> None:
    moves = [m.move for m in shown(SAMPLES + "featured/qantas747.json.gz", runways).movements]
    assert moves == ["takeoff"]


def test_the_spoofed_flight(runways: bool) -> None:
    """Nothing observed, no landing, and no usable stretch far from where it truly was."""
    derived = shown(SAMPLES + "noisy/noisy_spoofing.json.gz", runways)
    assert not [m for m in derived.movements if m.move == "landing" or m.grade == "observed"]
    assert not [s for s in derived.ground_spans if s.airport is not None]
    true = track_of(SAMPLES + "fr24/372355e5.json")
    for segment in (s for s in derived.segments if s.usable):
        t_us = np.array([p.t.timestamp() * 1e6 for p in segment.path])
        inside = (t_us >= true.t_us[0]) & (t_us <= true.t_us[-1])
        lat, lon = (np.interp(t_us, true.t_us, column) for column in (true.lat, true.lon))
        away = distance_nm([p.lat for p in segment.path], [p.lon for p in segment.path], lat, lon)
        assert float(np.max(away[inside], initial=0.0)) <= 15.0, segment.first.t


def test_six_passes_at_lelystad_and_no_landing_there(runways: bool) -> None:
    derived = shown(SAMPLES + "featured/belevingsvlucht.json.gz", runways)
    assert [p.airport for p in derived.passes] == ["EHLE"] * 6
    assert not [m for m in derived.movements if m.airport == "EHLE"]


def test_an_old_speed_on_the_way_to_the_stand_is_no_new_flight(runways: bool) -> None:
    """It says 135 kt, 58 degrees and -832 ft/min for five minutes, all the way to its stand; its
    ground flag comes and goes."""
    derived = shown(SAMPLES + "featured/belevingsvlucht.json.gz", runways)
    assert [(m.move, m.airport) for m in derived.movements] == [
        ("takeoff", "EHAM"),
        ("landing", "EHAM"),
    ]
    landed = derived.movements[1].t_best
    assert abs((landed - datetime(2018, 5, 30, 20, 18, 5, tzinfo=UTC)).total_seconds()) <= 60.0
    (span,) = derived.ground_spans
    assert (span.airport, span.tied) == ("EHAM", True)
    assert (span.last.t - span.first.t).total_seconds() >= 60.0


def test_spokane_is_inferred_and_has_rivals(runways: bool) -> None:
    file = SAMPLES + "readsb/trace_full_ac671b.json"
    unseen = [m for m in shown(file, runways).movements if m.grade == "inferred"]
    assert [m.move for m in unseen] == ["landing", "takeoff"]
    assert {m.airport for m in unseen} == {"KGEG"}
    assert all(m.rivals for m in unseen)
