"""The rules of the verdict, one function each: from a `Case` to a `Finding`, or None.

`RULES` is their order (DESIGN §6). The first that gives a finding decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from schemas.movements import Movement
from schemas.sources import Source
from schemas.verdicts import Reason, VerdictWord
from service.domain.verdict import coverage, reasons
from service.domain.verdict.case import Case
from service.domain.verdict.marks import is_doubted

GRADES: Mapping[VerdictWord, tuple[str, ...]] = {
    "identity_uncertain": ("rule_only", "several_addresses", "no_address"),
    "conflicting": ("positions", "marked_positions", "reports"),
    "observed": ("corroborated", "single_source"),
    "elsewhere": ("tracked_throughout", "out_of_reach"),
    "near": ("went_around", "other_field_fits", "passed"),
    "consistent": (
        "followed_to_runway",
        "ground_unconfirmed",
        "followed_low",
        "bracketed_stay",
        "inferred_stop",
        "lost_or_found_high",
        "one_of_several_fields",
        "reports_alone",
    ),
    "not_seen": ("covered",),
    "no_data": ("none",),
}
"""Ordinal, strongest first, within each verdict."""

FOLLOWED_TO_RUNWAY_FT = 300.0
"""Followed lower than this above the field."""
FOLLOWED_LOW_FT = 1_500.0
LONG_SILENCE_S = 600.0
"""Tracked throughout means no silence longer than this within the day."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of a case."""

    word: VerdictWord
    grade: str
    reasons: tuple[Reason, ...]


Rule = Callable[[Case], Finding | None]


def identity_uncertain(case: Case) -> Finding | None:
    """Which aircraft it is, is not established. A report that names the registration itself
    needs no address, so reports alone can still speak."""
    held = case.held
    if held.is_established:
        return None
    if not held.has_anything_by_address and (held.only_a_rule or case.reported_here):
        return None
    if held.only_a_rule:
        return _finding("identity_uncertain", "rule_only", reasons.rule_only(case))
    several = len(held.evidence.identity.candidates) > 1
    grade = "several_addresses" if several else "no_address"
    return _finding("identity_uncertain", grade, reasons.no_identity(case))


def conflicting(case: Case) -> Finding | None:
    """Two things that cannot both be true."""
    if case.contradictions:
        return _finding(
            "conflicting", "positions", *map(reasons.contradiction, case.contradictions)
        )
    if case.placed_against_reach:
        return _finding("conflicting", "marked_positions", reasons.placed_against_reach(case))
    clashing = [pair for pair in case.report_clashes if pair[0] in case.believable_reports]
    if clashing and not case.is_placed_here:
        return _finding("conflicting", "reports", *(reasons.report_clash(*p) for p in clashing))
    return None


def observed(case: Case) -> Finding | None:
    """Fixes on the ground at the airport, tied to a continuous track, without a doubt mark."""
    if not case.seen_spans:
        return None
    voices = _independent_voices({here.span.source for here in case.seen_spans}, case)
    grade = "corroborated" if voices > 1 else "single_source"
    return _finding("observed", grade, reasons.seen_on_ground(case))


def elsewhere(case: Case) -> Finding | None:
    """For every silence that touches the interval there is not time enough for a visit."""
    if not case.could_not_have_been_there:
        return None
    long_silent = any(window.within_s > LONG_SILENCE_S for window in case.windows)
    grade = "out_of_reach" if long_silent else "tracked_throughout"
    return _finding("elsewhere", grade, reasons.no_time_for_a_visit(case))


def near(case: Case) -> Finding | None:
    """Passed, approached, went around; or another field fits better. Never when something fits a
    landing or take-off here."""
    if case.is_placed_here:
        return None
    if any(p.form in {"go_around", "touch_and_go"} for p in case.passes):
        return _finding("near", "went_around", reasons.passed(case))
    if case.rivals_to_here:
        return _finding("near", "other_field_fits", reasons.other_field(case))
    if case.passes or case.near_approaches:
        return _finding("near", "passed", reasons.passed(case))
    return None


def consistent(case: Case) -> Finding | None:
    """Fits, but nobody saw it on the ground. However close, it is not "seen there"."""
    graded = [(_movement_grade(m), reasons.fits_movement(m)) for m in case.movements_here]
    graded += [("one_of_several_fields", reasons.fits_movement(m)) for m in case.open_movements]
    if case.thin_spans:
        graded.append(("ground_unconfirmed", reasons.thin_ground(case)))
    if case.brackets:
        graded.append(("bracketed_stay", reasons.bracketed(case)))
    if case.believable_reports:
        graded.append(("reports_alone", reasons.reported(case)))
    if not graded:
        return None
    graded.sort(key=lambda pair: (GRADES["consistent"].index(pair[0]), pair[1].text))
    return _finding("consistent", graded[0][0], *(reason for _, reason in graded))


def not_seen(case: Case) -> Finding | None:
    """A visit was possible, and for every silence it could hide in, a source that was asked heard
    others at the airport throughout. A transponder that was off is never excluded."""
    if not case.held.is_established:
        return None
    if case.received_doubtful or not all(sources for _, sources in case.covered_windows):
        return None
    if any(approach.touches for approach in case.approaches):
        return None
    return _finding("not_seen", "covered", reasons.covered(case))


def no_data(case: Case) -> Finding:
    """Nothing above holds. Never worded as a no."""
    held = case.held
    why = coverage.why_silent(
        case.interval,
        held.ledger,
        held.evidence.sources,
        held.now,
        heard_itself=case.received_anything,
    )
    return _finding("no_data", "none", reasons.cannot_tell(why, case))


RULES: tuple[Rule, ...] = (
    identity_uncertain,
    conflicting,
    observed,
    elsewhere,
    near,
    consistent,
    not_seen,
    no_data,
)


def decide(case: Case) -> Finding:
    """The first rule that matches."""
    return next(finding for rule in RULES if (finding := rule(case)) is not None)


def _movement_grade(movement: Movement) -> str:
    """How close it came to being seen. What carries a doubt mark supports no strong grade, and a
    height from uncorrected pressure (200 ft off at a real touchdown) no talk of the runway."""
    height = movement.height_ft
    if movement.method == "inferred_stop":
        return "inferred_stop"
    if is_doubted(movement.marks):
        return "lost_or_found_high"
    if height is not None and height <= FOLLOWED_TO_RUNWAY_FT:
        return "followed_low" if "baro_uncorrected" in movement.marks else "followed_to_runway"
    if movement.method == "ground":
        return "ground_unconfirmed"
    if height is not None and height <= FOLLOWED_LOW_FT:
        return "followed_low"
    return "lost_or_found_high"


def _independent_voices(keys: set[str], case: Case) -> int:
    """How many there are. One that does not state its group is independent of nobody, and does
    not count."""
    sources: Mapping[str, Source] = case.held.evidence.sources
    groups = {sources[key].independence_group for key in keys if key in sources}
    return len(groups - {"unstated"})


def _finding(word: VerdictWord, grade: str, *reasons: Reason) -> Finding:
    assert grade in GRADES[word], grade
    return Finding(word, grade, reasons)
