"""What a reader sees: the present, or the past as of a moment.

Every reading statement exists twice. The present needs no look at the units: `superseded` is
false. The past compares when the row's unit was derived and superseded, on both sides of the
index. In a template ``{states}`` is the index's side and ``{seen:x}`` the test of the row ``x``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from service.storage.codec import to_us
from service.storage.sql import Row, Statement

FAR_FUTURE_US: Final = 2**62
"""After every moment that a database holds."""


class _Seen:
    def __init__(self, test: str) -> None:
        self._test = test

    def __format__(self, row: str) -> str:
        return self._test.format(x=row)


class Reading:
    """A reading statement over derived rows, in its two forms."""

    def __init__(self, template: str, **parts: str) -> None:
        self._now = Statement(template.format(states="FALSE", seen=_Seen("TRUE"), **parts))
        self._then = Statement(
            template.format(
                states="FALSE, TRUE",
                seen=_Seen(
                    "EXISTS (SELECT 1 FROM unit past WHERE past.id = {x}.unit_id"
                    " AND past.derived_at_us <= :as_of_us"
                    " AND (past.superseded_at_us IS NULL OR past.superseded_at_us > :as_of_us))"
                ),
                **parts,
            )
        )

    def rows(self, conn: Connection, params: dict[str, Any], as_of: datetime | None) -> list[Row]:
        """All rows that count at present (`as_of` None), or counted at that moment."""
        if as_of is None:
            return self._now.rows(conn, params)
        return self._then.rows(conn, params | {"as_of_us": to_us(as_of)})


def recorded_before(as_of: datetime | None) -> int:
    """For append-only tables: the bound of `recorded_at_us`, inclusive."""
    return FAR_FUTURE_US if as_of is None else to_us(as_of)
