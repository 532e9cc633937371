"""What happened when: the altitude profile, and who was listening."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from schemas.movements import Segment
from service.formats.picture.lettering import lines
from service.formats.picture.scene import DOUBTED, FAINT, GAP, PLACE, TRACK, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_SOURCES: Final = 8
_UNKNOWN: Final = "field elevation not known"


def draw_profile(axes: Axes, scene: Scene) -> None:
    """Altitude above mean sea level over the day, with the field's elevation; silences are grey,
    and what was on the ground stands on a line at the foot, whatever its elevation."""
    scene.timeline.put_on(axes, labelled=False)
    heights = [0.0]
    for number, (start, length) in enumerate(_silent(scene)):
        axes.axvspan(start, start + length, color="#ececec", zorder=0, gid=f"silence-{number}")
    for number, segment in enumerate(scene.shown.segments):
        if scene.touches(segment):
            heights += _flown(axes, scene, segment, number)
    airport = scene.shown.airport
    elevation_ft = None if airport is None else airport.elevation_ft
    if elevation_ft is not None:
        heights.append(elevation_ft)
        axes.axhline(elevation_ft, color=PLACE, linewidth=0.9, dashes=(6, 2), gid="field-elevation")
    known = f"field elevation {elevation_ft:,.0f} ft" if elevation_ft is not None else _UNKNOWN
    axes.text(0.995, 0.9, known, transform=axes.transAxes, ha="right", fontsize=6, color=PLACE)
    low, high = min(heights), max(heights)
    room = max(high - low, 1_000.0)
    axes.set_ylim(low - 0.12 * room, high + 0.12 * room)
    axes.set_ylabel("ft above sea level", fontsize=6)
    axes.tick_params(axis="y", labelsize=6, length=2, pad=1)


def _silent(scene: Scene) -> Iterator[tuple[float, float]]:
    """Start and length of each silence on the axis, those open at one end among them."""
    interval = scene.timeline.interval
    spans = [(silence.before.t, silence.after.t) for silence in scene.silences]
    for gap in scene.shown.verdict.gaps:
        if gap.before is None or gap.after is None:
            start = gap.before.t if gap.before else interval.t_from
            spans.append((start, gap.after.t if gap.after else interval.t_to))
    for t_from, t_to in spans:
        span = scene.timeline.within(t_from, t_to)
        if span is not None:
            yield span


def _flown(axes: Axes, scene: Scene, segment: Segment, number: int) -> list[float]:
    """Draws it and returns its altitudes, ft."""
    colour = TRACK if segment.usable else DOUBTED
    x = np.array([scene.timeline.at(point.t) for point in segment.path])
    ground = np.array([point.on_ground for point in segment.path], np.bool_)
    height = np.array(
        [np.nan if point.alt_ft is None else point.alt_ft for point in segment.path], np.float64
    )
    height[ground] = np.nan
    known = np.isfinite(height)
    one = int(known.sum()) == 1
    if bool(known.any()):
        axes.plot(
            x,
            height,
            color=colour,
            linewidth=1.1,
            marker="." if one else "",
            gid=f"height-{number}",
        )
    if bool(ground.any()):
        foot = np.where(ground, 0.03, np.nan)
        axes.plot(
            x,
            foot,
            color=colour,
            linewidth=2.5,
            marker="|",
            markersize=4,
            transform=axes.get_xaxis_transform(),
            gid=f"ground-{number}",
        )
    return [float(h) for h in height[known]]


def draw_strip(axes: Axes, scene: Scene) -> None:
    """A row for each source: how many other aircraft it heard at the airport in each hour, and
    when it heard this one."""
    timeline, verdict = scene.timeline, scene.shown.verdict
    heard = {hour.source for hour in verdict.coverage}
    sources = sorted(heard | {segment.source for segment in scene.shown.segments})
    shown = sources[:MOST_SOURCES]
    most = max((hour.aircraft for hour in verdict.coverage), default=1)
    for number, hour in enumerate(verdict.coverage):
        if hour.source not in shown:
            continue
        row, start = shown.index(hour.source), timeline.at(hour.hour)
        strength = 0.15 + 0.55 * hour.aircraft / max(most, 1)
        axes.broken_barh(
            [(start, 1.0)],
            (row + 0.3, 0.65),
            facecolor=(0.2, 0.55, 0.35, strength),
            gid=f"coverage-{number}",
        )
        if 0.0 <= start + 0.5 <= timeline.hours:
            axes.text(
                start + 0.5, row + 0.6, f"{hour.aircraft}", ha="center", va="center", fontsize=5
            )
    for number, segment in enumerate(scene.shown.segments):
        span = timeline.within(segment.first.t, segment.last.t)
        if span is not None and segment.source in shown:
            axes.broken_barh(
                [(span[0], max(span[1], 0.03))],
                (shown.index(segment.source) + 0.05, 0.2),
                facecolor=TRACK if segment.usable else DOUBTED,
                gid=f"heard-{number}",
            )
    axes.set_ylim(max(len(shown), 1), 0)
    axes.set_yticks(
        [row + 0.5 for row in range(len(shown))],
        [lines(source, size_pt=5.5, width_pt=52, most=1)[0] for source in shown],
    )
    axes.tick_params(axis="y", labelsize=5.5, length=0, pad=1)
    timeline.put_on(axes, labelled=True)
    left_out = len(sources) - len(shown)
    also = f"; {left_out} more sources are not shown" if left_out else ""
    axes.set_xlabel(
        f"{verdict.zone}. Green: other aircraft heard low or on the ground there, by hour; line:"
        f" this aircraft heard{also}",
        fontsize=6,
        labelpad=1,
    )
    if not sources:
        axes.text(
            0.5,
            0.5,
            "nobody is known to have listened there",
            transform=axes.transAxes,
            ha="center",
            va="center",
            fontsize=6,
            color=GAP,
        )
    axes.grid(axis="x", color=FAINT, linewidth=0.3)
