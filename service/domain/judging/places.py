"""Was it at the airport? The verdict says so, and this reads it as an answer to an assertion.

observed                              holds, when the take-off or landing itself was seen; fits
consistent                            fits
elsewhere, however the date is read   refuted
elsewhere, near, not_seen             does not fit
conflicting, no_data, …               cannot tell
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from schemas.claims import Assertion, AssertionKind
from schemas.judging import RESULT_SAYS, RESULTS, Judged, JudgedKind, Result
from schemas.movements import Move, Movement
from schemas.places import Airport
from schemas.verdicts import Reason, Verdict, VerdictWord
from service.domain.judging.known import Flight, Known, Unasked, is_sound
from service.domain.judging.moments import days_of
from service.domain.verdict.phrases import place as named
from service.domain.verdict.phrases import utc

MOVE_OF: Final[Mapping[AssertionKind, Move]] = {"departure": "takeoff", "arrival": "landing"}
VERB_OF: Final[Mapping[Move, str]] = {"takeoff": "take off from", "landing": "land at"}
NOUN_OF: Final[Mapping[Move, str]] = {"takeoff": "take-off", "landing": "landing"}
_RESULT_OF: Final[Mapping[VerdictWord, Result]] = {
    "observed": "holds",
    "consistent": "fits",
    "elsewhere": "refuted",
    "near": "does_not_fit",
    "not_seen": "does_not_fit",
    "conflicting": "cannot_tell",
    "identity_uncertain": "cannot_tell",
    "no_data": "cannot_tell",
}
_AGAINST: Final = frozenset({"does_not_fit", "refuted"})


@dataclass(frozen=True, slots=True)
class Placed:
    """How one end of a flight was judged, and what that leaves for the others to lean on."""

    judged: Judged
    airports: tuple[Airport, ...] = ()
    """Where the verdict has it, or may have it: only movements there count."""
    days: tuple[date, ...] = ()
    """The dates that may be meant."""
    is_clear: bool = False
    """Its positions do not contradict each other, and they are its own."""

    @property
    def is_there(self) -> bool:
        """Something places it there."""
        return self.judged.result in {"holds", "fits"}


def judge_place(assertion: Assertion, flight: Flight, known: Known) -> Placed:
    """The place of a departure, an arrival or a presence. Any of the airports that a name may
    mean will do."""
    kind: JudgedKind = assertion.kind
    airports = [known.airports[code] for code in assertion.places if code in known.airports]
    if not airports or assertion.on is None:
        missing = "place" if not airports else "date"
        return Placed(
            _judged(
                assertion,
                kind,
                "cannot_tell",
                f"no_{missing}",
                f"The {_what(assertion)} is stated without a {missing}, so it cannot be judged.",
            )
        )
    found = [_at(assertion, flight, airport, known) for airport in airports]
    first = min(found, key=lambda placed: RESULTS.index(placed.judged.result))
    there = tuple(a for placed in found if placed.is_there for a in placed.airports)
    is_clear = all(placed.is_clear for placed in found)
    return Placed(first.judged, there or first.airports, first.days, is_clear)


def _at(assertion: Assertion, flight: Flight, airport: Airport, known: Known) -> Placed:
    days = days_of(assertion, flight, airport, known.airports)
    judged, word = _on(assertion, days[0], airport, known)
    is_clear = word not in {"conflicting", "identity_uncertain", None}
    if judged.result in {"holds", "fits"}:
        return Placed(judged, (airport,), days[:1], is_clear)
    for day in days[1:]:
        other, _ = _on(assertion, day, airport, known)
        if other.result == "refuted" or judged.result not in _AGAINST:
            continue
        judged = replace(
            judged,
            result="does_not_fit",
            says=RESULT_SAYS["does_not_fit"],
            grade="other_day",
            sentence=f"{judged.sentence} The date may be meant of the flight's other end, and for"
            f" {day} the answer is: {other.sentence}",
        )
    return Placed(judged, (airport,), days, is_clear)


def _on(
    assertion: Assertion, day: date, airport: Airport, known: Known
) -> tuple[Judged, VerdictWord | None]:
    """By one date at one airport."""
    kind: JudgedKind = assertion.kind
    verdict = known.ask(airport.ident, day, None)
    if isinstance(verdict, Unasked):
        return _judged(assertion, kind, "cannot_tell", "not_askable", verdict.why), None
    result, grade, sentence = _RESULT_OF[verdict.verdict], verdict.grade, verdict.sentence
    if result == "cannot_tell":
        grade = verdict.verdict
    if result == "holds" and (move := MOVE_OF.get(assertion.kind)) is not None:
        seen = _seen(move, verdict, airport, known)
        who, where = known.name, named(airport)
        if seen is None:
            result, grade = "fits", f"{move}_unseen"
            sentence = (
                f"{who} was seen on the ground at {where} on {day}, but it was not seen to"
                f" {VERB_OF[move]} it."
            )
        else:
            sentence = (
                f"{who} was seen to {VERB_OF[move]} {where} on {day}, at {utc(seen.t_best)}"
                f" ({seen.source})."
            )
    if result == "refuted" and not _however_read(assertion, day, airport, verdict, known):
        result, grade = "does_not_fit", "other_date"
        sentence += " Read in another time zone, the same date gives another answer."
    return (
        _judged(assertion, kind, result, grade, sentence, verdict=verdict),
        verdict.verdict,
    )


def _seen(move: Move, verdict: Verdict, airport: Airport, known: Known) -> Movement | None:
    """The first sound movement there within the date."""
    interval = verdict.interval
    return next(
        (
            m
            for m in known.believable(move, (airport.ident,))
            if is_sound(m) and interval.t_from <= m.t_best < interval.t_to
        ),
        None,
    )


def _however_read(
    assertion: Assertion, day: date, airport: Airport, verdict: Verdict, known: Known
) -> bool:
    """Whether it is seen elsewhere in every zone that the date may be meant in."""
    if verdict.other_date is not None:
        return False
    answers = (
        known.ask(airport.ident, day, zone) for zone in assertion.zones if zone != airport.zone
    )
    return all(isinstance(a, Verdict) and a.verdict == "elsewhere" for a in answers)


def _judged(
    assertion: Assertion,
    kind: JudgedKind,
    result: Result,
    grade: str,
    sentence: str,
    *,
    verdict: Verdict | None = None,
) -> Judged:
    reasons: tuple[Reason, ...] = verdict.reasons if verdict is not None else ()
    if verdict is not None and verdict.other_date is not None:
        reasons = (*reasons, Reason(code="other_date", text=verdict.other_date.text))
    return Judged(
        kind=kind,
        aircraft=assertion.aircraft,
        leg=assertion.leg,
        claimed=f"{_what(assertion)} {' or '.join(assertion.places)}, {assertion.on}",
        result=result,
        says=RESULT_SAYS[result],
        grade=grade,
        sentence=sentence,
        marks=assertion.marks,
        hedged=assertion.hedged,
        reasons=reasons,
        verdict=verdict,
    )


def _what(assertion: Assertion) -> str:
    return {"departure": "departure from", "arrival": "arrival at"}.get(
        assertion.kind, "presence at"
    )
