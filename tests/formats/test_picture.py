"""The sheet for print: what stands on it, as facts of the drawing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.movements import Segment
from schemas.places import Airport
from service.domain.geo import distance_nm
from service.formats.forms import Form, write
from service.formats.picture import coastline
from service.formats.picture.projection import FARTHEST_NM, View, view_of
from service.formats.picture.timeline import Timeline
from service.formats.shown import Shown
from tests.domain.asking import TWO_ADDRESSES
from tests.domain.cases import (
    APIA,
    LONGYEAR,
    MINSK,
    NADI,
    SOUTH_POLE,
    VNUKOVO,
    at,
    leg,
    off,
    on,
    parked,
    segment,
)
from tests.formats.decoding import size
from tests.formats.shows import bare, shows, visit, with_segments

SVG = "{http://www.w3.org/2000/svg}"
HEIGHT_PT = 8.27 * 72


def drawn(shown: Shown) -> ET.Element:
    """The sheet, parsed with the comments in which the letters are spelled out."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    return ET.fromstring(write(Form.SVG, shown), parser)


@cache
def seen_there() -> ET.Element:
    """The sheet of `visit`."""
    return drawn(visit())


def ids(root: ET.Element, prefix: str) -> list[str]:
    names = (element.get("id", "") for element in root.iter())
    return [name for name in names if re.fullmatch(rf"{prefix}(-\d+)?", name)]


def words(root: ET.Element) -> str:
    found: list[str] = []
    for element in root.iter():
        tag: Any = element.tag
        if tag is ET.Comment:
            found.append((element.text or "").strip())
    return "\n".join(found).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def path(root: ET.Element, name: str) -> tuple[list[tuple[float, float]], str]:
    """The points of a drawn line, in points from the upper left corner, and its style."""
    (group,) = [e for e in root.iter() if e.get("id") == name]
    line = group.find(f"{SVG}path")
    assert line is not None
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", line.get("d", ""))]
    return list(zip(numbers[::2], numbers[1::2], strict=True)), line.get("style", "")


def test_gaps_are_dashed_and_the_track_is_not() -> None:
    root = seen_there()

    assert ids(root, "gap") == ["gap-0", "gap-1"]
    assert len(ids(root, "track")) == 4
    for name in ("gap-0", "gap-1"):
        assert "stroke-dasharray" in path(root, name)[1]
    for name in ("track-0", "track-1"):
        assert "stroke-dasharray" not in path(root, name)[1]
    (track, _), (gap, _) = path(root, "track-0"), path(root, "gap-0")
    assert gap[0] == pytest.approx(track[-1], abs=0.5)


def test_the_field_elevation_stands_at_its_height() -> None:
    places: list[float] = []
    for elevation_ft in (0.0, 2_500.0, 5_000.0):
        place = replace(MINSK, elevation_ft=elevation_ft)
        shown = shows(
            segment((at("05:00"), on(place), 5_000.0), (at("06:00"), on(place), 0.0)), place=place
        )
        root = drawn(shown)
        line, _ = path(root, "field-elevation")
        flown, _ = path(root, "height-0")
        top, foot = flown[0][1], flown[-1][1]
        assert line[0][1] == line[1][1]
        places.append((foot - line[0][1]) / (foot - top))
        assert f"field elevation {elevation_ft:,.0f} ft" in words(root)
    assert places == pytest.approx([0.0, 0.5, 1.0], abs=1e-3)


def test_an_unknown_elevation_is_no_line() -> None:
    root = drawn(bare(replace(MINSK, elevation_ft=None)))

    assert ids(root, "field-elevation") == []
    assert "field elevation not known" in words(root)


def test_the_ring_is_five_miles_wide_on_both_maps() -> None:
    root = drawn(bare())
    for name in ("ring", "near-ring"):
        points, _ = path(root, name)
        xs, ys = [x for x, _ in points], [y for _, y in points]
        assert max(xs) - min(xs) == pytest.approx(max(ys) - min(ys), rel=0.02)
    close, _ = path(root, "near-ring")
    height_pt = 0.42 * HEIGHT_PT
    wide = max(y for _, y in close) - min(y for _, y in close)
    assert wide == pytest.approx(height_pt * 5.0 / 8.0, rel=0.02)


