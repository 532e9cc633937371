"""True claims about simulated days: whatever a receiver heard of them, none is ever refuted,
and no time, duration or stop is held against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from schemas.claims import Assertion
from schemas.movements import Derived
from schemas.verdicts import Verdict
from service.domain.detection.detect import detect
from service.domain.judging.judge import KINDS, judge_claim
from service.domain.judging.known import Known, Unasked
from service.domain.verdict.judge import judge
from service.errors import BadInput
from tests.simulator.campaign import airports
from tests.simulator.day import Day, simulate, to_track
from tests.simulator.ideal import ideal
from tests.simulator.places import world
from tests.simulator.questions import NOW, ask, evidence
from tests.simulator.truth import TrueMovement

NEVER = frozenset({"refuted", "impossible"})
PLACED = {"departure", "arrival", "presence"}
"""May have been passed, or not seen, as the verdict has it: that is no refutation."""
DENIED = {kind: NEVER if kind in PLACED else NEVER | {"does_not_fit"} for kind in KINDS}
PLACES = {airport.ident: airport for airport in world().airports}


def known(day: Day, derived: Derived) -> Known:
    def answer(code: str, on: date, zone: str | None) -> Verdict | Unasked:
        place = PLACES[code]
        noon = datetime(on.year, on.month, on.day, 12, tzinfo=ZoneInfo(zone or place.zone))
        asked = ask(day, place, noon.timestamp())
        try:
            held = evidence(day, derived, asked)
            return judge(asked.question, held, now=NOW, as_of=NOW, reference_version="simulated")
        except BadInput as error:
            return Unasked(str(error))

    first = next(code for code in PLACES)
    identity = evidence(day, derived, ask(day, PLACES[first], day.start.timestamp())).identity
    return Known(
        identity=identity,
        ask=answer,
        airports=PLACES,
        movements=derived.movements,
        segments=derived.segments,
    )


def end(day: Day, move: TrueMovement, leg: int, *, with_zone: bool) -> Assertion:
    """What a careful reporter writes of it: local date and time, to the minute."""
    assert move.airport is not None
    zone = PLACES[move.airport].zone
    local = datetime.fromtimestamp(move.t_s, ZoneInfo(zone))
    return Assertion(
        kind="departure" if move.move == "takeoff" else "arrival",
        aircraft=day.icao24,
        leg=leg,
        places=(move.airport,),
        on=local.date(),
        at=local.time().replace(second=0, microsecond=0),
        zones=(zone,) if with_zone else tuple(dict.fromkeys((zone, "UTC"))),
    )


def true_claims(day: Day) -> Iterator[tuple[Assertion, ...]]:
    """Each flight between two airports, told as it was."""
    moves = sorted(day.truth.movements, key=lambda move: move.t_s)
    for leg, (off, on) in enumerate(pairwise(moves), 1):
        if (off.move, on.move) != ("takeoff", "landing") or not (off.airport and on.airport):
            continue
        minutes = max(1, round((on.t_s - off.t_s) / 60))
        with_zone = leg % 2 == 1
        yield (
            Assertion(kind="aircraft", aircraft=day.icao24),
            Assertion(kind="type", aircraft=day.icao24, type_codes=(day.recipe.type_code,)),
            end(day, off, leg, with_zone=with_zone),
            end(day, on, leg, with_zone=with_zone),
            Assertion(kind="duration", aircraft=day.icao24, leg=leg, minutes=minutes),
        )


@pytest.mark.parametrize("chunk", range(6))
def test_on_ideal_evidence_no_true_claim_is_denied(chunk: int) -> None:
    complaints, judged = [], 0
    for seed in range(400_000 + chunk * 20, 400_000 + (chunk + 1) * 20):
        day = simulate(seed)
        held = known(day, ideal(day))
        for claim in true_claims(day):
            for one in judge_claim(claim, {day.icao24: held}):
                judged += 1
                if one.result in DENIED[one.kind]:
                    complaints.append(f"{one.kind} {one.result}: {one.sentence} | {day.remake}")
    assert judged > 100
    assert complaints == []


@pytest.mark.parametrize("chunk", range(4))
def test_on_detected_evidence_no_true_claim_is_refuted(chunk: int) -> None:
    complaints, held_parts = [], 0
    for seed in range(500_000 + chunk * 12, 500_000 + (chunk + 1) * 12):
        day = simulate(seed)
        held = known(day, detect(to_track(day), airports()))
        for claim in true_claims(day):
            for one in judge_claim(claim, {day.icao24: held}):
                held_parts += one.result == "holds"
                if one.result in DENIED[one.kind]:
                    complaints.append(f"{one.kind} {one.result}: {one.sentence} | {day.remake}")
    assert held_parts > 10
    assert complaints == []


def test_the_clock_of_the_simulator_is_that_of_the_claims() -> None:
    day = simulate(400_000)
    (first, *_) = day.truth.movements
    assert abs(datetime.fromtimestamp(first.t_s, UTC) - day.start) < timedelta(days=4)
