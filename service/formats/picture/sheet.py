"""One sheet, A4 across: the sentence, the maps, the altitudes, who listened, and whose it is.

Drawn by matplotlib's objects, without its state for notebooks (`pyplot`), from its own defaults
whatever a file on this machine says, and without a date: the same answer gives the same bytes.
matplotlib is not made for threads, so one sheet is drawn at a time.
"""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any, Final

from service.domain.verdict.phrases import utc
from service.formats.picture.coastline import CREDIT, NO_COAST, coast
from service.formats.picture.hours import draw_profile, draw_strip
from service.formats.picture.lettering import lines
from service.formats.picture.maps import draw_airport, draw_track
from service.formats.picture.scene import GAP, PLACE, Scene, scene_of
from service.formats.plain import plain
from service.formats.shown import Shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH_IN: Final = 11.69
HEIGHT_IN: Final = 8.27
DPI: Final = 150

_SETTINGS: Final[Any] = {
    "svg.hashsalt": "tailcheck",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "axes.linewidth": 0.6,
}
_ONE_AT_A_TIME: Final = threading.Lock()
_TRACK: Final = (0.03, 0.405, 0.61, 0.42)
_AIRPORT: Final = (0.66, 0.405, 0.31, 0.42)
_PROFILE: Final = (0.075, 0.245, 0.895, 0.135)
_STRIP: Final = (0.075, 0.15, 0.895, 0.08)
"""Left, bottom, width, height, as shares of the sheet."""
_FOOT: Final = 0.118
_TEXT_PT: Final = 0.94 * WIDTH_IN * 72


def svg(shown: Shown) -> bytes:
    """The sheet as SVG. Letters are shapes, so it looks the same everywhere."""
    metadata = {
        "Date": None,
        "Creator": "Tailcheck",
        "Title": plain(shown.verdict.sentence),
        "Type": None,
    }
    return _drawn(shown, "svg", metadata)


def png(shown: Shown) -> bytes:
    """The sheet as PNG, 150 dots to the inch."""
    return _drawn(shown, "png", {"Software": None})


def _drawn(shown: Shown, form: str, metadata: dict[str, str | None]) -> bytes:
    with _ONE_AT_A_TIME:
        import matplotlib as mpl  # noqa: PLC0415 - no command pays for it that draws nothing
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415

        out = io.BytesIO()
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(_SETTINGS)
            figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN))
            FigureCanvasAgg(figure)
            _fill(figure, scene_of(shown))
            figure.savefig(out, format=form, dpi=DPI, metadata=metadata)
        return out.getvalue()


def _fill(figure: Figure, scene: Scene) -> None:
    _head(figure, scene)
    draw_track(figure.add_axes(_TRACK), scene, _aspect(_TRACK))
    draw_airport(figure.add_axes(_AIRPORT), scene, _aspect(_AIRPORT))
    draw_profile(figure.add_axes(_PROFILE), scene)
    draw_strip(figure.add_axes(_STRIP), scene)
    _foot(figure, scene)
    if "simulated" in scene.marks:
        figure.text(
            0.5,
            0.5,
            "SIMULATED",
            rotation=25,
            fontsize=110,
            color=PLACE,
            alpha=0.25,
            ha="center",
            va="center",
            gid="simulated",
        )


def _head(figure: Figure, scene: Scene) -> None:
    verdict = scene.shown.verdict
    asked = f"{verdict.reads}: {verdict.aircraft} at {verdict.airport_name} ({verdict.airport})"
    title = lines(f"{asked}, {verdict.on}", size_pt=14, width_pt=_TEXT_PT, most=1)
    figure.text(0.03, 0.955, title[0], fontsize=14, gid="title")
    said = lines(verdict.sentence, size_pt=9.5, width_pt=_TEXT_PT, most=4)
    figure.text(
        0.03, 0.94, "\n".join(said), fontsize=9.5, va="top", linespacing=1.3, gid="sentence"
    )


def _foot(figure: Figure, scene: Scene) -> None:
    figure.text(
        0.03, _FOOT, "\n".join(_notes(scene)), fontsize=6, va="top", linespacing=1.35, color=GAP
    )


def _notes(scene: Scene) -> list[str]:
    shown, verdict = scene.shown, scene.shown.verdict
    notes: list[str] = []

    def note(text: str, most: int = 1) -> None:
        notes.extend(lines(text, size_pt=6, width_pt=_TEXT_PT, most=most))

    credit = CREDIT if len(coast()) else NO_COAST
    note(
        f"As of {utc(verdict.as_of)}; {verdict.rules_version}; {verdict.reference_version}. Paths"
        f" are simplified; a dashed line is no path. {credit} Tailcheck."
    )
    aircraft = sorted({segment.icao24 for segment in shown.segments})
    if len(aircraft) > 1:
        note(f"Which aircraft is meant is not settled: drawn are {', '.join(aircraft)}.")
    if scene.marks:
        note(f"Doubts about what is drawn: {', '.join(scene.marks).replace('_', ' ')}.")
    if shown.not_to_pass_on:
        bound = (f"{key} ({licence})" for key, licence in shown.not_to_pass_on.items())
        note(f"Not to be passed on: {'; '.join(bound)}.")
    note(f"Does not show: {' '.join(verdict.does_not_show)}", most=2)
    note("Sources: " + "; ".join(f"{key}: {name}" for key, name in shown.named.items()), most=2)
    return notes


def _aspect(place: tuple[float, float, float, float]) -> float:
    return place[2] * WIDTH_IN / (place[3] * HEIGHT_IN)