def test_the_sheet_says_what_it_is() -> None:
    shown = replace(visit(), not_to_pass_on={"adsblol": "personal use only"})
    said = words(drawn(shown))

    assert "Seen there: RA-64523 at Minsk National (UMMS), 2024-05-10" in said
    assert shown.verdict.sentence[:90] in said
    assert "As of 2024-06-01 00:00:00Z" in said
    assert "adsblol: © adsb.lol contributors" in said
    assert "Not to be passed on: adsblol (personal use only)" in said
    assert "Does not show: Who or what was aboard" in said
    assert "Coasts and lakes: Natural Earth." in said


def test_doubts_are_shown() -> None:
    doubted = leg(
        at("05:00"), at("05:40"), on(VNUKOVO), on(MINSK), usable=False, marks=("spoof_suspected",)
    )
    root = drawn(with_segments(doubted))

    assert "#e07000" in path(root, "track-0")[1]
    assert "doubted positions" in words(root)
    assert "Doubts about what is drawn: spoof suspected." in words(root)
    assert "#e07000" not in path(seen_there(), "track-0")[1]


def test_what_was_made_is_marked_across_the_sheet() -> None:
    made = leg(at("05:00"), at("05:40"), on(VNUKOVO), on(MINSK), marks=("simulated",))

    assert ids(drawn(with_segments(made)), "simulated") == ["simulated"]
    assert ids(seen_there(), "simulated") == []


def test_two_addresses_are_named() -> None:
    one = leg(at("05:00"), at("05:40"), on(VNUKOVO), off(MINSK, 60, 150))
    other = replace(leg(at("06:40"), at("07:10"), off(MINSK, 60, 40), on(MINSK)), icao24="15fffe")
    root = drawn(shows(one, other, identity=TWO_ADDRESSES))

    assert "Which aircraft is meant is not settled: drawn are 14fc0b, 15fffe." in words(root)
    assert ids(root, "gap") == []


def test_who_listened_stands_by_hour_and_source() -> None:
    shown = visit()
    root = drawn(shown)
    cells = ids(root, "coverage")

    assert len(cells) == len(shown.verdict.coverage) > 0
    assert len(ids(root, "heard")) == 4
    assert "adsblol" in words(root)


def _over_the_pole() -> Segment:
    return segment(
        (at("05:00"), (85.0, 15.0)), (at("06:00"), (90.0, 0.0)), (at("07:00"), (85.0, -165.0))
    )


HARD: dict[str, tuple[Airport, tuple[Segment, ...]]] = {
    "nothing": (MINSK, ()),
    "a single fix": (MINSK, (parked(at("07:10"), at("07:10"), on(MINSK)),)),
    "parked all day": (MINSK, (parked(at("00:00"), at("20:00"), on(MINSK)),)),
    "the antimeridian": (APIA, (leg(at("05:00"), at("07:00"), on(NADI), on(APIA)),)),
    "the north pole": (LONGYEAR, (_over_the_pole(),)),
    "the south pole": (SOUTH_POLE, (parked(at("05:00"), at("06:00"), on(SOUTH_POLE)),)),
    "antipodes": (
        MINSK,
        (
            parked(at("05:00"), at("06:00"), on(MINSK)),
            parked(at("18:00"), at("19:00"), (-MINSK.lat, MINSK.lon - 180.0)),
        ),
    ),
    "round the world": (
        APIA,
        (segment(*((at(f"{h:02d}:00"), (0.0, (15.0 * h) % 360 - 180)) for h in range(24))),),
    ),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_cases_give_a_sound_sheet(name: str) -> None:
    place, segments = HARD[name]
    shown = with_segments(*segments, place=place)
    root = drawn(shown)

    assert len(ids(root, "track")) == len(segments)
    assert not [e for e in root.iter() if "nan" in e.get("d", "").lower()]
    for track in ids(root, "track"):
        points, _ = path(root, track)
        assert points
        assert all(0.0 <= x <= 842.0 and 0.0 <= y <= HEIGHT_PT for x, y in points)
    assert size(write(Form.PNG, shown)) == (1753, 1240)
    assert ("No positions of it are held" in words(root)) == (not segments)


def test_an_airport_that_is_gone_from_the_tables_is_said_to_be() -> None:
    root = drawn(replace(visit(), airport=None))

    assert "The airport is in no table any more." in words(root)
    assert ids(root, "ring") == []


def test_the_same_answer_gives_the_same_bytes() -> None:
    once = write(Form.SVG, visit())

    assert once == write(Form.SVG, visit())
    assert b"<dc:date>" not in once
    assert write(Form.PNG, visit()) == write(Form.PNG, visit())


def test_without_the_coast_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coastline, "_folder", lambda: None)
    coastline.coast.cache_clear()
    try:
        root = drawn(visit())
    finally:
        coastline.coast.cache_clear()

    assert ids(root, "coast") == []
    assert "Drawn without coasts" in words(root)


