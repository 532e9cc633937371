"""An answer as KML 2.2, for a globe: the track, its gaps apart, the airport, what was seen.

A globe shows descriptions as HTML, and replaces ``$[…]`` in them: foreign text is escaped for that
first, and then once more as XML. KML has no dashes, so a gap is drawn in pieces.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from schemas.movements import Segment
from schemas.verdicts import EvidenceItem
from service.domain.verdict.phrases import utc
from service.formats.lines import Point, cut, dashes, lon_lat, path_of
from service.formats.plain import moment, plain
from service.formats.shown import Shown
from service.formats.silences import Silence, silences

_KML: Final = "http://www.opengis.net/kml/2.2"
_STYLES: Final = {
    "track": ("ffb4501e", "4"),
    "doubted": ("ff0080ff", "2"),
    "gap": ("ff707070", "2"),
    "place": ("ff1e1eb4", "2"),
}
"""Colour (alpha, blue, green, red) and width in pixels, by what a line is."""


def kml(shown: Shown) -> bytes:
    """The document as XML in UTF-8."""
    verdict = shown.verdict
    root = ET.Element("kml", {"xmlns": _KML})
    document = ET.SubElement(root, "Document")
    asked = f"{verdict.aircraft} at {verdict.airport} on {verdict.on} ({verdict.zone})"
    _text(document, "name", asked)
    _described(
        document,
        [
            verdict.sentence,
            f"As of {utc(verdict.as_of)}.",
            *verdict.does_not_show,
            *(f"{key}: {name}" for key, name in shown.named.items()),
            *(f"Not to be passed on: {key} ({why})" for key, why in shown.not_to_pass_on.items()),
        ],
    )
    for name, (color, width) in _STYLES.items():
        style = ET.SubElement(document, "Style", {"id": name})
        line = ET.SubElement(style, "LineStyle")
        ET.SubElement(line, "color").text = color
        ET.SubElement(line, "width").text = width
    _places(_folder(document, "Airport and what was seen"), shown)
    track = _folder(document, "Track")
    for segment in shown.segments:
        _segment(track, segment, shown)
    gaps = _folder(document, "Gaps: nobody knows where it flew")
    for silence in silences(shown.segments, verdict.gaps):
        _gap(gaps, silence)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _places(folder: ET.Element, shown: Shown) -> None:
    airport = shown.airport
    if airport is not None:
        mark = _placemark(folder, f"{airport.name} ({airport.ident})", "place")
        _point(mark, (airport.lat, airport.lon))
    for item in shown.seen:
        _seen(folder, item, shown)


def _seen(folder: ET.Element, item: EvidenceItem, shown: Shown) -> None:
    assert item.lat is not None
    assert item.lon is not None
    mark = _placemark(folder, item.kind.replace("_", " "), "place")
    _described(mark, [item.text, shown.named.get(item.source, ""), *item.marks])
    if item.t_from is not None and item.t_to is not None:
        _span(mark, item.t_from, item.t_to)
    _point(mark, (item.lat, item.lon))


def _segment(folder: ET.Element, segment: Segment, shown: Shown) -> None:
    name = "track" if segment.usable else "doubted positions"
    mark = _placemark(folder, name, "track" if segment.usable else "doubted")
    when = f"{utc(segment.first.t)} to {utc(segment.last.t)}"
    whose = f"{segment.source}: {shown.named.get(segment.source, '')}"
    said = f"{segment.icao24}, {segment.fixes} positions from {when}"
    _described(mark, [said, whose, *segment.marks])
    _span(mark, segment.first.t, segment.last.t)
    points = path_of(segment)
    if len(set(points)) == 1:
        _point(mark, points[0])
    else:
        _lines(mark, cut(points))


def _gap(folder: ET.Element, silence: Silence) -> None:
    before, after = silence.before, silence.after
    mark = _placemark(folder, "gap", "gap")
    said = silence.finding.text if silence.finding else ""
    _described(mark, [f"silent from {utc(before.t)} to {utc(after.t)}", said])
    _span(mark, before.t, after.t)
    pieces = dashes((before.lat, before.lon), (after.lat, after.lon))
    _lines(mark, [piece for dash in pieces for piece in cut(dash)])


def _folder(parent: ET.Element, name: str) -> ET.Element:
    folder = ET.SubElement(parent, "Folder")
    _text(folder, "name", name)
    return folder


def _placemark(folder: ET.Element, name: str, style: str) -> ET.Element:
    mark = ET.SubElement(folder, "Placemark")
    _text(mark, "name", name)
    ET.SubElement(mark, "styleUrl").text = f"#{style}"
    return mark


def _span(mark: ET.Element, t_from: datetime, t_to: datetime) -> None:
    span = ET.SubElement(mark, "TimeSpan")
    ET.SubElement(span, "begin").text = moment(t_from)
    ET.SubElement(span, "end").text = moment(t_to)


def _point(mark: ET.Element, point: Point) -> None:
    ET.SubElement(ET.SubElement(mark, "Point"), "coordinates").text = _coordinates([point])


def _lines(mark: ET.Element, pieces: Sequence[Sequence[Point]]) -> None:
    parent = mark if len(pieces) == 1 else ET.SubElement(mark, "MultiGeometry")
    for piece in pieces:
        line = ET.SubElement(parent, "LineString")
        ET.SubElement(line, "tessellate").text = "1"
        ET.SubElement(line, "coordinates").text = _coordinates(piece)


def _coordinates(points: Iterable[Point]) -> str:
    return " ".join(f"{lon},{lat}" for lon, lat in lon_lat(points))


def _text(parent: ET.Element, name: str, text: str) -> None:
    """A name: some globes show it as HTML, so it has no angle brackets of its own."""
    once = plain(text).replace("<", "\u2039").replace(">", "\u203a").replace("$[", "$ [")
    ET.SubElement(parent, name).text = once


def _described(parent: ET.Element, lines: Iterable[str]) -> None:
    said = [html.escape(plain(line)).replace("$[", "$&#91;") for line in lines if line]
    ET.SubElement(parent, "description").text = "<br/>".join(said)
