"""What one scene tells: a departure, an arrival, a presence, with its place, time and date."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.claims import Role
from service.domain.claims.clocks import DurationName, TimeName
from service.domain.claims.dates import DateName
from service.domain.claims.found import Found
from service.domain.claims.places import PlaceName
from service.domain.claims.scenes import Scene, follows_on
from service.domain.claims.text import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One end of a leg, or a presence, as one clause tells it."""

    role: Role
    scene: Scene
    places: tuple[PlaceName, ...] = ()
    """Several that are not one place must be asked."""
    times: tuple[TimeName, ...] = ()
    either_end: bool = False
    """The times may be those of the other end of the flight."""
    dates: tuple[DateName, ...] = ()
    flight_time: DurationName | None = None
    """How long the flight took, by the word that goes with it."""
    since: DurationName | None = None
    """How long after what was told before."""
    bound: tuple[PlaceName, ...] = ()
    """Where a departure was bound for; not asserted, but an arrival elsewhere is not its end."""
    returned: bool = False

    @property
    def place(self) -> PlaceName | None:
        """The one place, if there is one."""
        return self.places[0] if self.places else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrap:
    """A piece that was recognised and not taken, and why."""

    piece: Piece
    why: str


_FLYING = re.compile(
    r"[\s-](?:flight|in\sthe\sair|in\sflight|в\sполете|в\sполёте|в\sпути|в\sвоздухе|у\sпаветры|у\sпалёце|у\sдарозе|у\sповітрі|у\sпольоті|в\sдорозі)",
    re.IGNORECASE,
)
_TAKING = re.compile(
    r"(?:\bin|\bafter|\bwithin|за|через|праз|спустя|flight\sof|полета|перелета)\s(?:about\s|just\s|a\s|an\s|примерно\s|около\s)?$",
    re.IGNORECASE,
)
_WAITING = re.compile(
    r"\s(?:delay|late(?!r)|wait|stop|stay|задержк|опоздан|ожидан|стоян|затрымк|спазнен|затримк|запізнен)",
    re.IGNORECASE,
)
_SPENT_THERE = re.compile(
    r"(?:\bfor|в\sтечение|на\sпротяжении|на|цягам|на\sпрацягу|протягом)\s(?:about\s|около\s)?$",
    re.IGNORECASE,
)
_BOUND = "Where a flight was bound for is a plan; only an arrival can be judged."


def told_by(found: Found, scene: Scene) -> tuple[tuple[Told, ...], tuple[Scrap, ...]]:
    """What the verb of a scene tells, and what of its clause was left."""
    kind = scene.verb.kind
    bound = tuple(p for p in scene.places if p.way == "bound")
    places, odd = _known_first(scene)
    scraps = [Scrap(piece=p, why=p.note) for p in odd]
    origin = tuple(p for p in places if p.way == "from")
    there = tuple(p for p in places if p.way in ("to", "at"))
    if kind == "departure":
        there, meant = _left_from(found, there)
        bound = (*bound, *meant)
        scraps += [Scrap(piece=p, why=_BOUND) for p in bound]
        return (_one(found, scene, "departure", origin or there, bound=bound),), tuple(scraps)
    scraps += [Scrap(piece=p, why=_BOUND) for p in bound]
    if kind == "presence":
        scraps += [Scrap(piece=p, why="Not where it was.") for p in origin]
        return (_one(found, scene, "presence", there),), tuple(scraps)
    if kind == "arrival" and not origin:
        return (_one(found, scene, "arrival", there),), tuple(scraps)
    both = bool(origin and there)
    told: list[Told] = []
    if origin:
        only = kind != "arrival" and not there
        told.append(_one(found, scene, "departure", origin, with_time=only, with_length=only))
    if there or kind == "arrival":
        told.append(_one(found, scene, "arrival", there, either=both and kind == "flight"))
    return tuple(told), tuple(scraps)


def _known_first(scene: Scene) -> tuple[tuple[PlaceName, ...], tuple[PlaceName, ...]]:
    """Beside a place that is known, a name that is none ("belongs to the FSB") is no place; but
    one right behind the verb is asked, whatever follows."""
    behind = [p for p in scene.places if p.start >= scene.verb.start]
    known = [p for p in scene.places if p.fits]
    odd = tuple(p for p in scene.places if not p.fits and known and p not in behind[:1])
    return tuple(p for p in scene.places if p not in odd), odd


_RETURNED = re.compile(r"return|верну|вярну|поверну", re.IGNORECASE)


def _left_from(
    found: Found, there: tuple[PlaceName, ...]
) -> tuple[tuple[PlaceName, ...], tuple[PlaceName, ...]]:
    """ "took off in Minsk" is where it left, «вылетел в Минск» where it was bound."""
    at = tuple(
        p
        for p in there
        if p.way == "at" and found.text[p.begin : p.begin + 2].lower() in ("in", "at")
    )
    return at, tuple(p for p in there if p not in at)


def _one(
    found: Found,
    scene: Scene,
    role: Role,
    places: tuple[PlaceName, ...],
    *,
    with_time: bool = True,
    with_length: bool = True,
    either: bool = False,
    bound: tuple[PlaceName, ...] = (),
) -> Told:
    flight_time = since = None
    for length in scene.durations if with_length else ():
        before = found.text[max(0, length.start - 25) : length.start]
        after = found.text[length.end : length.end + 25]
        if _WAITING.match(after) or _SPENT_THERE.search(before):
            continue
        if role != "departure" and (
            (scene.verb.kind == "flight" and _TAKING.search(before)) or _FLYING.match(after)
        ):
            flight_time = length
        elif follows_on(found.text, length):
            since = length
    return Told(
        role=role,
        scene=scene,
        places=places,
        times=scene.times if with_time else (),
        either_end=either and with_time,
        dates=scene.dates,
        flight_time=flight_time,
        since=since,
        bound=bound,
        returned=_RETURNED.match(found.text, scene.verb.start) is not None,
    )
