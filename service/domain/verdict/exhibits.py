"""What the answer rests on, item by item, with the place of each in the raw bytes."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.movements import FixPoint, GroundSpan, Movement, Pass, Segment
from schemas.places import Airport
from schemas.records import LedgerRow
from schemas.verdicts import EvidenceItem, GapFinding, VerdictWord
from service.domain.verdict import phrases
from service.domain.verdict.case import Case
from service.domain.verdict.reachability import Window
from service.domain.verdict.reports import ReportedVisit

GAP_WORTH_TELLING_S = 300.0
"""Shorter silences are told only when a visit would fit into them."""
MOST_ITEMS = 200
"""An answer stays readable; the rest is in the lists of movements and segments."""


def evidence_items(case: Case, word: VerdictWord) -> tuple[EvidenceItem, ...]:
    """Everything about this airport and interval, and what a stay over it hangs between;
    strongest kinds first, each in time order. What was asked, where silence is the answer."""
    spans = [*(here.span for here in case.spans_here), *case.rival_spans]
    movements = [*case.told_movements, *case.open_movements, *case.rival_movements]
    for end in (end for stay in case.brackets for end in (stay.before, stay.after)):
        if isinstance(end, GroundSpan) and end not in spans:
            spans.append(end)
        elif isinstance(end, Movement) and end not in movements:
            movements.append(end)
    items = [_span_item(span) for span in spans]
    items += [_movement_item(movement) for movement in movements]
    items += [_pass_item(passed) for passed in case.told_passes]
    items += [_report_item(visit, case) for visit in case.reported_here]
    items += [_segment_item(s) for s in case.held.segments if case.touches(s.first.t, s.last.t)]
    if word in {"not_seen", "no_data"}:
        items += _ledger_items(case)
    return tuple(items[:MOST_ITEMS])


def gap_findings(case: Case) -> tuple[GapFinding, ...]:
    """The silences that touch the interval, each with what a visit in it would take."""
    return tuple(
        _gap_finding(window, case.held.airport)
        for window in case.windows
        if window.possible or window.available_s >= GAP_WORTH_TELLING_S
    )


def _gap_finding(window: Window, airport: Airport) -> GapFinding:
    needed_s = window.needed_s
    return GapFinding(
        before=window.before,
        after=window.after,
        seconds=window.available_s if needed_s is not None else None,
        needed_s=needed_s,
        possible=window.possible,
        text=phrases.gap(window, airport),
    )


def _span_item(span: GroundSpan) -> EvidenceItem:
    return EvidenceItem(
        kind="ground_span",
        text=phrases.span(span),
        source=span.source,
        t_from=span.first.t,
        t_to=span.last.t,
        grade=span.basis,
        lat=span.first.lat,
        lon=span.first.lon,
        capture=span.first.capture,
        row_from=_row(span.first.row),
        row_to=_last_row(span.first, span.last),
        marks=span.marks,
    )


def _movement_item(movement: Movement) -> EvidenceItem:
    return EvidenceItem(
        kind="movement",
        text=phrases.movement(movement),
        source=movement.source,
        t_from=movement.t_earliest,
        t_to=movement.t_latest,
        grade=movement.grade,
        lat=movement.lat,
        lon=movement.lon,
        capture=movement.capture,
        row_from=_row(movement.row_from),
        row_to=_row(movement.row_to),
        marks=movement.marks,
    )


def _pass_item(passed: Pass) -> EvidenceItem:
    return EvidenceItem(
        kind="pass",
        text=phrases.flew_past(passed),
        source=passed.source,
        t_from=passed.t_best,
        t_to=passed.t_best,
        lat=passed.lat,
        lon=passed.lon,
        capture=passed.capture,
        row_from=_row(passed.row_from),
        row_to=_row(passed.row_to),
        marks=passed.marks,
    )


def _report_item(visit: ReportedVisit, case: Case) -> EvidenceItem:
    return EvidenceItem(
        kind="report",
        text=phrases.report(visit, believable=visit in case.believable_reports),
        source=visit.report.source,
        t_from=visit.t,
        t_to=visit.t,
        grade=visit.report.time_kind,
        capture=visit.report.capture,
        row_from=visit.report.row,
        url=visit.report.url,
    )


def _segment_item(segment: Segment) -> EvidenceItem:
    return EvidenceItem(
        kind="segment",
        text=phrases.tracked(segment),
        source=segment.source,
        t_from=segment.first.t,
        t_to=segment.last.t,
        grade="usable" if segment.usable else "not usable",
        lat=segment.first.lat,
        lon=segment.first.lon,
        capture=segment.first.capture,
        row_from=_row(segment.first.row),
        row_to=_last_row(segment.first, segment.last),
        marks=segment.marks,
    )


def _ledger_items(case: Case) -> Iterable[EvidenceItem]:
    rows = (row for row in case.held.ledger if _touches(row, case))
    return (
        EvidenceItem(
            kind="ledger",
            text=phrases.asked(row),
            source=row.source,
            t_from=row.t_from,
            t_to=row.t_to,
            grade=row.outcome,
            capture=row.capture,
        )
        for row in rows
    )


def _touches(row: LedgerRow, case: Case) -> bool:
    return row.t_from < case.interval.t_to and row.t_to > case.interval.t_from


def _last_row(first: FixPoint, last: FixPoint) -> int | None:
    """Rows count within one capture; None when the two ends stand in different ones."""
    return _row(last.row) if last.capture == first.capture else None


def _row(row: int) -> int | None:
    return row if row >= 0 else None
