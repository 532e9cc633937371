"""The case table of the verdict, one file for each kind of question."""

from __future__ import annotations

from tests.domain.table import dates, doubt, elsewhere, fits, near, seen, silence

ROWS = (
    *seen.ROWS,
    *elsewhere.ROWS,
    *near.ROWS,
    *fits.ROWS,
    *doubt.ROWS,
    *silence.ROWS,
    *dates.ROWS,
)
