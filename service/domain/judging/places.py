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
OTHER_END: Final = "The date that is stated may be that of the flight's other end."


@dataclass(frozen=True, slots=True)
class Placed:
    """How one end of a flight was judged, and what that leaves for the others to lean on."""

    judged: Judged
    airports: tuple[Airport, ...] = ()
    """Where the verdict has it, or may have it: only movements there count."""
    days: tuple[date, ...] = ()
    """The dates that may be meant, the likeliest first."""
    counted: tuple[date, ...] = ()
    """Those that it was judged by: the one that it fits, else all of them."""
    clear: frozenset[date] = frozenset()
    """On which its positions do not contradict each other, and are its own."""

    @property
    def is_clear(self) -> bool:
        """All dates that it was judged by are clear."""
        return self.clear.issuperset(self.counted)

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
    kept = [placed for placed in found if placed.is_there] or found
    days = dict.fromkeys(day for placed in (first, *found) for day in placed.days)
    return Placed(
        first.judged,
        tuple(airport for placed in kept for airport in placed.airports),
        tuple(days),
        tuple(dict.fromkeys(day for placed in (first, *kept) for day in placed.counted)),
        frozenset(d for d in days if all(d in one.clear for one in found if d in one.days)),
    )


def _at(assertion: Assertion, flight: Flight, airport: Airport, known: Known) -> Placed:
    """By each date that may be meant: the first that fits counts, and it fits at best unless it is
    the likeliest. Against the claim is only what is against it on each of them."""
    days = days_of(assertion, flight, airport, known.airports)
    found = [_on(assertion, day, airport, known) for day in days]
    clear = frozenset(
        day
        for day, (_, word) in zip(days, found, strict=True)
        if word not in {"conflicting", "identity_uncertain", None}
    )
    judged = [one for one, _ in found]
    there = next((n for n, one in enumerate(judged) if one.result in {"holds", "fits"}), None)
    if there is not None:
        one = judged[there]
        if there:
            one = _on_other_day(one, "fits", f"{one.sentence} {OTHER_END}")
        return Placed(one, (airport,), days, (days[there],), clear)
    lead = judged[0]
    if lead.result in _AGAINST:
        open_ = [n for n, one in enumerate(judged) if one.result not in _AGAINST]
        milder = [n for n, one in enumerate(judged) if one.result != "refuted" and n]
        if n := next(iter((*open_, *milder)), 0):
            text = f"{lead.sentence} {OTHER_END} For {days[n]} the answer is: {judged[n].sentence}"
            result: Result = "cannot_tell" if open_ else "does_not_fit"
            lead = _on_other_day(lead, result, text)
    return Placed(lead, (airport,), days, days, clear)


def _on_other_day(judged: Judged, result: Result, sentence: str) -> Judged:
    says = RESULT_SAYS[result]
    return replace(judged, result=result, says=says, grade="other_day", sentence=sentence)


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
