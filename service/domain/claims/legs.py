"""From what clauses tell, in the order of the text, to flights.

A flight is told in any order: "landed in Minsk. It took off from Vnukovo at 16:00." A departure
after an arrival is that of the same flight when it left another place, in a sentence of its own,
with no word that says "then"; and the next flight when it left that place, or such a word is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from service.domain.claims.clocks import DurationName
from service.domain.claims.dates import DateName
from service.domain.claims.places import PlaceName
from service.domain.claims.telling import Told

_LONG_AFTER_MIN = 180


@dataclass(slots=True, kw_only=True)
class Draft:
    """A flight, or a presence, as far as it has been told."""

    departure: list[Told] = field(default_factory=list)
    arrival: list[Told] = field(default_factory=list)
    presence: list[Told] = field(default_factory=list)
    duration: DurationName | None = None
    more_durations: list[DurationName] = field(default_factory=list)
    inherited: tuple[DateName, ...] = ()
    """Dates that open the sentence, or those of the flight just before it."""
    order_unsaid: bool = False
    """Whether the departure belongs to the arrival before it, or to a flight after it."""

    def told(self) -> list[Told]:
        """All that was told of it."""
        return [*self.departure, *self.arrival, *self.presence]

    def dates(self) -> tuple[DateName, ...]:
        """Dates of its own."""
        return tuple(dict.fromkeys(d for told in self.told() for d in told.dates))


def drafts_of(tellings: list[Told]) -> tuple[list[Draft], list[DurationName]]:
    """The flights of one aircraft, and lengths of time that are not those of a flight."""
    drafts: list[Draft] = []
    left_over: list[DurationName] = []
    last: Told | None = None
    for told in tellings:
        draft = _place(drafts, told, last)
        length = told.flight_time or (told.since if _ends_flight(draft, told, last) else None)
        if length is not None and draft.duration in (None, length):
            draft.duration = length
        elif length is not None:
            draft.more_durations.append(length)
        elif told.since is not None:
            left_over.append(told.since)
        last = told
    return drafts, left_over


def _ends_flight(draft: Draft, told: Told, last: Told | None) -> bool:
    """ "after 1 hour and 17 minutes it was in Minsk": said right behind its departure."""
    return told.role != "departure" and bool(draft.departure) and last in draft.departure


def _place(drafts: list[Draft], told: Told, last: Told | None) -> Draft:
    current = drafts[-1] if drafts else None
    if current is not None and _belongs(current, told, last):
        if told.role == "departure":
            current.departure.append(told)
        elif (
            told.role == "arrival"
            or current.arrival
            or (_ends_flight(current, told, last) and told.since)
        ):
            current.arrival.append(told)
        else:
            current.presence.append(told)
        return current
    fresh = Draft(inherited=() if told.dates else told.scene.lead)
    {"departure": fresh.departure, "arrival": fresh.arrival, "presence": fresh.presence}[
        told.role
    ].append(told)
    if current is not None and last is not None:
        _follow(fresh, current, told, last)
    drafts.append(fresh)
    return fresh


def _follow(fresh: Draft, current: Draft, told: Told, last: Told) -> None:
    same_sentence = last.scene.sentence == told.scene.sentence
    if not told.dates and same_sentence and _soon(told, last):
        fresh.inherited = current.dates() or current.inherited
    fresh.order_unsaid = (
        told.role == "departure" and not told.places and not told.scene.goes_on
        and bool(current.arrival) and not current.departure and not same_sentence
    )  # fmt: skip


def _soon(told: Told, last: Told) -> bool:
    """ "and left an hour later", unless that is known to be past midnight."""
    if told.since is None or told.since.minutes > _LONG_AFTER_MIN:
        return False
    clock = last.times[0].options if last.times else ()
    return all(at.hour * 60 + at.minute + told.since.minutes < 24 * 60 for at in clock)


def _belongs(draft: Draft, told: Told, last: Told | None) -> bool:
    """Whether it tells more of the same flight."""
    if _dates_differ(draft, told):
        return False
    if last is not None and last.scene is told.scene:
        return True
    scene = told.scene
    if told.role == "departure":
        return _departure_belongs(draft, told)
    if told.role == "presence":
        if draft.arrival:
            return (
                _alike(told, draft.arrival)
                and not scene.goes_back
                and (not scene.goes_on or told.since is not None)
            )
        if draft.departure:
            return last in draft.departure and told.since is not None
        return _alike(told, draft.presence)
    if draft.arrival:
        return (
            _alike(told, draft.arrival)
            and (not scene.goes_on or told.since is not None)
            and bool(told.places)
        )
    if draft.departure:
        return _is_its_end(draft, told)
    return _alike(told, draft.presence) and not scene.goes_on


def _is_its_end(draft: Draft, told: Told) -> bool:
    """Whether an arrival ends the flight that was told to depart: not one elsewhere than it was
    bound for, and no return."""
    bound = [place for other in draft.departure for place in other.bound]
    elsewhere = told.place is not None and bound and not any(_meet(told.place, b) for b in bound)
    return not elsewhere and not told.returned


def _departure_belongs(draft: Draft, told: Told) -> bool:
    scene = told.scene
    if draft.departure:
        return _alike(told, draft.departure) and bool(told.places) and not scene.goes_on
    if not draft.arrival:
        return False
    if scene.goes_back:
        return True
    if scene.goes_on or scene.carried or _alike(told, draft.arrival):
        return False
    return bool(told.places) and scene.sentence != draft.arrival[-1].scene.sentence


def _alike(told: Told, others: list[Told]) -> bool:
    """The same place, as far as it is said: unsaid ones are alike."""
    if not others:
        return False
    known = [other.place for other in others if other.place is not None]
    if told.place is None or not known:
        return told.place is None or not told.places
    return any(_meet(told.place, place) for place in known)


def _meet(one: PlaceName, other: PlaceName) -> bool:
    every = {a.ident for a in (*one.fits, *one.rivals)}
    return bool(every & {a.ident for a in (*other.fits, *other.rivals)})


def _dates_differ(draft: Draft, told: Told) -> bool:
    mine = {d.options for d in told.dates if d.step is None}
    before = {d.options for d in (draft.dates() or draft.inherited) if d.step is None}
    steps = any(d.step is not None for d in told.dates)
    return steps or bool(mine and before and not (mine & before))
