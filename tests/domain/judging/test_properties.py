"""What holds of every judged claim, whatever is claimed and held.

Taking evidence away never refutes, and never makes a part hold better than before, but for one
side of a contradiction: then what is left may speak plainly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schemas.claims import Assertion
from schemas.judging import RESULTS, Judged
from schemas.movements import Movement
from schemas.places import Airport
from schemas.verdicts import Identity, Verdict
from service.domain.judging.judge import judge_claim, whole
from tests.domain.asking import BY_RULE, ESTABLISHED, NOBODY, TWO_ADDRESSES, report
from tests.domain.cases import (
    DAY,
    HEATHROW,
    MINSK,
    OLD_MINSK,
    REGISTRATION,
    VILNIUS,
    VNUKOVO,
    at,
    away_all_day,
    leg,
    movement,
    observed,
    on,
    passed,
    rival,
    tour,
)
from tests.domain.judging.claims import flown, known, said

FEW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
AGAINST = frozenset({"does_not_fit", "refuted", "impossible"})
HELD: Sequence[object] = (
    *flown(),
    *flown(source="opensky"),
    *flown("07:00", "08:30", source="adsblol"),
    *flown("13:10", "13:50", destination=VILNIUS, source="stranger"),
    away_all_day(),
    away_all_day(VILNIUS, source="opensky"),
    tour(30.0, source="opensky"),
    leg(at("12:00"), at("14:15"), on(VNUKOVO), on(MINSK), alt_ft=2_000.0, source="opensky"),
    movement("landing", at("14:16"), source="opensky"),
    movement("landing", at("14:20"), None, rivals=(rival(MINSK), rival(VILNIUS))),
    movement("takeoff", at("13:02"), VNUKOVO, marks=("low_integrity",)),
    observed("landing", at("13:30"), VILNIUS),
    observed("takeoff", at("13:50"), VILNIUS),
    passed("go_around", at("14:00")),
    report(at("14:17"), t_off=at("13:00")),
    report(at("14:05"), t_off=at("12:55"), publisher="other.example"),
    report(at("20:17"), t_off=at("19:00"), publisher="third.example"),
)
ITEMS = st.lists(st.sampled_from(range(len(HELD))), unique=True, max_size=14)
WHO = st.sampled_from([ESTABLISHED, ESTABLISHED, ESTABLISHED, BY_RULE, NOBODY, TWO_ADDRESSES])
CLOCKS = st.sampled_from(["", "10:00", "13:00", "16:00", "16:20", "17:00", "17:17", "23:00"])
ZONES = st.sampled_from([("Europe/Moscow",), ("UTC",), ("Europe/Moscow", "UTC", "Europe/London")])
STOPS = st.sampled_from([(), (MINSK,), (VNUKOVO,), (MINSK, OLD_MINSK), (HEATHROW, VILNIUS)])


@st.composite
def claims(draw: st.DrawFn) -> tuple[Assertion, ...]:
    """One to six assertions about one flight."""

    def stop() -> tuple[Airport, ...]:
        return draw(STOPS)

    parts = [
        said("aircraft"),
        said("type", types=draw(st.sampled_from([("T204",), ("C172",), ("A320", "T204")]))),
        said("departure", *stop(), clock=draw(CLOCKS), zones=draw(ZONES)),
        said("arrival", *stop(), clock=draw(CLOCKS), zones=draw(ZONES)),
        said("presence", *stop()),
        said("duration", minutes=draw(st.sampled_from([1, 20, 77, 90, 300]))),
    ]
    kept = draw(st.lists(st.sampled_from(range(len(parts))), unique=True, min_size=1))
    return tuple(parts[number] for number in kept)


def judge(claim: Sequence[Assertion], items: Sequence[int], who: Identity) -> tuple[Judged, ...]:
    return judge_claim(
        claim, {REGISTRATION: known(*(HELD[number] for number in items), identity=who)}
    )


def asked(claim: Sequence[Assertion], items: Sequence[int], who: Identity) -> Iterator[Verdict]:
    """Every verdict that a judgement may have rested on, those that lost included."""
    held = known(*(HELD[number] for number in items), identity=who)
    for code in sorted({code for part in claim for code in part.places}):
        for days in (-1, 0, 1):
            answer = held.ask(code, DAY + timedelta(days=days), None)
            assert isinstance(answer, Verdict)
            yield answer


def is_contradictory(verdict: Verdict) -> bool:
    """As `tests.domain.test_verdict_properties` has it."""
    return verdict.verdict in {"conflicting", "identity_uncertain"} or bool(verdict.conflicts)


@FEW
@given(claims(), ITEMS, WHO, st.randoms(use_true_random=False))
def test_order_never_matters(
    claim: tuple[Assertion, ...], items: list[int], who: Identity, dice: object
) -> None:
    before = judge(claim, items, who)
    shuffled, turned = list(items), list(claim)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    dice.shuffle(turned)  # type: ignore[attr-defined]

    assert judge(turned, shuffled, who) == before


@FEW
@given(claims(), ITEMS, WHO)
def test_the_whole_is_the_weakest_part(
    claim: tuple[Assertion, ...], items: list[int], who: Identity
) -> None:
    parts = judge(claim, items, who)
    total = whole(parts)

    assert total.result is not None
    assert RESULTS.index(total.result) == max(RESULTS.index(one.result) for one in parts)
    assert any(one.sentence in total.sentence for one in parts if one.result == total.result)


@FEW
@given(claims(), ITEMS, WHO, st.data())
def test_taking_evidence_away_never_strengthens(
    claim: tuple[Assertion, ...], items: list[int], who: Identity, data: st.DataObject
) -> None:
    assume(items)
    gone = data.draw(st.sampled_from(items))
    before = judge(claim, items, who)
    after = {(one.kind, one.leg): one for one in judge(claim, [n for n in items if n != gone], who)}
    contradictory = any(one.grade in {"other_date", "other_day"} for one in before) or any(
        is_contradictory(held) for held in asked(claim, items, who)
    )

    for one in before:
        left = after[one.kind, one.leg]
        if contradictory or one.result == left.result:
            continue
        assert left.result not in {"refuted", "impossible"}, (one, left)
        if left.result == "does_not_fit":
            # As the verdict has it: near, or not seen though covered; both are no refutation. Or a
            # movement is gone that was in the track which is left.
            places = {"departure", "arrival", "presence"}
            assert left.kind in places or isinstance(HELD[gone], Movement), (one, left)
        elif one.result not in AGAINST:
            assert RESULTS.index(left.result) >= RESULTS.index(one.result), (one, left)


@FEW
@given(claims(), WHO)
def test_with_nothing_held_only_arithmetic_denies(
    claim: tuple[Assertion, ...], who: Identity
) -> None:
    for one in judge(claim, [], who):
        if one.result == "impossible":
            assert one.grade == "distance"
            assert one.kind in {"duration", "continuity"}
        elif one.kind not in {"aircraft", "type"}:
            assert one.result == "cannot_tell"


@FEW
@given(claims(), ITEMS, WHO)
def test_only_the_verdict_or_arithmetic_refutes(
    claim: tuple[Assertion, ...], items: list[int], who: Identity
) -> None:
    for one in judge(claim, items, who):
        if one.result == "refuted":
            assert one.verdict is not None
            assert one.verdict.verdict == "elsewhere"
            assert one.verdict.other_date is None
        if one.result == "holds" and one.verdict is not None:
            assert one.verdict.verdict == "observed"
