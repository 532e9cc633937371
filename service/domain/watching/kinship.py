"""Which movements of different sources may be one and the same, and who belongs together.

A source never tells one movement twice, so two of one source are two: circuits eight minutes apart
stay circuits. Between sources times differ by minutes, one may not know the airport or take a
neighbour for it, and one may have seen what another infers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from schemas.movements import Movement
from service.domain.geo import distance_nm

SAME: Final = timedelta(minutes=10)
"""Two sources' times for one movement may miss each other by this."""
NEARBY_NM: Final = 30.0
"""So far apart may two places of one movement be that no source ties to an airport."""
_TURN_ROUND: Final = timedelta(minutes=5)
"""To land, take off and come down elsewhere takes longer, besides the way."""
_FASTEST_KT: Final = 600.0

SAME_AIRPORT, MAY_BE_THE_SAME, DISPUTED = 0, 1, 2


def kinship(a: Movement, b: Movement) -> int | None:
    """How well two movements of one aircraft fit to be one, 0 = best; None = they are two.

    `DISPUTED` = they name different airports and neither leaves room for the other, but no
    aircraft can do both: one movement, and somebody is wrong about the place.
    """
    if a.source == b.source or a.move != b.move:
        return None
    if a.t_earliest - b.t_latest > SAME or b.t_earliest - a.t_latest > SAME:
        return None
    if a.airport is not None and a.airport == b.airport:
        return SAME_AIRPORT
    if _may_be_at(a, b.airport) or _may_be_at(b, a.airport):
        return MAY_BE_THE_SAME
    away_nm = float(distance_nm(a.lat, a.lon, b.lat, b.lon))
    if a.airport is None and b.airport is None:
        shared = {each.airport for each in a.rivals} & {each.airport for each in b.rivals}
        if shared or away_nm <= NEARBY_NM:
            return MAY_BE_THE_SAME
    elif (_is_nowhere(a) or _is_nowhere(b)) and away_nm <= NEARBY_NM:
        return MAY_BE_THE_SAME
    apart = max(a.t_latest, b.t_latest) - min(a.t_earliest, b.t_earliest)
    if apart < _TURN_ROUND + timedelta(hours=away_nm / _FASTEST_KT):
        return DISPUTED
    return None


def families(movements: Sequence[Movement]) -> list[list[int]]:
    """Positions of those that are one movement, each position once; best fits find together first.

    All of a family fit one another, and no two are of one source. The order of `movements` settles
    what nothing else does: give them in a canonical order.
    """
    fits = [
        (kin, abs(movements[i].t_best - movements[j].t_best), i, j)
        for i, j in _close_pairs(movements)
        if (kin := kinship(movements[i], movements[j])) is not None
    ]
    kin_of = {(i, j) for _, _, i, j in fits}
    family = {number: [number] for number in range(len(movements))}
    for _, _, i, j in sorted(fits):
        mine, others = family[i], family[j]
        if mine is others:
            continue
        if all((min(a, b), max(a, b)) in kin_of for a in mine for b in others):
            joined = sorted(mine + others)
            for number in joined:
                family[number] = joined
    return [members for number, members in family.items() if members[0] == number]


def _close_pairs(movements: Sequence[Movement]) -> list[tuple[int, int]]:
    """Pairs whose times allow for being one, the lower position first."""
    found: list[tuple[int, int]] = []
    active: list[int] = []
    for j in sorted(range(len(movements)), key=lambda number: movements[number].t_earliest):
        active = [i for i in active if movements[j].t_earliest - movements[i].t_latest <= SAME]
        found += [(min(i, j), max(i, j)) for i in active]
        active.append(j)
    return found


def _may_be_at(movement: Movement, airport: str | None) -> bool:
    return airport is not None and any(each.airport == airport for each in movement.rivals)


def _is_nowhere(movement: Movement) -> bool:
    """Tied to no airport and to none of several."""
    return movement.airport is None and not movement.rivals
