"""The acceptance campaign on simulated aircraft-days with known truth (at least 20,000).

No false `observed`, no false `elsewhere`, wrong airport at most 0.3 %, recall of visible movements
at least 99 %. The days are flown by two processes of this test's own, so that shares are taken
over all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.simulator.campaign import CHUNKS, DAYS, Answers, chunk, run
from tests.simulator.scoring import Tally

WRONG_AIRPORT = 0.003
FALSE_MOVEMENT = 0.01
OFF_TRUTH = 0.0002
"""Days with a usable stretch off the true path. Measured: 2 of 20,480, both of them places that
could have been flown to, as far as one track tells:

- seed 16014: the first fix of a day stands 2.2 NM off, on the ground, and 138 s of silence follow.
  A jet cannot taxi that far and is held to it; whether this one is a helicopter that hopped, at
  58 kt, nothing says.
- seed 19611: six displaced fixes after two true ones, each of those alone between silences of
  over two minutes. From the fix before them the displaced place lies 34 NM and 327 s away, which
  1.35 times the fastest heard (338 kt) and 5 NM of slack allow, and six fixes outweigh two.

Neither leads to a wrong answer, which is what `never` is about."""
RECALL = 0.99
SAID = 0.97
"""Share answered `observed` among questions whose answer was handed out without a fault."""
SHOWN = 5


def test_the_campaign_is_as_long_as_promised() -> None:
    assert CHUNKS * DAYS >= 20_000


def test_nothing_false_and_little_missed() -> None:
    _holds(range(CHUNKS))


@pytest.mark.soak
def test_nothing_false_over_a_hundred_thousand_days() -> None:
    _holds(range(CHUNKS, 5 * CHUNKS))


def _holds(chunks: range) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(_flown, chunks))
    tallies = [tally for tally, _ in results]
    answers = [answer for _, answer in results]
    attributed = sum(tally.attributed for tally in tallies)
    visible = sum(tally.visible for tally in tallies)
    never = {
        "false observed": _all(tally.false_observed for tally in tallies),
        "false ground span": _all(tally.false_ground for tally in tallies),
        "landing from cruise": _all(tally.from_cruise for tally in tallies),
        "wrong answer": _all(answer.wrong for answer in answers),
    }
    seldom = {
        "wrong airport": (_all(t.wrong_airport for t in tallies), WRONG_AIRPORT * attributed),
        "false movement": (_all(t.false_movement for t in tallies), FALSE_MOVEMENT * attributed),
        "missed": (_all(t.missed for t in tallies), (1.0 - RECALL) * visible),
        "usable off truth": (_all(t.off_truth for t in tallies), OFF_TRUTH * DAYS * len(chunks)),
    }
    failed = {name: found[:SHOWN] for name, found in never.items() if found}
    failed |= {
        f"{name}: {len(found)}, at most {most:.1f}": found[:SHOWN]
        for name, (found, most) in seldom.items()
        if len(found) > most
    }
    assert not failed
    assert visible > DAYS * len(chunks)
    assert sum(a.seen_and_said for a in answers) >= SAID * sum(a.seen for a in answers)
    words = {word for answer in answers for word in answer.words}
    assert {"observed", "elsewhere", "near", "consistent", "no_data"} <= words


def _flown(number: int) -> tuple[Tally, Answers]:
    return run(chunk(number))


def _all(parts: Iterable[list[str]]) -> list[str]:
    return [item for part in parts for item in part]
