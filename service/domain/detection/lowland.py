"""Airports near a stretch of low flight."""

from __future__ import annotations

import numpy as np

from schemas.records import Int32, Int64
from service.domain.detection.fields import Fields
from service.domain.detection.fixes import Fixes
from service.domain.geo import NM_PER_DEGREE

_LEAST_COS = 0.02


def fields_near(fixes: Fixes, fields: Fields, rows: Int64, radius_nm: float) -> Int32:
    """Airports of known elevation that can lie within a radius of one of some fixes, and a few
    more: by cell and by the box of the fixes in it. No airport twice."""
    cells, lat, lon = fixes.cell[rows], fixes.track.lat[rows], fixes.track.lon[rows]
    margin = radius_nm / NM_PER_DEGREE
    found: list[Int32] = []
    left = np.ones(len(rows), np.bool_)
    while True:
        k = int(left.argmax())
        if not left.item(k):
            break
        here = cells == cells.item(k)
        left &= ~here
        near = fields.in_cell(cells.item(k))
        north, east = lat[here], lon[here]
        south_most, north_most = float(north.min()), float(north.max())
        narrow = max(_LEAST_COS, float(fixes.cos_lat[rows][here].min()) - margin / 57.0)
        wide = margin / narrow
        field_lat = fields.lat[near]
        # Measured from the western edge of the cell's fixes, so that no antimeridian is in the way.
        west = float(east.min())
        off = (fields.lon[near] - west + wide) % 360.0
        inside = (
            (field_lat >= south_most - margin)
            & (field_lat <= north_most + margin)
            & (off <= float(east.max()) - west + 2.0 * wide)
        )
        found.append(near[inside])
    airports = found[0] if len(found) == 1 else np.unique(np.concatenate(found))
    return airports[~np.isnan(fields.elevation_ft[airports])]