def test_a_coarse_coast_is_not_drawn_from_close_by() -> None:
    assert ids(seen_there(), "coast") == ["coast"]
    assert ids(drawn(bare(LONGYEAR)), "coast") == []


def test_the_coast_is_that_of_the_world() -> None:
    points = coastline.coast()
    known = points[np.isfinite(points).all(axis=1)]

    assert len(known) > 50_000
    assert np.abs(known[:, 0]).max() <= 90.0
    assert np.abs(known[:, 1]).max() <= 180.0
    odesa = distance_nm(46.49, 30.75, known[:, 0], known[:, 1]).min()
    assert float(odesa) < 15.0
    assert float(distance_nm(MINSK.lat, MINSK.lon, known[:, 0], known[:, 1]).min()) > 15.0


PLACES = st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))


@given(st.lists(PLACES, min_size=1, max_size=8), st.floats(0.5, 3.0))
@settings(max_examples=200)
def test_a_view_shows_whatever_is_not_on_the_far_side(points: list[Any], aspect: float) -> None:
    view = view_of(points, aspect=aspect, least_nm=12.0)
    x, y = view.plane(points)

    assert -90.0 <= view.lat <= 90.0
    assert view.half_y_nm >= 12.0
    assert view.half_x_nm == pytest.approx(aspect * view.half_y_nm)
    known = np.isfinite(x)
    assert (np.hypot(x[known], y[known]) <= FARTHEST_NM + 1e-6).all()
    if view.half_y_nm < FARTHEST_NM:
        assert view.shows(x[known], y[known]).all()


@given(PLACES, PLACES)
def test_distance_is_true_from_the_middle(middle: Any, place: Any) -> None:
    x, y = View(middle[0], middle[1], 100.0, 100.0).plane([place])
    true = float(distance_nm(*middle, *place))

    if true < FARTHEST_NM:
        assert float(np.hypot(x[0], y[0])) == pytest.approx(true, abs=1e-6)
    else:
        assert np.isnan(x[0])


@pytest.mark.parametrize(
    ("on_date", "zone", "hours"),
    [
        (date(2024, 3, 31), "Europe/Vilnius", 23),
        (date(2023, 10, 29), "Europe/Vilnius", 25),
        (date(2024, 5, 10), "Europe/Minsk", 24),
    ],
)
def test_the_axis_is_as_long_as_the_day(on_date: date, zone: str, hours: int) -> None:
    shown = shows(on=on_date, zone=zone)
    timeline = Timeline(shown.verdict.interval, zone)

    assert timeline.hours == hours
    assert timeline.at(shown.verdict.interval.t_from + timedelta(hours=3)) == 3.0
    later = shown.verdict.interval.t_to + timedelta(hours=1)
    assert timeline.within(later, later) is None
    assert "00:00" in words(drawn(shown))
