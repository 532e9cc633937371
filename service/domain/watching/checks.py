"""Kept checks whose answer changed."""

from __future__ import annotations

from datetime import datetime

from schemas.movements import MovementGrade
from schemas.watching import Occasion
from service.domain.watching.phrases import clean, moment


def verdict_changed(
    *,
    check_id: str,
    at: datetime,
    question: str,
    before: str,
    after: str,
    airport: str | None = None,
    registration: str = "",
    grade: MovementGrade = "inferred",
) -> Occasion:
    """Late data gave a kept check another answer.

    Args:
        at: when the answer changed, which tells one change of a check from another.
        question: what was asked, as people say it.
        before, after: the answers' words as people read them (``schemas.verdicts.READS``).
        grade: ``observed`` only where it is now known to have been seen there.
    """
    return Occasion(
        trigger="verdict_changed",
        icao24="",
        registration=registration,
        at=at,
        t_earliest=at,
        t_latest=at,
        airport=airport,
        grade=grade,
        words=(
            f"The answer to “{clean(question)}” changed at {moment(at)} from “{clean(before)}” to"
            f" “{clean(after)}”."
        ),
        other=check_id,
    )
