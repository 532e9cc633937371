"""From movements to stays: landing to next take-off at one airport.

The same movement told by two sources, or seen live and found again in history, is one movement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from schemas.movements import Method, Movement, Stay
from service.domain.ordering import in_order

SAME_MOVEMENT = timedelta(minutes=10)
"""Two sources' times for one movement differ by less than this."""
_METHOD_RANK: dict[Method, int] = {
    "ground": 0,
    "runway": 1,
    "inferred_stop": 2,
    "lost_low": 3,
    "found_low": 3,
}


@dataclass(frozen=True, slots=True)
class MovementGroup:
    """One movement and everybody who tells of it, the best-seen first."""

    best: Movement
    tellings: tuple[Movement, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the sources that tell of it, sorted."""
        return tuple(sorted({telling.source for telling in self.tellings}))


def grouped(movements: Iterable[Movement]) -> tuple[MovementGroup, ...]:
    """Movements of one aircraft, each once, in time order."""
    ordered = in_order(movements, _order)
    widest = max((_spread(movement, movement) for movement in ordered), default=SAME_MOVEMENT)
    groups: list[list[Movement]] = []
    recent: list[list[Movement]] = []
    for movement in ordered:
        recent = [g for g in recent if movement.t_best - g[-1].t_best <= widest]
        home = next((g for g in reversed(recent) if _same(g, movement)), None)
        if home is None:
            home = []
            groups.append(home)
            recent.append(home)
        home.append(movement)
    told = [MovementGroup(min(g, key=_quality), tuple(sorted(g, key=_quality))) for g in groups]
    return tuple(sorted(told, key=lambda group: _order(group.best)))


def stays(movements: Iterable[Movement]) -> tuple[Stay, ...]:
    """Stays of one aircraft, in time order. An end that nobody saw is None.

    A landing at one airport followed by a take-off from another gives two stays with an open end
    each: how it came from one to the other was not seen. A movement off any airport is no stay,
    and ends one.
    """
    found: list[Stay] = []
    arrival: MovementGroup | None = None
    for group in grouped(movements):
        here, landing = group.best.airport, group.best.move == "landing"
        if arrival is not None and not landing and arrival.best.airport == here:
            found.append(_stay(arrival, group))
            arrival = None
            continue
        if arrival is not None:
            found.append(_stay(arrival, None))
        arrival = group if landing and here is not None else None
        if not landing and here is not None:
            found.append(_stay(None, group))
    if arrival is not None:
        found.append(_stay(arrival, None))
    return tuple(found)


def _stay(arrival: MovementGroup | None, departure: MovementGroup | None) -> Stay:
    known = arrival or departure
    assert known is not None
    assert known.best.airport is not None
    tellings = (*(arrival.tellings if arrival else ()), *(departure.tellings if departure else ()))
    return Stay(
        icao24=known.best.icao24,
        airport=known.best.airport,
        arrival=arrival.best if arrival else None,
        departure=departure.best if departure else None,
        bracketed=arrival is not None and departure is not None,
        sources=tuple(sorted({telling.source for telling in tellings})),
    )


def _same(group: Sequence[Movement], movement: Movement) -> bool:
    """One source never tells one movement twice, so only another source's can be the same."""
    if any(other.source == movement.source for other in group):
        return False
    return any(
        other.move == movement.move
        and other.airport == movement.airport
        and movement.t_earliest - other.t_latest <= SAME_MOVEMENT
        and other.t_earliest - movement.t_latest <= SAME_MOVEMENT
        and abs(other.t_best - movement.t_best) <= _spread(other, movement)
        for other in group
    )


def _spread(a: Movement, b: Movement) -> timedelta:
    """How far two best times may stand apart: the wider of the two uncertainties."""
    return max(SAME_MOVEMENT, a.t_latest - a.t_earliest, b.t_latest - b.t_earliest)


def _order(movement: Movement) -> tuple[object, ...]:
    # At one instant a landing comes before the take-off that follows it.
    return (
        movement.t_best,
        movement.move,
        movement.source,
        movement.airport or "",
        movement.t_earliest,
        movement.t_latest,
    )


def _quality(movement: Movement) -> tuple[object, ...]:
    return (
        movement.grade != "observed",
        _METHOD_RANK[movement.method],
        movement.t_latest - movement.t_earliest,
        _order(movement),
    )
