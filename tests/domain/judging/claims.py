"""Claims in a line or two, judged on evidence of `tests.domain.cases`: one aircraft on 2024-05-10,
Vnukovo to Minsk unless said (both UTC+3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time

from schemas.claims import Assertion, AssertionKind
from schemas.judging import Judged
from schemas.movements import Movement, Segment
from schemas.places import Airport
from schemas.records import Report
from schemas.verdicts import Identity, Verdict
from service.domain.judging.judge import judge_claim
from service.domain.judging.known import Known, Unasked
from service.errors import BadInput
from tests.domain.asking import ESTABLISHED, ask
from tests.domain.cases import (
    APIA,
    DAY,
    HEATHROW,
    MINSK,
    OLD_MINSK,
    REGISTRATION,
    VILNIUS,
    VNUKOVO,
    at,
    observed,
    on,
    segment,
    span,
)

PLACES = {p.ident: p for p in (MINSK, OLD_MINSK, VNUKOVO, VILNIUS, HEATHROW, APIA)}
MOSCOW = "Europe/Moscow"


def said(
    kind: AssertionKind,
    *places: Airport,
    clock: str = "",
    zones: tuple[str, ...] = (MOSCOW,),
    day: date | None = DAY,
    leg: int = 1,
    minutes: int | None = None,
    types: tuple[str, ...] = (),
    about: bool = False,
) -> Assertion:
    """One assertion; `clock` is a time of day in `zones`."""
    return Assertion(
        kind=kind,
        aircraft=REGISTRATION,
        leg=0 if kind in {"aircraft", "type"} else leg,
        places=tuple(place.ident for place in places),
        on=day if kind in {"departure", "arrival", "presence"} else None,
        at=time.fromisoformat(clock) if clock else None,
        zones=zones if clock else (),
        minutes=minutes,
        type_codes=types,
        about=about,
    )


def known(*items: object, identity: Identity = ESTABLISHED) -> Known:
    """What is known when these are held; the verdict is the real one."""
    bag: list[object] = []
    for item in items:
        bag.extend(item if isinstance(item, tuple) else (item,))

    def answer(code: str, day: date, zone: str | None) -> Verdict | Unasked:
        try:
            return ask(
                *bag, identity=identity, place=PLACES[code], on=day, zone=zone or ""
            ).answer()
        except BadInput as error:
            return Unasked(str(error))

    one = identity.established
    is_settled = one is not None and not one.by_rule
    return Known(
        identity=identity,
        ask=answer,
        airports=PLACES,
        movements=tuple(x for x in bag if isinstance(x, Movement)) if is_settled else (),
        segments=tuple(x for x in bag if isinstance(x, Segment)) if is_settled else (),
        reports=tuple(x for x in bag if isinstance(x, Report)),
    )


def judged(claims: Iterable[Assertion], held: Known) -> dict[str, Judged]:
    """Each judgement by its kind (one flight)."""
    found = judge_claim(claims, {REGISTRATION: held})
    assert len({(one.kind, one.leg) for one in found}) == len(found)
    return {one.kind: one for one in found}


def results(claims: Iterable[Assertion], held: Known) -> dict[str, tuple[str, str]]:
    """Result and grade by kind."""
    return {kind: (one.result, one.grade) for kind, one in judged(claims, held).items()}


def flown(
    off: str = "13:00",
    landed: str = "14:17",
    *,
    origin: Airport = VNUKOVO,
    destination: Airport = MINSK,
    source: str = "adsblol",
    without: Callable[[object], bool] = lambda item: False,
) -> tuple[object, ...]:
    """A flight that was seen from stand to stand: everything a source shows of it."""
    t_off, t_on = at(off), at(landed)
    taxi, stop = t_off.replace(hour=t_off.hour - 1), t_on.replace(hour=t_on.hour + 1)
    track = segment(
        (taxi, on(origin), None),
        (t_off, on(origin), None),
        (t_off.replace(minute=t_off.minute + 1), on(origin), 3_000.0),
        (t_on.replace(minute=t_on.minute - 1), on(destination), 3_000.0),
        (t_on, on(destination), None),
        (stop, on(destination), None),
        source=source,
    )
    items = (
        track,
        span(taxi, t_off, origin, source=source),
        span(t_on, stop, destination, source=source),
        observed("takeoff", t_off, origin, source=source),
        observed("landing", t_on, destination, source=source),
    )
    return tuple(item for item in items if not without(item))


def article(**changed: object) -> tuple[Assertion, ...]:
    """The claim of the article: every kind but presence."""
    departure = said("departure", VNUKOVO, clock="16:00")
    arrival = said("arrival", MINSK, OLD_MINSK)
    duration = said("duration", minutes=77)
    parts = {"departure": departure, "arrival": arrival, "duration": duration}
    parts |= {k: v for k, v in changed.items() if isinstance(v, Assertion)}
    kept = [p for k, p in parts.items() if changed.get(k, p) is not None]
    return (said("aircraft"), said("type", types=("T204",)), *kept)
