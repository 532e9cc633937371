"""An answer as GeoJSON (RFC 7946): the track, its gaps apart, the airport, what was seen.

Every feature says what it is (`kind`), whose it is and how far it can be leaned on. A gap is a line
of its own and `dashed`: nobody knows where the aircraft flew meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from schemas.movements import Segment
from schemas.places import Airport
from schemas.verdicts import EvidenceItem
from service.formats.lines import Point, cut, great_circle, lon_lat, path_of
from service.formats.plain import every_text, plain
from service.formats.shown import Shown
from service.formats.silences import Silence, silences

GAP_STEPS = 32


def geojson(shown: Shown) -> bytes:
    """One FeatureCollection in UTF-8. Its member `tailcheck` holds the answer in short."""
    verdict = shown.verdict
    document = {
        "type": "FeatureCollection",
        "tailcheck": {
            "aircraft": verdict.aircraft,
            "airport": verdict.airport,
            "date": verdict.on,
            "zone": verdict.zone,
            "verdict": verdict.verdict,
            "grade": verdict.grade,
            "sentence": verdict.sentence,
            "does_not_show": verdict.does_not_show,
            "as_of": verdict.as_of,
            "attributions": shown.named,
            "not_to_pass_on": shown.not_to_pass_on,
        },
        "features": list(_features(shown)),
    }
    # Maps show properties as they are.
    return msgspec.json.encode(every_text(document, plain))


def _features(shown: Shown) -> Iterator[dict[str, Any]]:
    if shown.airport is not None:
        yield _airport(shown.airport)
    for segment in shown.segments:
        yield _segment(segment, shown)
    for silence in silences(shown.segments, shown.verdict.gaps):
        yield _gap(silence)
    for item in shown.seen:
        yield _seen(item, shown)


def _airport(airport: Airport) -> dict[str, Any]:
    return _feature(
        {"type": "Point", "coordinates": lon_lat([(airport.lat, airport.lon)])[0]},
        kind="airport",
        ident=airport.ident,
        name=airport.name,
        elevation_ft=airport.elevation_ft,
    )


def _segment(segment: Segment, shown: Shown) -> dict[str, Any]:
    return _feature(
        line_of(path_of(segment)),
        kind="track",
        dashed=False,
        icao24=segment.icao24,
        source=segment.source,
        t_first=segment.first.t,
        t_last=segment.last.t,
        fixes=segment.fixes,
        path_error_nm=segment.path_error_nm,
        usable=segment.usable,
        marks=segment.marks,
        attribution=shown.named.get(segment.source, ""),
        not_to_pass_on=segment.source in shown.not_to_pass_on,
    )


def _gap(silence: Silence) -> dict[str, Any]:
    before, after, finding = silence.before, silence.after, silence.finding
    ends = (before.lat, before.lon), (after.lat, after.lon)
    return _feature(
        line_of(great_circle(*ends, GAP_STEPS)),
        kind="gap",
        dashed=True,
        icao24=silence.icao24,
        t_first=before.t,
        t_last=after.t,
        seconds=(after.t - before.t).total_seconds(),
        visit_possible=finding.possible if finding else None,
        text=finding.text if finding else "",
    )


def _seen(item: EvidenceItem, shown: Shown) -> dict[str, Any]:
    assert item.lat is not None
    assert item.lon is not None
    return _feature(
        {"type": "Point", "coordinates": lon_lat([(item.lat, item.lon)])[0]},
        kind=item.kind,
        text=item.text,
        grade=item.grade,
        source=item.source,
        t_from=item.t_from,
        t_to=item.t_to,
        capture=item.capture,
        row_from=item.row_from,
        row_to=item.row_to,
        marks=item.marks,
        attribution=shown.named.get(item.source, ""),
        not_to_pass_on=item.source in shown.not_to_pass_on,
    )


def line_of(points: Sequence[Point]) -> dict[str, Any]:
    """The line as a geometry: cut at the antimeridian, and a point where it is no longer one."""
    if len(set(points)) == 1:
        return {"type": "Point", "coordinates": lon_lat(points)[0]}
    pieces = [lon_lat(piece) for piece in cut(points)]
    if len(pieces) == 1:
        return {"type": "LineString", "coordinates": pieces[0]}
    return {"type": "MultiLineString", "coordinates": pieces}


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
