"""Cells of one degree: 180 rows from the south pole, 360 columns from 180 W."""

from __future__ import annotations

import numpy as np

from schemas.records import Float64, Int32

ROWS = 180
COLUMNS = 360
COUNT = ROWS * COLUMNS


def cell_of(lat: Float64, lon: Float64) -> Int32:
    """Number of the cell that each place (degrees) lies in."""
    row = np.minimum((lat + 90.0).astype(np.int32), ROWS - 1)
    column = (lon + 180.0).astype(np.int32)
    column[column >= COLUMNS] = 0
    return row * np.int32(COLUMNS) + column


def neighbours(reach_deg: float) -> list[list[tuple[int, int]]]:
    """For each row of cells: which rows reach within `reach_deg` (one at most) of a place in it,
    as an offset, and how many columns either side do."""
    found = []
    for row in range(ROWS):
        pairs: list[tuple[int, int]] = []
        for other in range(max(0, row - 1), min(ROWS, row + 2)):
            # The narrower of both edges of the other row decides.
            edge = min(max(abs(other - 90.0), abs(other + 1 - 90.0)), 90.0)
            narrow = np.cos(np.radians(edge))
            wide = COLUMNS // 2 if narrow < 0.01 else int(np.ceil(reach_deg / narrow))
            pairs.append((other - row, min(wide, COLUMNS // 2)))
        found.append(pairs)
    return found
