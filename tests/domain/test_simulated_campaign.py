"""The acceptance campaign on simulated aircraft-days with known truth (at least 20,000).

No false `observed`, no false `elsewhere`, wrong airport at most 0.3 %, recall of visible movements
at least 99 %: in every chunk, hence in all.
"""

from __future__ import annotations

import pytest

from tests.simulator.campaign import CHUNKS, DAYS, chunk, run

WRONG_AIRPORT = 0.003
FALSE_MOVEMENT = 0.01
RECALL = 0.99
SAID = 0.97
"""Share answered `observed` among questions whose answer was handed out without a fault."""
SHOWN = 5


def test_the_campaign_is_as_long_as_promised() -> None:
    assert CHUNKS * DAYS >= 20_000


@pytest.mark.parametrize("number", range(CHUNKS))
def test_nothing_false_and_little_missed(number: int) -> None:
    _holds(number)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(CHUNKS, 5 * CHUNKS))
def test_nothing_false_over_a_hundred_thousand_days(number: int) -> None:
    _holds(number)


def _holds(number: int) -> None:
    tally, answers = run(chunk(number))
    never = {
        "false observed": tally.false_observed,
        "false ground span": tally.false_ground,
        "landing from cruise": tally.from_cruise,
        "usable off truth": tally.off_truth,
        "wrong answer": answers.wrong,
    }
    seldom = {
        "wrong airport": (tally.wrong_airport, WRONG_AIRPORT * tally.attributed),
        "false movement": (tally.false_movement, FALSE_MOVEMENT * tally.attributed),
        "missed": (tally.missed, (1.0 - RECALL) * tally.visible),
    }
    failed = {name: found[:SHOWN] for name, found in never.items() if found}
    failed |= {
        f"{name}: {len(found)}, at most {most:.1f}": found[:SHOWN]
        for name, (found, most) in seldom.items()
        if len(found) > most
    }
    assert not failed
    assert tally.visible > DAYS
    assert answers.seen_and_said >= SAID * answers.seen
    assert {"observed", "elsewhere", "near", "consistent", "no_data"} <= set(answers.words)
