"""The world's coasts and lakes, 1:50 million: Natural Earth, public domain.

They lie in the package `azimlib`, of which nothing but these two files is read; no code of it runs.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from schemas.records import Float64

CREDIT: Final = "Coasts and lakes: Natural Earth."
NO_COAST: Final = "Drawn without coasts: their data is not installed."
_FILES: Final = ("coastlines.geojson.gz", "lakes.geojson.gz")


@cache
def coast() -> Float64:
    """All lines, one after another, as (n, 2) latitudes and longitudes with a row of NaN between
    them; of length 0 when the data is not there."""
    folder = _folder()
    if folder is None:
        return np.empty((0, 2))
    rows: list[list[float]] = []
    for name in _FILES:
        with gzip.open(folder / name) as file:
            document = msgspec.json.decode(file.read())
        for feature in document["features"]:
            for line in _lines(feature["geometry"]):
                rows += [[point[1], point[0]] for point in line]
                rows.append([np.nan, np.nan])
    return np.array(rows, np.float64)


def _folder() -> Path | None:
    spec = find_spec("azimlib")
    places = (spec.submodule_search_locations or ()) if spec else ()
    folders = [Path(place) / "data" for place in places]
    return next((f for f in folders if all((f / name).is_file() for name in _FILES)), None)


def _lines(geometry: dict[str, Any]) -> list[list[list[float]]]:
    """The lines of a geometry, however deep they lie."""
    found: list[Any] = geometry["coordinates"]
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}
    lines: list[Any] = [found]
    for _ in range(depth[geometry["type"]]):
        lines = [line for group in lines for line in group]
    return lines
