"""The words around an answer: the sentence to quote, and what it rests on and leaves open."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.verdicts import READS, Question, Reason, VerdictWord
from service.domain.verdict import coverage, phrases
from service.domain.verdict.case import Case
from service.domain.verdict.dossier import Dossier
from service.domain.verdict.marks import is_belied
from service.domain.verdict.phrases import name_of, place, utc
from service.domain.verdict.reasons import report_clash


def sentence(
    word: VerdictWord, grade: str, reasons: Sequence[Reason], question: Question, case: Case
) -> str:
    """One sentence that says no more than the verdict does."""
    who, where = name_of(case.held), place(question.airport)
    when = f"on {question.on} ({question.zone} date)"
    typed = case.held.evidence.identity.typed
    lead = {
        "identity_uncertain": f"It is not established which aircraft {typed} was {when}",
        "conflicting": f"The data on {who} {when} contradict each other",
        "observed": f"{who} was seen on the ground at {where} {when}",
        "elsewhere": f"{who} was tracked elsewhere and could not have been at {where} {when}",
        "near": f"{who} was seen near {where} {when}, but not seen to land",
        "consistent": _consistent_lead(grade, who, where, when),
        "not_seen": f"{who} was not seen at {where} {when}, though other aircraft were",
        "no_data": f"Public data held here cannot tell whether {who} was at {where} {when}",
    }[word]
    return f"{lead[:1].upper()}{lead[1:]}: {reasons[0].text}."


def _consistent_lead(grade: str, who: str, where: str, when: str) -> str:
    if grade == "reports_alone":
        return f"Only reports place {who} at {where} {when}"
    return f"What was received fits {who} being at {where} {when}, but nobody saw it on the ground"


def side_conflicts(word: VerdictWord, case: Case) -> tuple[Reason, ...]:
    """What contradicts the answer without deciding it."""
    found = [
        Reason(code="report_against_track", text=phrases.report(visit, believable=False))
        for visit in case.reported_here
        if visit not in case.believable_reports
    ]
    found += [
        Reason(
            code="movement_against_track",
            text=f"{phrases.movement(m)}: its track leaves no room for that",
        )
        for m in case.told_movements
        if m not in case.movements_here and not is_belied(m.marks)
    ]
    if word != "conflicting":
        found += [report_clash(a, b) for a, b in case.report_clashes]
    return tuple(found)


def assumptions(question: Question, case: Case) -> tuple[str, ...]:
    """What the answer takes for granted."""
    held = case.held
    day = f"{utc(case.interval.t_from)} to {utc(case.interval.t_to)}"
    found = [f"The date is read in {question.zone}: {day}."]
    if case.interval.t_to > held.now:
        found.append("That day is not over yet; the answer may still change.")
    if held.aircraft is None:
        found.append("Which aircraft it is, is not established; only reports that name it count.")
    elif held.only_a_rule:
        found.append(f"The address {held.aircraft.icao24} follows from a numbering rule alone.")
    elif held.aircraft.registration:
        found.append(
            f"{held.aircraft.registration} is address {held.aircraft.icao24}, as "
            f"{_stated_by(held)} says."
        )
    if held.aircraft is not None:
        found.append(
            f"It flies no faster over the ground than {held.v_max_kt:.0f} kt "
            f"({held.speed_class.name})."
        )
    if any("simulated" in segment.marks for segment in held.segments):
        found.append("Some of these positions are simulated, not received.")
    if held.airport.closed:
        found.append(f"{held.airport.ident} is listed as closed.")
    return tuple(found)


def _stated_by(held: Dossier) -> str:
    assert held.aircraft is not None
    return ", ".join(sorted({s.source for s in held.aircraft.statements})) or "the question"


def would_change(word: VerdictWord, case: Case) -> tuple[str, ...]:
    """What would turn the answer, and where it might be found."""
    found: list[str] = []
    if word == "identity_uncertain":
        found.append("A dated registry entry, or asking by the 24-bit address itself.")
    if word == "conflicting":
        found.append("A source independent of both that heard the aircraft at that time.")
    if word == "observed":
        found.append("Proof that the positions were forged or that the address was another's.")
    if word == "elsewhere":
        found.append("Proof that the track is not this aircraft's.")
    if word in {"near", "consistent", "not_seen", "no_data"}:
        found.append("Positions on the ground at the airport, from any receiver in range.")
        held = case.held
        archives = coverage.reaching_sources(case.interval, held.evidence.sources, held.now)
        asked = {row.source for row in held.ledger if row.outcome in coverage.ANSWERED}
        found += [
            f"{source.title} reaches that date and has not been asked: {source.url}"
            for source in archives
            if source.open_archive and source.key not in asked
        ]
    return tuple(found)


def does_not_show(word: VerdictWord) -> tuple[str, ...]:
    """What nobody may read into the answer."""
    found = ["Who or what was aboard, or who ordered the flight."]
    if word in {"near", "consistent", "not_seen", "no_data"}:
        found.append("That it was not there: a transponder may be off or out of reach.")
    if word == "observed":
        found.append("That nobody forged the signal; no sign of that was found.")
    return tuple(found)


def date_matters(question: Question, zone: str, word: VerdictWord) -> str:
    """The answer depends on how the date is read."""
    return f"Read as a {zone} date, {question.on} gives another answer: {READS[word].lower()}."
