"""Which story an occasion belongs to: told before, whatever has become of it since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Protocol

from schemas.watching import Alert, Occasion, Trigger
from service.domain.watching.differences import differ

Family = tuple[str, ...]
"""What an occasion is about. Only those of one family can be one story."""

_OF_MOVES: Final[frozenset[Trigger]] = frozenset(
    {"takeoff", "landing", "first_visit", "away_from_home", "off_airport"}
)
_NEAR: Final = timedelta(minutes=30)
"""So far may what is known now be from what was told, beyond the bounds that were told."""
_FARTHER: Final[dict[str, timedelta]] = {
    "reappeared": timedelta(days=1),
    "signal_lost": timedelta(hours=12),
    "emergency": timedelta(hours=1),
    "meeting": timedelta(hours=2),
    "verdict_changed": timedelta(0),
}
"""For these, as long as the story stands: late data show an earlier or later sign of life."""


class Story(Protocol):
    """What pairing looks at: a `Told`."""

    @property
    def first(self) -> Alert: ...
    @property
    def last(self) -> Alert: ...
    @property
    def stands(self) -> bool: ...


def family(occasion: Occasion) -> Family:
    """What it is about: which trigger it was told under may change, this does not."""
    if occasion.trigger in _OF_MOVES:
        return ("move", occasion.icao24, occasion.move or "landing")
    return (occasion.trigger, occasion.icao24, occasion.other)


def pairs(told: Sequence[Story], occasions: Sequence[Occasion]) -> dict[int, int]:
    """Position of a story → position of the occasion it is about; each at most once.

    What stands goes before what was withdrawn, what was told well enough before what must be
    corrected (so that two stories never swap what they are about), the same airport before another,
    the nearest first.
    """
    by_family: dict[Family, list[int]] = {}
    for position, occasion in enumerate(occasions):
        by_family.setdefault(family(occasion), []).append(position)
    first = min((occasion.t_earliest for occasion in occasions), default=None)
    fits = []
    for number, story in enumerate(told):
        said, reach = story.last.occasion, _reach(story)
        if first is None or said.t_latest + reach < first:
            continue  # most of what was ever told
        for position in by_family.get(family(said), ()):
            now = occasions[position]
            if _missed_by(said, now) <= reach:
                apart = abs(said.at - now.at)
                worse = (not story.stands, differ(said, now), said.airport != now.airport, apart)
                fits.append((*worse, story.first.id, number, position))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_, number, position in sorted(fits):
        if number not in found and position not in taken:
            found[number] = position
            taken.add(position)
    return found


def _reach(story: Story) -> timedelta:
    trigger = story.last.occasion.trigger
    if trigger == "verdict_changed" or story.stands:
        return _FARTHER.get(trigger, _NEAR)
    return _NEAR


def _missed_by(a: Occasion, b: Occasion) -> timedelta:
    """The time between two windows; nothing when they overlap."""
    return max(a.t_earliest - b.t_latest, b.t_earliest - a.t_latest, timedelta(0))
