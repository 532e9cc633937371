"""When what is known differs from what was told, and the sentence that says how."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from schemas.watching import Occasion, Trigger
from service.domain.watching.known import Unasked
from service.domain.watching.phrases import clean, either, moment

MINUTES: Final = timedelta(minutes=10)
"""A time that is off by no more than this was told well enough."""
_NOUNS: Final[dict[Trigger, str]] = {
    "takeoff": "take-off",
    "landing": "landing",
    "first_visit": "landing",
    "away_from_home": "landing",
    "off_airport": "landing",
    "reappeared": "silence",
    "signal_lost": "loss of its signal",
    "emergency": "emergency code",
    "meeting": "meeting",
    "verdict_changed": "changed answer",
}
_SPECIAL: Final[dict[Trigger, str]] = {
    "first_visit": "a first known visit",
    "away_from_home": "a landing away from home",
    "off_airport": "a landing off any airport",
}


def differ(told: Occasion, now: Occasion, *, triggers: bool = True) -> bool:
    """Whether somebody who was told the one must be told the other. That another source tells the
    same, or a time shifts by minutes, is nothing to tell. `triggers`: whether it matters which
    triggers it fulfils."""
    return (
        (told.airport, told.rivals if told.airport is None else (), told.move)
        != (now.airport, now.rivals if now.airport is None else (), now.move)
        or _graded_otherwise(told, now)
        or abs(told.at - now.at) > MINUTES
        or (triggers and _triggers(told) != _triggers(now))
        or _grave(told) != _grave(now)
    )


def because(told: Occasion, now: Occasion) -> str:
    """What changed, in sentences."""
    said = []
    if _where(told) != _where(now):
        said.append(f"It was {_where(now)}, not {_where(told)}.")
    if abs(told.at - now.at) > MINUTES:
        said.append(f"It was at {moment(now.at)}, not at {moment(told.at)}.")
    if _graded_otherwise(told, now):
        said.append(
            "It was observed, not only inferred."
            if now.grade == "observed"
            else "It is only inferred by what is known now, not observed."
        )
    gone, come = _triggers(told) - _triggers(now), _triggers(now) - _triggers(told)
    said += [f"It is not {_SPECIAL[each]}." for each in sorted(gone) if each in _SPECIAL]
    said += [f"It is {_SPECIAL[each]}." for each in sorted(come) if each in _SPECIAL]
    if _grave(told) != _grave(now):
        said.append(
            "There are signs that its positions are not to be trusted."
            if _grave(now) - _grave(told)
            else "The signs that its positions were not to be trusted have gone."
        )
    return " ".join(said)


def now_unasked(told: Occasion, truth: Unasked) -> str:
    """It is told no more, since what is known now is nothing that the watch asks for."""
    return " ".join(part for part in (because(told, truth.occasion), truth.why) if part)


def same_as(told: Occasion, alert: int) -> str:
    """Two stories turned out to be one."""
    return f"It is the same {_NOUNS[told.trigger]} as alert {alert} tells of, not another one."


def gone(told: Occasion) -> str:
    """Nothing shows it any more."""
    return f"What is known now no longer shows this {_NOUNS[told.trigger]}."


def _graded_otherwise(told: Occasion, now: Occasion) -> bool:
    return (told.is_graded or now.is_graded) and told.grade != now.grade


def _where(occasion: Occasion) -> str:
    if occasion.airport is not None:
        return f"at {clean(occasion.airport)}"
    if occasion.rivals:
        return f"at one of several places ({either([clean(each) for each in occasion.rivals])})"
    return "off any airport"


def _triggers(occasion: Occasion) -> frozenset[Trigger]:
    return frozenset({occasion.trigger, *occasion.also})


def _grave(occasion: Occasion) -> frozenset[str]:
    return frozenset(occasion.marks) & {"spoof_suspected", "crash_suspected"}
