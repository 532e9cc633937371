"""How far mean sea level lies above the WGS84 ellipsoid.

Geometric altitude is counted from the ellipsoid, field elevations from mean sea level; between
the two lie -105 to +85 m. The heights below are those of the Earth Gravitational Model 2008 (NGA,
public domain) at every tenth degree, in whole metres. Between them we go in a straight line, which
is good to some 5 m over plains and oceans and to some 30 m in mountains.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schemas.records import Float32, Float64

FT_PER_M = 1.0 / 0.3048
_STEP_DEG = 10.0

# From 90 S to 90 N, two lines each: from 180 W, from the prime meridian.
_HEIGHT_M = """
-30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30
-30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30 -30
-52 -53 -53 -52 -48 -43 -39 -35 -29 -23 -24 -25 -22 -19 -17 -15 -10 -6
-5 -2 1 4 5 5 5 6 6 -3 -13 -25 -34 -42 -50 -51 -50 -51
-62 -63 -60 -57 -52 -44 -38 -32 -27 -21 -8 2 5 0 2 1 3 10
14 17 18 20 22 29 30 17 18 11 -8 -21 -27 -39 -43 -55 -56 -58
-46 -43 -37 -32 -30 -27 -24 -22 -17 -11 -4 9 20 20 21 24 21 17
15 20 25 29 34 33 33 29 25 9 -3 -14 -25 -31 -33 -30 -35 -45
-16 -19 -18 -16 -17 -16 -10 -11 -8 -3 5 12 13 2 4 11 21 27
25 26 33 38 45 45 38 40 27 13 -2 -15 -22 -22 -18 -17 -14 -10
20 6 1 -7 -12 -13 -13 -10 -7 -1 7 22 13 -3 -7 6 21 23
18 25 29 33 39 41 28 23 13 -2 -21 -32 -34 -27 -15 -2 5 19
48 23 6 -1 -9 -13 -10 -8 -4 1 8 36 18 3 -8 3 10 15
22 26 33 31 14 15 15 6 -9 -25 -38 -39 -22 -14 13 32 34 44
50 26 9 -1 -8 -11 -5 -2 -4 -1 8 35 20 -8 -7 -6 0 12
17 23 22 7 -10 -11 -10 -21 -40 -48 -46 -26 4 24 46 57 57 64
35 21 11 5 -3 -9 -11 -8 -12 -9 -1 28 4 -19 -12 -10 4 13
11 13 5 -12 -27 -32 -37 -61 -76 -64 -26 -1 38 52 69 77 62 51
21 15 16 13 1 -13 -23 -20 -14 -4 15 14 -13 -26 -19 2 14 19
17 9 -17 -11 -28 -49 -63 -89 -103 -63 -7 34 60 76 72 62 49 32
13 12 11 1 -11 -29 -39 -29 -11 2 1 -10 -41 -43 -17 3 17 33
24 22 2 -5 -10 -32 -58 -91 -97 -63 -25 11 52 60 60 45 35 25
4 10 8 -7 -23 -39 -47 -34 -7 -11 -20 -48 -47 -33 -10 17 25 31
31 27 14 9 2 -31 -42 -61 -68 -59 -38 -13 22 38 49 41 21 9
-7 -5 -9 -16 -28 -40 -42 -30 -23 -27 -32 -52 -41 -18 17 30 34 44
34 28 26 16 11 -18 -15 -38 -37 -34 -34 -24 8 30 42 19 3 -7
-12 -11 -13 -21 -31 -37 -23 -18 -25 -33 -34 -34 -27 1 32 59 52 49
51 45 34 39 31 -18 -29 -41 -55 -66 -55 -28 2 23 38 17 -2 -11
-6 6 7 0 -11 -18 -16 -18 -24 -35 -39 -26 -13 24 44 63 62 59
45 48 40 27 11 -12 -19 -33 -44 -42 -42 -30 -4 15 23 20 6 3
1 10 15 14 11 0 -16 -31 -42 -47 -42 -23 5 29 49 64 61 56
48 41 19 16 11 6 -4 -21 -30 -34 -34 -28 -17 0 12 16 14 9
2 1 -1 -1 -3 -8 -15 -25 -27 -26 -18 3 24 29 45 56 60 56
49 42 30 20 11 3 -3 -10 -13 -12 -14 -8 -8 -5 0 3 3 3
3 2 0 0 -1 -2 0 6 4 9 12 7 19 28 34 37 32 34
36 35 29 24 18 13 8 2 2 1 3 2 2 1 0 2 2 1
15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15
15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15
"""


def _table() -> Float64:
    table = np.array([float(metres) for metres in _HEIGHT_M.split()]).reshape(19, 36)
    return np.concatenate((table, table[:, :1]), axis=1)


_HEIGHT_FT = _table() * FT_PER_M


def undulation_ft(lat: npt.ArrayLike, lon: npt.ArrayLike) -> Float64:
    """Mean sea level above the ellipsoid at places in degrees, ft (negative = below it)."""
    row = (np.clip(lat, -90.0, 90.0) + 90.0) / _STEP_DEG
    column = np.mod(np.add(lon, 180.0), 360.0) / _STEP_DEG
    i = np.minimum(row.astype(np.int64), len(_HEIGHT_FT) - 2)
    j = np.minimum(column.astype(np.int64), _HEIGHT_FT.shape[1] - 2)
    north, east = row - i, column - j
    south_side = _HEIGHT_FT[i, j] * (1.0 - east) + _HEIGHT_FT[i, j + 1] * east
    north_side = _HEIGHT_FT[i + 1, j] * (1.0 - east) + _HEIGHT_FT[i + 1, j + 1] * east
    return np.asarray(south_side * (1.0 - north) + north_side * north)


def _by_cell() -> Float32:
    lat, lon = np.meshgrid(np.arange(-89.5, 90.0), np.arange(-179.5, 180.0), indexing="ij")
    return undulation_ft(lat, lon).ravel().astype(np.float32)


CELL_FT = _by_cell()
"""The same at the middle of every cell of one degree: some metres off at its edges."""
