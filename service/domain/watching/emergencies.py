"""Emergency codes: one code that several sources hear, or hear with breaks, is one emergency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from schemas.movements import Emergency
from schemas.watching import Occasion
from service.domain.ordering import in_order
from service.domain.watching import words
from service.domain.watching.known import Known

_BREAK: Final = timedelta(minutes=60)
"""The same code again within this is the same emergency."""


def emergency_occasions(known: Known) -> Iterator[Occasion]:
    """Each emergency once, by its beginning."""
    for group in _groups(known.emergencies):
        first = group[0]
        placed = next((each for each in group if each.lat is not None), first)
        keys = sorted({each.source for each in group})
        yield Occasion(
            trigger="emergency",
            icao24=known.icao24,
            registration=known.registration,
            at=first.t_first,
            t_earliest=first.t_first,
            t_latest=max(each.t_last for each in group),
            sources=tuple(keys),
            lat=placed.lat,
            lon=placed.lon,
            captures=tuple(sorted({each.capture for each in group} - {""})),
            words=words.squawked(first, known, keys),
            other=first.squawk,
        )


def _groups(emergencies: Iterable[Emergency]) -> list[list[Emergency]]:
    ordered = in_order(emergencies, lambda each: (each.squawk, each.t_first, each.source))
    groups: list[list[Emergency]] = []
    for each in ordered:
        last = groups[-1] if groups else None
        if (
            last is not None
            and last[0].squawk == each.squawk
            and each.t_first - max(one.t_last for one in last) <= _BREAK
        ):
            last.append(each)
        else:
            groups.append([each])
    return groups
