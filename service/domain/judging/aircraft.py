"""Which aircraft it was, and of which type: what sources say for the date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemas.claims import Assertion
from schemas.judging import RESULT_SAYS, Judged, JudgedKind, Result
from service.domain.judging.known import Known
from service.domain.verdict.phrases import publisher


def judge_aircraft(assertion: Assertion, known: Known) -> Judged:
    """Whether there was such an aircraft then. A numbering rule is no statement, and neither is
    the silence of registers a denial."""
    return _dated(_aircraft(assertion, known), known)


def judge_type(assertion: Assertion, known: Known) -> Judged:
    """Whether the aircraft was of that type. Sources that disagree settle nothing."""
    return _dated(_type(assertion, known), known)


def _dated(judged: Judged, known: Known) -> Judged:
    """As far as the date goes. Registrations are given again to other aircraft: without a date
    nothing can be told, and that of publication need not be that of the flight."""
    if known.is_dated:
        return judged
    result, grade, sentence = judged.result, judged.grade, judged.sentence
    if known.published is None:
        result, grade = "cannot_tell", "no_date"
        sentence = (
            f"No date is stated that can be looked up, so which aircraft {known.name} was, and of"
            " which type, cannot be told."
        )
    else:
        sentence += (
            f" No date is stated that can be looked up: that time is {known.published}, the day of"
            " publication."
        )
        if result not in {"fits", "cannot_tell"}:
            result, grade = "fits" if result == "holds" else "cannot_tell", "date_of_publication"
    return replace(judged, result=result, says=RESULT_SAYS[result], grade=grade, sentence=sentence)


def _aircraft(assertion: Assertion, known: Known) -> Judged:
    identity, one = known.identity, known.identity.established
    if one is not None and one.statements and not one.by_rule:
        said = sorted({s.source for s in one.statements})
        name = one.registration or identity.typed
        return _judged(
            assertion,
            "aircraft",
            "holds",
            "stated",
            f"{name} was the aircraft with the address {one.icao24} at that time, as"
            f" {', '.join(said)} says.",
        )
    naming = sorted({publisher(r) for r in known.reports if r.registration})
    if len(identity.candidates) > 1:
        text = f"It is not settled which aircraft {identity.typed} was. {identity.note}".strip()
        return _judged(assertion, "aircraft", "cannot_tell", "several", text)
    if naming:
        return _judged(
            assertion,
            "aircraft",
            "fits",
            "reports_alone",
            f"Reports name {known.name} at that time ({', '.join(naming)}); no register or"
            " look-up that is held does.",
        )
    grade = "rule_only" if one is not None and one.by_rule else "nobody_says"
    text = f"No source that is held names {known.name} at that time. {identity.note}".strip()
    return _judged(assertion, "aircraft", "cannot_tell", grade, text)


def _type(assertion: Assertion, known: Known) -> Judged:
    claimed = {code.upper() for code in assertion.type_codes}
    shown = " or ".join(sorted(claimed))
    one = known.identity.established
    statements = one.statements if one is not None and not one.by_rule else ()
    said = _by_type((s.type_code, s.source) for s in statements)
    grade = "stated"
    if not said:
        grade = "reports_alone"
        said = _by_type((r.type_code, publisher(r)) for r in known.reports)
    types = ", ".join(f"{code} ({', '.join(sorted(said[code]))})" for code in sorted(said))
    if not said:
        return _judged(
            assertion,
            "type",
            "cannot_tell",
            "nobody_says",
            f"No source that is held says of which type {known.name} was.",
        )
    if said.keys() <= claimed:
        result: Result = "holds" if grade == "stated" else "fits"
        return _judged(
            assertion,
            "type",
            result,
            grade,
            f"{known.name} is listed as {types}, as stated."
            if result == "holds"
            else f"Reports give {known.name} as {types}, as stated; no register that is held does.",
        )
    if said.keys() & claimed:
        return _judged(
            assertion,
            "type",
            "cannot_tell",
            "disagree",
            f"Sources disagree about the type of {known.name}: {types}; {shown} is stated.",
        )
    if grade == "reports_alone":
        return _judged(
            assertion,
            "type",
            "cannot_tell",
            "reports_alone",
            f"Reports give {known.name} as {types}, and no register is held; {shown} is stated.",
        )
    return _judged(
        assertion,
        "type",
        "does_not_fit",
        grade,
        f"{known.name} is listed as {types}, not as {shown}.",
    )


def _by_type(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Who gives each type."""
    found: dict[str, set[str]] = {}
    for code, who in pairs:
        if code:
            found.setdefault(code.upper(), set()).add(who)
    return found


def _judged(
    assertion: Assertion, kind: JudgedKind, result: Result, grade: str, sentence: str
) -> Judged:
    what = assertion.aircraft if kind == "aircraft" else " or ".join(assertion.type_codes)
    return Judged(
        kind=kind,
        aircraft=assertion.aircraft,
        leg=assertion.leg,
        claimed=f"{kind} {what}",
        result=result,
        says=RESULT_SAYS[result],
        grade=grade,
        sentence=sentence,
        marks=assertion.marks,
        hedged=assertion.hedged,
    )
