"""The fixed campaign: 20,480 aircraft-days in chunks, each detected, scored and asked about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from service.domain.airports.table import Airports
from service.domain.detection.detect import detect
from service.domain.verdict.judge import judge
from tests.simulator.day import simulate, to_track
from tests.simulator.places import world
from tests.simulator.questions import NOW, change_shown, evidence, questions, wrong
from tests.simulator.scoring import Tally

CHUNKS = 16
DAYS = 1280
"""In each chunk."""
QUESTIONS = 3
"""About each day, at most."""


@dataclass(slots=True)
class Answers:
    """Answers to many questions, and those that deny the truth."""

    asked: int = 0
    words: dict[str, int] = field(default_factory=dict)
    seen: int = 0
    """Questions whose truth was handed out, on days without faults: the change between air and
    ground, at that airport, within the interval."""
    seen_and_said: int = 0
    wrong: list[str] = field(default_factory=list)


@lru_cache(maxsize=1)
def airports() -> Airports:
    """The simulated world, as the detection is told it."""
    return Airports.build(world().airports, "simulated")


def run(seeds: range) -> tuple[Tally, Answers]:
    """Simulates, detects, scores and judges the days of some seeds."""
    tally, answers = Tally(), Answers()
    for seed in seeds:
        day = simulate(seed)
        derived = detect(to_track(day), airports())
        tally.add(day, derived)
        rng = np.random.default_rng([1, seed])
        for asked in questions(day, rng, QUESTIONS):
            found = evidence(day, derived, asked)
            verdict = judge(asked.question, found, now=NOW, as_of=NOW, reference_version="")
            answers.asked += 1
            answers.words[verdict.verdict] = answers.words.get(verdict.verdict, 0) + 1
            if change_shown(day, asked):
                answers.seen += 1
                answers.seen_and_said += verdict.verdict == "observed"
            complaint = wrong(day, asked, verdict)
            if complaint is not None:
                answers.wrong.append(f"{complaint} | {day.remake}")
    return tally, answers


def chunk(number: int) -> range:
    """The seeds of one chunk."""
    return range(number * DAYS, (number + 1) * DAYS)
