"""The case table of the verdict, one file for each kind of question."""

from __future__ import annotations

from tests.domain.table import (
    close,
    conflicts,
    dates,
    elsewhere,
    identities,
    midnights,
    near,
    no_data,
    not_seen,
    passing,
    reports,
    seen,
    stays,
)

ROWS = (
    *seen.ROWS,
    *midnights.ROWS,
    *elsewhere.ROWS,
    *passing.ROWS,
    *near.ROWS,
    *stays.ROWS,
    *close.ROWS,
    *reports.ROWS,
    *conflicts.ROWS,
    *identities.ROWS,
    *not_seen.ROWS,
    *no_data.ROWS,
    *dates.ROWS,
)
