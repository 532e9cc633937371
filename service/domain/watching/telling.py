"""What a watch is to be told now, of one aircraft: the one function that whoever tells calls."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.watching import Alert, Watch
from service.domain.airports.table import Airports
from service.domain.watching.known import Known
from service.domain.watching.reconcile import Telling, reconcile, stories
from service.domain.watching.triggers import in_remit, is_looked_at, weigh


def tellings(
    watch: Watch, known: Known, told: Iterable[Alert], airports: Airports
) -> tuple[Telling, ...]:
    """New alerts, corrections and withdrawals that bring what the watch was told about the
    aircraft (`told`: all of it, in any order) up to what is known of it. Empty when nothing is to
    be said. After telling these it is empty, whatever sources are added."""
    weighed = weigh(watch, known, airports)
    return reconcile(
        [story for story in stories(told) if is_looked_at(watch, story.last.occasion.trigger)],
        weighed.asked,
        unasked=weighed.unasked,
        in_remit=lambda occasion: in_remit(watch, occasion, airports),
        since=known.since,
        new_since=watch.wishes.since,
    )
