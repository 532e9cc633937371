"""The verdict: the table of DESIGN §6, first match wins.

    identity_uncertain   registration ↔ address not established for that date
    conflicting          usable fixes mutually unreachable, or independent sources disagree
    observed             on the ground at the airport, soundly, tied to a track in or out
    elsewhere            no silence is long enough for a visit; needs no coverage at the airport
    near                 passed, approached or went around; or another field fits better
    consistent           fits, and nobody saw it on the ground
    not_seen             a visit was possible, and the source heard others there meanwhile
    no_data              can't tell, and why

The rules themselves are in `service.domain.verdict.rules`. Pure: no clock, no I/O; the order of
evidence never matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from schemas.movements import GroundSpan, Movement, Rival
from schemas.verdicts import READS, Evidence, Interval, OtherDate, Question, Verdict
from service.domain.dates import check_askable, local_day
from service.domain.verdict import exhibits, wording
from service.domain.verdict.case import Case
from service.domain.verdict.dossier import Dossier
from service.domain.verdict.rules import GRADES, Finding, decide
from service.errors import BadInput

__all__ = ["GRADES", "RULES_VERSION", "judge"]

RULES_VERSION = "verdict 1"


def judge(
    question: Question,
    evidence: Evidence,
    *,
    now: datetime,
    as_of: datetime,
    reference_version: str,
) -> Verdict:
    """Answer the question on the evidence.

    `now` bounds what can be asked and what a source can reach; `as_of` is the moment whose
    knowledge the evidence is.

    Raises:
        BadInput: the date does not exist in the zone, has not begun, or the zone is unknown.
    """
    interval = local_day(question.on, question.zone)
    check_askable(question.on, interval, now)
    others = _other_readings(question, interval, now)
    every = [interval, *others.values()]
    period = Interval(t_from=min(i.t_from for i in every), t_to=max(i.t_to for i in every))
    case = Case(Dossier(question.airport, evidence, now, period), interval)
    finding = decide(case)
    return Verdict(
        aircraft=question.aircraft,
        airport=question.airport.ident,
        airport_name=question.airport.name,
        on=question.on,
        zone=question.zone,
        interval=interval,
        identity=evidence.identity,
        verdict=finding.word,
        reads=READS[finding.word],
        grade=finding.grade,
        sentence=wording.sentence(finding.word, finding.grade, finding.reasons, question, case),
        reasons=finding.reasons,
        evidence=exhibits.evidence_items(case, finding.word),
        gaps=exhibits.gap_findings(case),
        coverage=case.coverage,
        rivals=_rivals(case),
        conflicts=wording.side_conflicts(finding.word, case),
        assumptions=wording.assumptions(question, case),
        other_date=_other_date(question, case, finding, others),
        would_change=wording.would_change(finding.word, case),
        does_not_show=wording.does_not_show(finding.word),
        as_of=as_of,
        rules_version=RULES_VERSION,
        reference_version=reference_version,
    )


def _other_readings(question: Question, asked: Interval, now: datetime) -> dict[str, Interval]:
    """The date read in UTC and in the airport's own zone, where that is another interval."""
    found: dict[str, Interval] = {}
    for zone in {"UTC": None, question.airport.zone: None}:
        if zone == question.zone:
            continue
        try:
            interval = local_day(question.on, zone)
        except BadInput:  # the date was skipped there: nothing to compare with
            continue
        if interval != asked and interval.t_from <= now:
            found[zone] = interval
    return found


def _other_date(
    question: Question, case: Case, finding: Finding, others: Mapping[str, Interval]
) -> OtherDate | None:
    """Another reading of the date that gives another answer."""
    for zone, interval in others.items():
        other = decide(Case(case.held, interval))
        if other.word != finding.word:
            return OtherDate(
                zone=zone,
                interval=interval,
                verdict=other.word,
                reads=READS[other.word],
                text=wording.date_matters(question, zone, other.word),
            )
    return None


def _rivals(case: Case) -> tuple[Rival, ...]:
    """Every other airport that a finding here would fit too, or that one fits better."""
    ident = case.held.airport.ident
    found: dict[str, Rival] = {}
    spans = (here.span for here in case.spans_here)
    here: tuple[Movement | GroundSpan, ...] = (*case.movements_here, *case.open_movements, *spans)
    for item in (*here, *case.rivals_to_here):
        for rival in item.rivals:
            if rival.airport != ident:
                found.setdefault(rival.airport, rival)
    for item in case.rivals_to_here:
        if item.airport is not None:
            runway = item.runway if isinstance(item, Movement) else None
            found[item.airport] = Rival(airport=item.airport, runway=runway, why="it fits better")
    return tuple(found[code] for code in sorted(found))
