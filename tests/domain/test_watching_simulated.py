"""Simulated flights heard by one to three sources, live and late: one story for each movement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from schemas.movements import Movement
from schemas.records import Track
from service.domain.detection.detect import detect
from service.domain.track import take
from service.domain.watching.telling import tellings
from tests.domain.watched import Book, known, watch
from tests.simulator.campaign import airports
from tests.simulator.day import Day, simulate, to_track
from tests.simulator.recipe import Recipe
from tests.simulator.truth import TrueMovement

GOOD = Recipe(legs=2, step_s=5.0, en_route_floor_ft=1000.0)
"""Coverage to the ground everywhere."""
POOR = replace(GOOD, floor_ft=700.0, surface="none")
"""Nobody hears it on the ground."""
ASKED = watch("takeoff", "landing", added_at=datetime(2020, 1, 1, tzinfo=UTC))


def as_heard_by(
    day: Day, source: str, late_s: float, share: float, rng: np.random.Generator
) -> Track:
    """What a source has of it: some of the fixes, by a clock that is off."""
    track = to_track(day)
    kept = np.flatnonzero(rng.random(len(track)) < share)
    heard = take(track, kept)
    return replace(heard, source=source, t_us=heard.t_us + round(late_s * 1e6))


def detected(track: Track, until_s: float = np.inf) -> tuple[Movement, ...]:
    """The movements that it shows by some moment."""
    seen = take(track, np.flatnonzero(track.t_us <= until_s * 1e6))
    return detect(seen, airports()).movements if len(seen) else ()


def best_grade(shown: Iterable[Movement], true: TrueMovement) -> str:
    """As it was seen best."""
    grades = [
        movement.grade
        for movement in shown
        if movement.move == true.move and abs(movement.t_best.timestamp() - true.t_s) < 900.0
    ]
    return max(grades)  # "observed" comes after "inferred"


def tell(book: Book, *by_source: tuple[Movement, ...]) -> None:
    """What each source shows now."""
    movements = [each for movements in by_source for each in movements]
    held = known(*movements, since=datetime(2020, 1, 1, tzinfo=UTC))
    book.tell(tellings(ASKED, held, book.alerts, airports()))
    assert tellings(ASKED, held, book.alerts, airports()) == ()


@pytest.mark.parametrize("sources", [1, 2, 3])
@pytest.mark.parametrize("seed", range(12))
def test_one_story_for_each_movement(seed: int, sources: int) -> None:
    day = simulate(seed, GOOD)
    rng = np.random.default_rng([7, seed, sources])
    truth = day.truth.movements
    tracks = [
        as_heard_by(day, f"source{n}", float(rng.uniform(-20, 20)), (1.0, 0.7, 0.5)[n], rng)
        for n in range(sources)
    ]
    book = Book()
    for n in range(sources):  # one after the other, as archives come in
        tell(book, *(detected(track) for track in tracks[: n + 1]))
    firsts = [alert for alert in book.alerts if alert.form == "new"]
    assert len(firsts) == len(truth)
    assert not any(alert.form == "withdrawal" for alert in book.alerts)
    standing = sorted(book.standing(), key=lambda occasion: occasion.at)
    assert [(one.move, one.airport) for one in standing] == [(t.move, t.airport) for t in truth]
    assert all(abs(s.at.timestamp() - t.t_s) < 180.0 for s, t in zip(standing, truth, strict=True))
    shown = [movement for track in tracks for movement in detected(track)]
    assert [one.grade for one in standing] == [best_grade(shown, t) for t in truth]


@pytest.mark.parametrize("seed", range(8))
def test_followed_as_it_flies_and_filled_up_from_history(seed: int) -> None:
    """Worked out live after each movement has settled, by one source; then two archives follow."""
    day = simulate(seed, GOOD)
    rng = np.random.default_rng([8, seed])
    truth = day.truth.movements
    live = as_heard_by(day, "live", 0.0, 0.8, rng)
    archives = [as_heard_by(day, name, late, 0.9, rng) for name, late in (("x", 4.0), ("y", -9.0))]
    book = Book()
    for movement in truth:
        tell(book, detected(live, movement.t_s + 90.0))
    for n in (1, 2):
        tell(book, detected(live), *(detected(archive) for archive in archives[:n]))
    assert len([alert for alert in book.alerts if alert.form == "new"]) == len(truth)
    assert len(book.standing()) == len(truth)


@pytest.mark.parametrize("seed", range(8))
def test_inferred_by_one_and_observed_by_another_later(seed: int) -> None:
    """The same flight in poor coverage first; whoever hears it to the ground corrects the story."""
    good, poor = simulate(seed, GOOD), simulate(seed, POOR)
    assert [t.t_s for t in good.truth.movements] == [t.t_s for t in poor.truth.movements]
    rng = np.random.default_rng([9, seed])
    seen = detected(as_heard_by(good, "good", 3.0, 1.0, rng))
    guessed = detected(as_heard_by(poor, "poor", 0.0, 1.0, rng))
    book = Book()
    tell(book, guessed)
    tell(book, guessed, seen)
    truth = good.truth.movements
    assert len([alert for alert in book.alerts if alert.form == "new"]) == len(truth)
    standing = sorted(book.standing(), key=lambda occasion: occasion.at)
    assert [one.grade for one in standing] == [best_grade(seen, t) for t in truth]
    assert all(movement.grade == "inferred" for movement in guessed)
    observed = [one for one in standing if one.grade == "observed"]
    corrected = [alert for alert in book.alerts if alert.form == "correction"]
    assert len(corrected) >= len(observed) > 0
    assert all("It was observed" in alert.because for alert in corrected[: len(observed)])
    assert not any(alert.form == "withdrawal" for alert in book.alerts)
