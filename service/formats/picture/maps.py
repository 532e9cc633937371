"""The maps: the whole track, and the surroundings of the airport."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from schemas.movements import Segment
from schemas.places import Airport
from schemas.records import Float64
from service.domain.geo import FT_PER_NM, destination
from service.formats.lines import Point, great_circle, path_of
from service.formats.picture.coastline import coast
from service.formats.picture.lettering import lines
from service.formats.picture.projection import View, view_of
from service.formats.picture.scene import DOUBTED, FAINT, GAP, PLACE, TRACK, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RING_NM: Final = 5.0
"""Whoever is heard low within this of the reference point counts as heard at the airport."""
CLOSE_NM: Final = 8.0
LEAST_NM: Final = 12.0
COAST_FROM_NM: Final = 25.0
"""From closer by, a coast of 1:50 million is miles off."""
_STEPS_DEG: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_MOST_MERIDIANS: Final = 36
"""Near a pole they all come together."""
_BARS_NM: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


def draw_track(axes: Axes, scene: Scene, aspect: float) -> None:
    """The whole track with its gaps, around the airport where there is no track."""
    points = scene.points or [(0.0, 0.0)]
    view = view_of(points, aspect=aspect, least_nm=LEAST_NM)
    _ground(axes, view)
    _flown(axes, view, scene, "")
    if not scene.shown.segments:
        _say(axes, "No positions of it are held for that time.")
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        axes.legend(
            handles,
            labels,
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=len(labels),
            fontsize=6,
            frameon=False,
            borderaxespad=0.1,
        )


def draw_airport(axes: Axes, scene: Scene, aspect: float) -> None:
    """The airport from close by, with its ring and its runways."""
    airport = scene.shown.airport
    if airport is None:
        axes.set_axis_off()
        _say(axes, "The airport is in no table any more.")
        return
    view = View(airport.lat, airport.lon, CLOSE_NM * aspect, CLOSE_NM)
    _ground(axes, view)
    for number, (start, end) in enumerate(_runways(airport)):
        x, y = view.plane([start, end])
        axes.plot(x, y, color="#404040", linewidth=2.5, gid=f"runway-{number}")
    _flown(axes, view, scene, "near-")


def _flown(axes: Axes, view: View, scene: Scene, prefix: str) -> None:
    said: set[str] = set()

    def label(text: str) -> str:
        """A line of the legend for the first of each kind; matplotlib skips what begins so."""
        first = text not in said
        said.add(text)
        return text if first else f"_{text}"

    for number, silence in enumerate(scene.silences):
        ends = (silence.before.lat, silence.before.lon), (silence.after.lat, silence.after.lon)
        x, y = view.plane(great_circle(*ends, 64))
        axes.plot(
            x,
            y,
            color=GAP,
            linewidth=1.0,
            dashes=(4, 3),
            label=label("gap: nobody knows where it flew"),
            gid=f"{prefix}gap-{number}",
        )
    for number, segment in enumerate(scene.shown.segments):
        x, y = view.plane(_rounded(segment))
        axes.plot(
            x,
            y,
            color=TRACK if segment.usable else DOUBTED,
            linewidth=1.6 if segment.usable else 1.0,
            marker="." if len(x) == 1 else "" if segment.usable else "x",
            markersize=5 if len(x) == 1 else 3,
            alpha=1.0 if scene.touches(segment) else 0.45,
            label=label("track" if segment.usable else "doubted positions"),
            gid=f"{prefix}track-{number}",
        )
    for number, item in enumerate(scene.shown.seen):
        assert item.lat is not None
        assert item.lon is not None
        x, y = view.plane([(item.lat, item.lon)])
        axes.plot(
            x,
            y,
            color=PLACE,
            linestyle="none",
            marker="^" if item.kind == "movement" else "s",
            markersize=4,
            label=label(_KINDS[item.kind]),
            gid=f"{prefix}seen-{number}",
        )
    airport = scene.shown.airport
    if airport is not None:
        _airport(axes, view, airport, prefix)


_KINDS: Final = {
    "movement": "take-off or landing",
    "pass": "passed",
    "ground_span": "on the ground",
}


def _rounded(segment: Segment) -> list[Point]:
    """The path along great circles, where its points lie far from each other."""
    path = path_of(segment)
    if len(set(path)) == 1:
        return path[:1]
    found = path[:1]
    for start, end in itertools.pairwise(path):
        far = abs(start[0] - end[0]) > 1.0 or abs(start[1] - end[1]) > 1.0
        found += great_circle(start, end, 12 if far else 1)[1:]
    return found


def _airport(axes: Axes, view: View, airport: Airport, prefix: str) -> None:
    lat, lon = destination(airport.lat, airport.lon, np.linspace(0.0, 360.0, 73), RING_NM)
    x, y = view.plane(np.column_stack([lat, lon]))
    axes.plot(x, y, color=PLACE, linewidth=0.8, gid=f"{prefix}ring")
    (x0,), (y0,) = view.plane([(airport.lat, airport.lon)])
    axes.plot([x0], [y0], color=PLACE, marker="+", markersize=7, gid=f"{prefix}airport")
    axes.annotate(
        f"{lines(airport.ident, size_pt=6.5, width_pt=60, most=1)[0]}, ring of {RING_NM:g} NM",
        (x0, y0),
        xytext=(5, 5),
        textcoords="offset points",
        fontsize=6.5,
        color=PLACE,
        annotation_clip=True,
    )


def _ground(axes: Axes, view: View) -> None:
    axes.set_xlim(-view.half_x_nm, view.half_x_nm)
    axes.set_ylim(-view.half_y_nm, view.half_y_nm)
    axes.set_xticks([])
    axes.set_yticks([])
    for x, y, text, at in _graticule(view):
        axes.plot(x, y, color="#dcdcdc", linewidth=0.5, zorder=0)
        axes.text(x[at], y[at], text, fontsize=5, color=FAINT, clip_on=True, zorder=0)
    if view.half_y_nm >= COAST_FROM_NM and len(coast()):
        x, y = view.near(coast())
        axes.plot(x, y, color="#708090", linewidth=0.6, zorder=0.5, gid="coast")
    bar = max((b for b in _BARS_NM if b <= view.half_x_nm / 2), default=_BARS_NM[0])
    left, low = -0.95 * view.half_x_nm, -0.93 * view.half_y_nm
    axes.plot([left, left + bar], [low, low], color="black", linewidth=1.5)
    axes.text(left, low + 0.03 * view.half_y_nm, f"{bar} NM", fontsize=6)


def _graticule(view: View) -> Iterator[tuple[Float64, Float64, str, int]]:
    """Parallels and meridians on the plane, each with its name and the place to write it."""
    reach_deg = min(view.reach_nm / 60.0, 180.0)
    across_deg = min(view.half_y_nm / 60.0, 90.0)
    step = next((s for s in _STEPS_DEG if s >= across_deg / 2.5), _STEPS_DEG[-1])
    low, high = max(view.lat - reach_deg, -90.0), min(view.lat + reach_deg, 90.0)
    narrow = np.cos(np.radians(min(max(abs(low), abs(high)), 89.0)))
    half = 180.0 if max(abs(low), abs(high)) >= 85.0 else min(reach_deg / narrow, 180.0)
    lons = np.linspace(view.lon - half, view.lon + half, 181)
    lats = np.linspace(low, high, 181)
    for number in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1):
        lat = number * step
        if abs(lat) < 90.0:
            parallel = np.column_stack([np.full(len(lons), lat), lons])
            yield from _shown(view, parallel, f"{abs(lat):g}°{'NS'[lat < 0]}", low_first=False)
    step = next((s for s in _STEPS_DEG if s >= max(step, 2.0 * half / _MOST_MERIDIANS)), 30.0)
    first, last = np.ceil((view.lon - half) / step), np.floor((view.lon + half) / step)
    for number in range(int(first), int(last) + 1):
        lon = (number * step + 180.0) % 360.0 - 180.0
        meridian = np.column_stack([lats, np.full(len(lats), lon)])
        yield from _shown(view, meridian, f"{abs(lon):g}°{'EW'[lon < 0]}", low_first=True)


def _shown(
    view: View, points: Float64, text: str, *, low_first: bool
) -> Iterator[tuple[Float64, Float64, str, int]]:
    x, y = view.plane(points)
    above_bar = (x > -0.4 * view.half_x_nm) | (y > -0.8 * view.half_y_nm)
    inside = np.flatnonzero(view.shows(x, y) & above_bar)
    if inside.size:
        at = int(inside[np.argmin((y if low_first else x)[inside])])
        at_pole = low_first and abs(float(points[at, 0])) > 89.9
        yield x, y, "" if at_pole else text, at


def _runways(airport: Airport) -> Iterator[tuple[Point, Point]]:
    """From threshold to threshold, each once where both ends are known."""
    for end in airport.runways:
        far = destination(end.lat, end.lon, end.heading_deg, end.length_ft / FT_PER_NM)
        yield (end.lat, end.lon), (float(far[0]), float(far[1]))


def _say(axes: Axes, text: str) -> None:
    axes.text(0.5, 0.25, text, transform=axes.transAxes, ha="center", fontsize=8, color=GAP)
