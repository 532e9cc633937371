"""A track as lines of text: CSV, ndjson, GeoJSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from schemas.records import Track, Via

COLUMNS = (
    "time",
    "lat",
    "lon",
    "alt_baro_ft",
    "alt_geom_ft",
    "on_ground",
    "gs_kt",
    "track_deg",
    "rate_fpm",
    "via",
    "source",
    "capture",
    "row",
)
EXPORTED = (*COLUMNS, "attribution")
"""What is handed out says in every line whose it is."""
LINE_BREAK_S = 300.0
"""A silence longer than this ends a line on the map: nobody knows where it flew meanwhile."""


class TrackFormat(StrEnum):
    """How a track is written."""

    CSV = "csv"
    NDJSON = "ndjson"
    GEOJSON = "geojson"


def positions(tracks: Iterable[Track]) -> Iterator[dict[str, Any]]:
    """Every fix as a plain object with `COLUMNS`; None = not said."""
    epoch = datetime.fromtimestamp(0, UTC)
    for track in tracks:
        columns = (
            track.t_us,
            track.lat,
            track.lon,
            track.alt_baro_ft,
            track.alt_geom_ft,
            track.on_ground,
            track.gs_kt,
            track.track_deg,
            track.rate_fpm,
            track.via,
            track.capture,
            track.row,
        )
        for fix in zip(*(column.tolist() for column in columns), strict=True):
            t_us, lat, lon, baro, geom, ground, gs, course, rate, via, capture, row = fix
            yield {
                "time": epoch + timedelta(microseconds=t_us),
                "lat": lat,
                "lon": lon,
                "alt_baro_ft": _said(baro),
                "alt_geom_ft": _said(geom),
                "on_ground": ground,
                "gs_kt": _said(gs),
                "track_deg": _said(course),
                "rate_fpm": _said(rate),
                "via": Via(via).name.lower(),
                "source": track.source,
                "capture": track.captures[capture],
                "row": row,
            }


def csv_lines(tracks: Iterable[Track], attributions: Mapping[str, str]) -> Iterator[str]:
    """A header and a line for each fix. `attributions` by source key, as in all of these."""
    yield _csv_line(EXPORTED)
    for fix in _exported(tracks, attributions):
        yield _csv_line(
            value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
            for value in fix.values()
        )


def ndjson_lines(tracks: Iterable[Track], attributions: Mapping[str, str]) -> Iterator[str]:
    """A JSON object for each fix."""
    for fix in _exported(tracks, attributions):
        yield msgspec.json.encode(fix).decode()


def geojson_lines(tracks: Iterable[Track], attributions: Mapping[str, str]) -> Iterator[str]:
    """One FeatureCollection: a line for each stretch without a long silence."""
    features = [feature for track in tracks for feature in _features(track, attributions)]
    yield msgspec.json.encode({"type": "FeatureCollection", "features": features}).decode()


WRITERS: Mapping[TrackFormat, Callable[[Iterable[Track], Mapping[str, str]], Iterator[str]]] = {
    TrackFormat.CSV: csv_lines,
    TrackFormat.NDJSON: ndjson_lines,
    TrackFormat.GEOJSON: geojson_lines,
}


def _exported(tracks: Iterable[Track], attributions: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for fix in positions(tracks):
        yield fix | {"attribution": attributions.get(fix["source"], "")}


def _features(track: Track, attributions: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    stretch: list[dict[str, Any]] = []
    for fix in positions([track]):
        if stretch and (fix["time"] - stretch[-1]["time"]).total_seconds() > LINE_BREAK_S:
            yield _feature(stretch, track, attributions)
            stretch = []
        stretch.append(fix)
    if stretch:
        yield _feature(stretch, track, attributions)


def _feature(
    stretch: list[dict[str, Any]], track: Track, attributions: Mapping[str, str]
) -> dict[str, Any]:
    points = [[fix["lon"], fix["lat"]] for fix in stretch]
    one = len(points) == 1
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point" if one else "LineString",
            "coordinates": points[0] if one else points,
        },
        "properties": {
            "icao24": track.icao24,
            "source": track.source,
            "t_first": stretch[0]["time"],
            "t_last": stretch[-1]["time"],
            "fixes": len(points),
            "attribution": attributions.get(track.source, ""),
        },
    }


def _csv_line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()


def _said(value: float) -> float | None:
    return None if value != value else round(value, 1)  # noqa: PLR0124 - NaN is "not said"
