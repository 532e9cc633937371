"""A page of stays, made from the movements of a window and its surroundings."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from schemas.movements import Movement, Stay
from service.api.windows import BoundWindow
from service.desk import Desk
from service.domain.stays import stays
from service.errors import BadInput
from service.storage.database import reading
from service.storage.movements import MOST, movements_of

AROUND: Final = timedelta(days=31)
"""How far beyond the window the other end of a stay is looked for."""

Place = tuple[str, str]
"""When a stay begins (or, its arrival unseen, ends), and where: what stays are sorted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaysPage:
    """Stays that touch the window."""

    stays: tuple[Stay, ...]
    looked_from: datetime
    looked_to: datetime
    after: str | None


def page_of(
    desk: Desk,
    icao24: str,
    window: BoundWindow,
    *,
    as_of: datetime | None,
    after: str | None,
    limit: int,
) -> StaysPage:
    """The stays of one address that touch the window, after the cursor.

    Raises `BadInput` for a cursor that no page gave.
    """
    place = ("", "") if after is None else _read_cursor(after)
    looked_from, looked_to = window.t_from - AROUND, window.t_to + AROUND
    found = stays(_movements(desk, icao24, looked_from, looked_to, as_of))
    touching = sorted((s for s in found if _touches(s, window) and _place(s) > place), key=_place)
    page = touching[:limit]
    return StaysPage(
        stays=tuple(page),
        looked_from=looked_from,
        looked_to=looked_to,
        after=_cursor(page[-1]) if len(touching) > limit else None,
    )


def _movements(
    desk: Desk, icao24: str, t_from: datetime, t_to: datetime, as_of: datetime | None
) -> Iterator[Movement]:
    """All of them, from one consistent state of the database."""
    after = None
    with reading(desk.engine) as conn:
        while True:
            page = movements_of(
                conn, icao24, t_from=t_from, t_to=t_to, as_of=as_of, after=after, limit=MOST
            )
            yield from page.movements
            after = page.after
            if after is None:
                return


def _touches(stay: Stay, window: BoundWindow) -> bool:
    """An end that nobody saw reaches no farther than the one that somebody did."""
    ends = [m.t_best for m in (stay.arrival, stay.departure) if m is not None]
    return min(ends) < window.t_to and max(ends) >= window.t_from


def _place(stay: Stay) -> Place:
    known = stay.arrival or stay.departure
    assert known is not None
    return known.t_best.isoformat(timespec="microseconds"), stay.airport


def _cursor(stay: Stay) -> str:
    return base64.urlsafe_b64encode("|".join(_place(stay)).encode()).decode().rstrip("=")


def _read_cursor(text: str) -> Place:
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        when, bar, airport = plain.decode().partition("|")
        datetime.fromisoformat(when)
    except (binascii.Error, ValueError) as error:
        raise BadInput("No page of ours gave that `after`: start anew.") from error
    if not bar:
        raise BadInput("No page of ours gave that `after`: start anew.")
    return when, airport
