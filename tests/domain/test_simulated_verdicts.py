"""Verdicts on simulated days with known truth: none denies it, and less evidence says less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.movements import Derived
from schemas.verdicts import Evidence, Verdict
from service.domain.detection.detect import detect
from service.domain.verdict.judge import judge
from tests.simulator.campaign import airports
from tests.simulator.day import Day, simulate, to_track
from tests.simulator.ideal import ideal
from tests.simulator.places import world
from tests.simulator.questions import NOW, Asked, ask, evidence, questions, wrong
from tests.simulator.recipe import Recipe
from tests.simulator.strategies import days

SIMULATED = settings(
    max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
STRONG = {"observed", "elsewhere"}
"""The words that claim to know."""
Derive = Callable[[Day], Derived]


def detected(day: Day) -> Derived:
    return detect(to_track(day), airports())


def answer(asked: Asked, found: Evidence) -> Verdict:
    return judge(asked.question, found, now=NOW, as_of=NOW, reference_version="simulated")


def asked_of(day: Day, most: int = 4) -> list[Asked]:
    return list(questions(day, np.random.default_rng(day.seed), most))


@pytest.mark.parametrize("chunk", range(8))
def test_on_ideal_evidence_no_verdict_denies_the_truth(chunk: int) -> None:
    complaints = []
    for seed in range(100_000 + chunk * 150, 100_000 + (chunk + 1) * 150):
        day = simulate(seed)
        derived = ideal(day)
        for asked in asked_of(day):
            complaint = wrong(day, asked, answer(asked, evidence(day, derived, asked)))
            if complaint is not None:
                complaints.append(f"{complaint} | {day.remake}")
    assert complaints == []


@pytest.mark.parametrize("derive", [ideal, detected])
@pytest.mark.parametrize("type_code", ["B738", "GLF6", "DH8D", "C172", "EC35"])
def test_a_hidden_visit_is_never_refuted(derive: Derive, type_code: str) -> None:
    recipe = Recipe(type_code=type_code, legs=1, script=("hidden_visit",), step_s=5.0)
    for seed in range(40):
        day = simulate(seed, recipe)
        derived = derive(day)
        for m in day.truth.movements:
            if m.airport is None:
                continue
            airport = world().airports[world().index(m.airport)]
            asked = ask(day, airport, m.t_s)
            verdict = answer(asked, evidence(day, derived, asked))
            assert verdict.verdict != "elsewhere", day.remake


@given(days())
@SIMULATED
def test_no_verdict_denies_the_truth(day: Day) -> None:
    derived = detected(day)
    for asked in asked_of(day):
        assert wrong(day, asked, answer(asked, evidence(day, derived, asked))) is None


@given(days(), st.sampled_from([ideal, detected]), st.integers(0, 2**32 - 1))
@SIMULATED
def test_the_order_of_evidence_does_not_matter(day: Day, derive: Derive, seed: int) -> None:
    derived = derive(day)
    rng = np.random.default_rng(seed)
    for asked in asked_of(day, 2):
        found = evidence(day, derived, asked)
        assert answer(asked, _shuffled(found, rng)) == answer(asked, found)


def _shuffled(found: Evidence, rng: np.random.Generator) -> Evidence:
    def mixed(name: str) -> tuple[object, ...]:
        items = getattr(found, name)
        return tuple(items[int(i)] for i in rng.permutation(len(items)))

    return replace(
        found,
        **{name: mixed(name) for name in (*PARTS, "ledger", "heard")},  # type: ignore[arg-type]
    )


PARTS = ("segments", "movements", "passes", "ground_spans")


@given(days(), st.sampled_from([ideal, detected]), st.integers(0, 2**32 - 1))
@SIMULATED
def test_less_evidence_never_says_more(day: Day, derive: Derive, seed: int) -> None:
    derived = derive(day)
    rng = np.random.default_rng(seed)
    for asked in asked_of(day, 3):
        found = evidence(day, derived, asked)
        before = answer(asked, found).verdict
        for name in (*PARTS, "ledger", "heard"):
            items = getattr(found, name)
            kept = tuple(x for x in items if rng.random() < 0.5)
            less = replace(found, **{name: kept})  # type: ignore[arg-type]
            after = answer(asked, less).verdict
            if after in STRONG:
                assert before in {after, "conflicting"}, (name, day.remake)
            if after == "not_seen" and name in {"ledger", "heard"}:
                assert before == "not_seen", (name, day.remake)


@given(days(), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
@SIMULATED
def test_a_lost_stretch_of_sound_fixes_never_makes_a_wrong_verdict(
    day: Day, a: float, b: float
) -> None:
    n = len(day.fixes)
    low, high = sorted((int(a * n), int(b * n)))
    kept = day.fixes.take(np.r_[0:low, high:n])
    kept = kept.take(kept.sound)
    less = replace(day, fixes=kept)
    derived = detected(less)
    for asked in asked_of(day):
        assert wrong(less, asked, answer(asked, evidence(less, derived, asked))) is None


@given(
    days(), st.sampled_from([ideal, detected]), st.sampled_from(["failed", "refused", "too_early"])
)
@SIMULATED
def test_an_outage_refutes_nothing(day: Day, derive: Derive, outcome: str) -> None:
    """A whole day lost by the source, and the night around it."""
    derived = derive(day)
    for asked in asked_of(day, 3):
        found = evidence(day, derived, asked)
        t_from = asked.interval.t_from - timedelta(hours=20)
        t_to = asked.interval.t_to + timedelta(hours=20)
        lost = replace(
            found,
            segments=tuple(s for s in found.segments if s.last.t < t_from or s.first.t >= t_to),
            movements=(),
            passes=(),
            ground_spans=(),
            ledger=tuple(replace(row, outcome=outcome) for row in found.ledger),  # type: ignore[arg-type]
        )
        assert answer(asked, lost).verdict not in {"elsewhere", "not_seen", "observed"}
